"""What servers say about a reply, in one spelling: why it ended, and how many tokens it has.

Those who read replies know three of OpenAI's finish reasons: "stop" (whole), "length" (cut off at a limit of tokens),
"content_filter" (refused). A word that is none of those below means that the reply broke off: nobody can tell what is
missing.
"""

from __future__ import annotations

import re

_WHOLE = (
    "stop stopped stop_sequence stop_token stop_word eos eos_token eos_token_id eot eom end end_turn end_of_turn"
    " end_of_text end_of_sequence endoftext endturn complete completed done finish finished finish_reason_stop normal"
    " success tool_calls tool_call tool_use function_call finish_reason_unspecified null none"
)
_CUT_OFF = (
    "length max_tokens max_new_tokens max_output_tokens max_completion_tokens max_token token_limit max_length"
    " length_limit model_length context_length context_length_exceeded model_context_window_exceeded context_window"
    " limit finish_reason_max_tokens"
)
_REFUSED = (
    "content_filter content_filtered contentfilter safety recitation refusal refused blocklist prohibited_content spii"
    " sensitive guardrail guardrails guardrail_intervened guardrails_intervened moderation error_toxic language"
    " image_safety content_policy"
)
_MOST_TOKENS = 1e15
_WORDS = {
    word: ending
    for ending, words in (("stop", _WHOLE), ("length", _CUT_OFF), ("content_filter", _REFUSED))
    for word in words.split()
}


def finish_reason(word: object) -> str | None:
    """OpenAI's word for a finish reason.

    Args:
        word: the server's; nothing counts as "stop", for some servers never say it.

    Returns:
        "stop", "length" or "content_filter"; None for a reply that broke off.
    """
    if not word:
        return "stop"
    # MAX_TOKENS, maxTokens, max-tokens and FinishReason.MAX_TOKENS are one word; Llama's marks come in <| |>.
    plain = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", str(word).rpartition(".")[2]).lower()
    plain = re.sub(r"[^a-z]+", "_", plain).strip("_")
    return _WORDS.get(plain, "stop" if re.fullmatch(r"\W*[<\[].*[>\]]\W*", str(word)) else None)


def token_count(value: object) -> int | None:
    """A number of tokens, which some servers send as a text or with a fraction; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return int(number) if 0 <= number < _MOST_TOKENS else None
