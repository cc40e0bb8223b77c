"""Read what is no program out of a reply: a verdict with its reasons, an explanation, a trace."""

from __future__ import annotations

from selfdebug.applications.reading.reading import read_verdict
from selfdebug.applications.reading.replies import clean
from selfdebug.applications.reading.unreadable import Unreadable, UnreadableReplyError
from selfdebug.feedback import Feedback, Judge
from selfdebug.messages import Reply


def read_feedback(reply: Reply) -> Feedback:
    """Read a verdict, with the words before it.

    Raises:
        UnreadableReplyError: there is no verdict in it.
    """
    verdict = read_verdict(reply.text, finish=reply.finish, refusal=reply.refusal)
    return Feedback(verdict, Judge.MODEL, reply.text.strip())


def read_words(reply: Reply) -> str:
    """Read an explanation, a trace or a plan: any words will do, even if the end is missing.

    Raises:
        UnreadableReplyError: there are none.
    """
    if reply.refusal:
        raise UnreadableReplyError(Unreadable.REFUSED, "The request was refused.")
    words = clean(reply.text).strip()
    if not words and reply.finish == "length":
        raise UnreadableReplyError(Unreadable.CUT_OFF, "The reply was cut off before it said anything.")
    if not words:
        raise UnreadableReplyError(Unreadable.EMPTY, "The reply was empty.")
    return words
