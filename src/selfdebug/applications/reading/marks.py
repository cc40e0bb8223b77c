"""Take a model's own marks off a reply: ends of turns, headers of roles and channels, tags in place of fences.

Servers leave them in where they do not know a model's template. A mark in quotes is left alone, for it stands in a
program's text.
"""

from __future__ import annotations

import re

from selfdebug.applications.reading import tags
from selfdebug.applications.reading.fences import FENCE_LINE
from selfdebug.languages import LANGUAGES

# A mark of its own kind, which no language has: <|im_end|>, <｜end▁of▁sentence｜>, <end_of_turn>.
_MARK = re.compile(
    r"<[|｜][^|｜<>\n]{1,40}[|｜]>|\[\|[a-z]{1,20}\|\]"
    r"|<(?:end|start|begin)_of_(?:turn|text|utterance|message|sequence|sentence|solution)>"
    r"|<(?:eos|bos|eot|pad|endoftext|end_code|end_action|EOS|BOS|EOT|EOD)>|</s>|\[/?INST\]|<</?SYS>>"
)
_ROLE = r"[ \t]*(?:assistant|model|bot|chatbot|ai|final|gpt)?[ \t]*"
_HEADER = re.compile(
    rf"\s*(?:<s>|<bos>|<\|begin_of_text\|>|<[|｜]begin[_▁]of[_▁]sentence[|｜]>|\[/INST\]"
    rf"|<\|(?:start_header_id|start_of_role)\|>{_ROLE}<\|(?:end_header_id|end_of_role)\|>"
    rf"|(?:<\|im_start\|>|<start_of_turn>|<\|start\|>|<\|role_start\|>|<\|im_sep\|>){_ROLE}(?:\n|<\|im_sep\|>)?"
    rf"|<[|｜](?:assistant|bot|Assistant|START_OF_TURN_TOKEN|CHATBOT_TOKEN|START_RESPONSE)[|｜]>|\[\|assistant\|\])"
)
_FINAL = re.compile(r"<\|channel\|>[ \t]*final\b[^\n]{0,60}?<\|message\|>")
_CHANNEL = "<|channel|>"
_BARE_FINAL = re.compile(r"\A(?:analysis|commentary)(?=\S).*assistantfinal(?=\W|[A-Z])", re.DOTALL)
_LAST = re.compile(r"(?:</?(?:code|pre|answer|solution|response|output|assistant|reply|s)>|\[/?(?:code|ANSWER)\])\Z")
"""What ends a reply where it stands last; elsewhere it may be a program's HTML."""
_MOST_LAST, _LONGEST_LAST, _MOST_TAGS = 4, 12, 16
_SIDE = 200
"""How much of a mark's line is looked at."""

_TAGGED = re.compile(r"^[ \t]*(?P<open>[\[<])(?P<tag>[A-Za-z+#]{1,12})[\]>]", re.MULTILINE)
_CLOSING_TAG = re.compile(r"[\[<]/(\w{2,12})[\]>]")
_WRAPS = {"code", "answer", "solution", "program", "query"}


def said(text: str) -> str:
    """What the model says to its user: one turn, its last channel, without marks."""
    text = _first_turn(_of_channel(text))
    for _ in range(_MOST_LAST):
        ended = text.rstrip()
        if (last := _LAST.search(ended, max(0, len(ended) - _LONGEST_LAST))) is None:
            break
        text = ended[: last.start()]
    return _fenced(_without_last_fence(text))


def _of_channel(text: str) -> str:
    """What harmony calls the final channel, its marks there or stripped; nothing if the model only thought."""
    if _CHANNEL in text and not _is_quoted(text, text.index(_CHANNEL)):
        finals = list(_FINAL.finditer(text))
        return text[finals[-1].end() :] if finals else ""
    return _BARE_FINAL.sub("", text)


def _first_turn(text: str) -> str:
    """What stands before the first mark: whatever follows the end of a turn is another turn."""
    start = 0
    while header := _HEADER.match(text, start):
        start = header.end()
        if text.startswith(" ", start):  # of a template; more of them are the code's
            start += 1
    struck = text.find("<s>", start)  # HTML's
    for mark in _MARK.finditer(text, start):
        if (mark[0] == "</s>" and 0 <= struck < mark.start()) or _is_quoted(text, mark.start()):
            continue
        if text[start : mark.start()].strip():
            return text[start : mark.start()]
        start = mark.end()
    return text[start:]


def _is_quoted(text: str, place: int) -> bool:
    """Whether a quotation mark opens before the place on its line, and closes after it."""
    before = text[max(0, place - _SIDE) : place].rpartition("\n")[2]
    after = text[place : place + _SIDE].partition("\n")[0]
    return any(before.count(quote) % 2 == 1 and quote in after for quote in "\"'`") and "```" not in before


def _without_last_fence(text: str) -> str:
    """The text without a fence that the prompt opened, and that stands at the end of the code's last line."""
    code = text.rstrip().removesuffix("```")
    return text if "```" in code or code == text.rstrip() or code.endswith("\n") else code


def _fenced(text: str) -> str:
    """The text with fences in place of tags around code, such as [SQL]…[/SQL] and <python>…</python>.

    Only where there is no fence, and a tag begins a line; one that is never closed is a fence that is never closed.
    """
    if FENCE_LINE.search(text):
        return text
    done = ""
    for _ in range(_MOST_TAGS):
        opened = next((tag for tag in _TAGGED.finditer(text) if _is_wrap(tag["tag"])), None)
        if opened is None:
            break
        closing = re.search(rf"[\[<]/{re.escape(opened['tag'])}[\]>]", text[opened.end() :], re.IGNORECASE)
        rest = text[opened.end() :]
        code, text = (rest[: closing.start()], rest[closing.end() :].lstrip(" ")) if closing else (rest, "")
        tag = opened["tag"] if _is_language(opened["tag"]) else ""
        done += f"{opened.string[: opened.start()]}```{tag}\n" + code.strip("\n") + ("\n```\n" if closing else "")
    if not done:  # the prompt may have held the opening one
        closed = next((tag for tag in _CLOSING_TAG.finditer(text) if _is_language(tag[1])), None)
        return text[: closed.start()] if closed and not _is_quoted(text, closed.start()) else text
    return done + text


def _is_language(word: str) -> bool:
    return tags.plain(word) in LANGUAGES or tags.plain(word) in tags.SQL


def _is_wrap(word: str) -> bool:
    return word.lower() in _WRAPS or (len(word) > 1 and _is_language(word))
