"""Thoughts are told from what counts, and programs that speak of thoughts stay whole."""

from __future__ import annotations

import pytest

from selfdebug.models.thinking import split_thinking


@pytest.mark.parametrize(
    ("text", "said", "thought"),
    [
        ("pong", "pong", ""),
        ("  pong\n", "  pong\n", ""),
        ("<think>a</think>pong", "pong", "a"),
        ("\n<think>\na\nb\n</think>\n\npong\n", "\npong\n", "a\nb"),
        ("<think>a</think>\nx\n<think>b</think>\ny", "x\ny", "a\nb"),
        ("a\n</think>\n\npong", "pong", "a"),
        ("a</think>\npong", "pong", "a"),
        ("<think>cut off by the limit", "", "cut off by the limit"),
        ("<think></think>pong", "pong", ""),
        ("<think>a</think>text.split('</think>')", "text.split('</think>')", "a"),
    ],
)
def test_thoughts_are_split_off(text: str, said: str, thought: str) -> None:
    assert split_thinking(text) == (said, thought)


@pytest.mark.parametrize(
    "program", ['mark = "<think>"\n', "text.split('</think>')[1]\n", "re.sub(r'<think>.*</think>', '', text)\n"]
)
def test_a_program_that_speaks_of_thoughts_stays_whole(program: str) -> None:
    assert split_thinking(program) == (program, "")
