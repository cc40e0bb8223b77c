"""Programs and queries among marks that models leave: ends of turns, headers, odd fences and tags, old versions."""

from __future__ import annotations

import pytest

from selfdebug.applications.reading import Unreadable, UnreadableReplyError, read_words
from selfdebug.feedback import Verdict
from selfdebug.messages import Reply
from tests.applications.replies import read_program, read_query, read_verdict

F = "def f(n):\n    return n\n"
G = "def f(n):\n    return n - 1\n"
BLOCK = f"```python\n{F}```"
Q = "SELECT a FROM t WHERE b = 'x'"

ENDS = (
    "<|im_end|>", "<|eot_id|>", "<|endoftext|>", "<|end|>", "<|return|>", "<|eom_id|>", "<|end_of_text|>", "<|EOT|>",
    "<|END_OF_TURN_TOKEN|>", "<｜end▁of▁sentence｜>", "<end_of_turn>", "<end_code>", "<eos>", "</s>", "[/INST]",
    "[|endofturn|]", "</code>", "</answer>", "</s><s>[INST] And now? [/INST] def f(n): return 0",
)  # fmt: skip


@pytest.mark.parametrize("end", ENDS)
def test_marks_at_the_end_are_not_part_of_the_code(end: str) -> None:
    for reply in (
        BLOCK + end,
        f"{BLOCK}\n{end}",
        f"{BLOCK}\nIt works.{end}",
        f"```python\n{F}{end}",
        f"```python\n{F.rstrip()}```{end}",
        F + end,
    ):
        assert read_program(reply, "python", entry_point="f") == F
    for reply in (f"```sql\n{Q};\n```{end}", f"{Q}{end}", f"{Q};\n{end}"):
        assert read_query(reply, "sqlite") == Q
    assert read_verdict(f"It is.\nVerdict: correct{end}") is Verdict.CORRECT
    assert read_words(Reply(f"It adds one.{end}")) == "It adds one."


HEADERS = (
    "<|start_header_id|>assistant<|end_header_id|>\n\n", "<|im_start|>assistant\n", "<start_of_turn>model\n",
    "<|assistant|>\n", "<｜Assistant｜>", "<|start_of_role|>assistant<|end_of_role|>", "[|assistant|]", "<s> ",
    "[/INST] ",
    "<|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|>", "<|begin_of_text|><|start_header_id|>assistant<|end_header_id|>\n\n",
    "<|start|>assistant<|channel|>final<|message|>", "<|channel|>final <|constrain|>python<|message|>",
    "<|channel|>analysis<|message|>Not ```python\ndef f(n): return 0\n```<|end|>"
    "<|start|>assistant<|channel|>final<|message|>",
    "analysisWe need f.assistantfinal", "assistant\n\n",
)  # fmt: skip


@pytest.mark.parametrize("header", HEADERS)
def test_marks_at_the_beginning_are_not_part_of_the_code(header: str) -> None:
    assert read_program(header + BLOCK, "python", entry_point="f") == F
    assert read_program(header + "So:\n\n" + F, "python", entry_point="f") == F
    assert read_query(header + f"```sql\n{Q}\n```", "sqlite") == Q
    assert read_query(header + Q, "sqlite") == Q


def test_what_a_model_only_thought_is_no_answer() -> None:
    with pytest.raises(UnreadableReplyError) as caught:
        read_program(f"<|channel|>analysis<|message|>Perhaps {BLOCK}", "python", entry_point="f")
    assert caught.value.reason is Unreadable.EMPTY


FENCES = {
    "words after the closing fence": f"{BLOCK} This returns n.",
    "one word after it": f"{BLOCK} Done.",
    "words, then another block": f"{BLOCK} It prints\n\n```text\n3\n```\n",
    "bold words": f"{BLOCK} **Note**: it is fast",
    "words after tildes": f"~~~python\n{F}~~~ That is it.",
    "fence on the code's last line": f"```python\n{F.rstrip()}```",
    "fence on it, then words": f"```python\n{F.rstrip()}```\nThat is it.",
    "fence on it, then a list": f"So:\n```python\n{F.rstrip()}```\n\nWhy:\n- It returns n.",
    "fence on it, opened by the prompt": f"{F.rstrip()}```",
    "code on the opening fence's line": "```python def f(n):\n    return n\n```",
    "code on it, without a tag": "```def f(n):\n    return n\n```",
    "code on both lines": "```python def f(n):\n    return n```",
    "four opened, three closed": f"````python\n{F}```\nDone.",
    "five opened, three closed": f"`````python\n{F}```",
    "four tildes opened, three closed": f"~~~~python\n{F}~~~",
    "four opened, three closed, then words": f"````python\n{F}``` Done here.",
    "three opened, four closed": f"```python\n{F}````",
    "indented, then words": "  ```python\n  def f(n):\n      return n\n  ``` This returns n.",
    "tags in place of fences": f"<python>\n{F}</python>",
    "brackets in place of fences": f"[PYTHON]\n{F}[/PYTHON]\nIt works.",
    "a tag that names no language": f"Here it is:\n<code>\n{F}</code>",
    "a bracket that names none": f"[CODE]\n{F}[/CODE]",
    "an answer around a block": f"<answer>\n{BLOCK}\n</answer>",
    "opened by the prompt": f"{F}[/PYTHON]",
    "never closed": f"[PYTHON]\n{F}",
    "the tag again at the end": f"```python\n{F}```python",
    "opened twice": f"```python\n{BLOCK}\n```",
    "opened twice, once without a tag": f"```\n{BLOCK}\n```",
    "opened twice, closed once": f"```python\n{BLOCK}",
    "opened within words": f"Sure! ```python\n{F}```\nDone.",
    "opened and closed within tags": f"<answer>```python\n{F}```</answer>\nI am sure.",
    "tag of a fence that the prompt opened": f"python\n{F}```",
    "in a quotation, then words": "> ```python\n> def f(n):\n>     return n\n> ``` It works.",
    "HTML": f'<pre><code class="language-python">\n{F}</code></pre>',
}


@pytest.mark.parametrize("name", FENCES)
def test_fences_as_models_write_them(name: str) -> None:
    assert read_program(FENCES[name], "python", entry_point="f") == F


TAGS = {
    "python": (F, "python3.11,Python 3,py3,python2.7,python-3.11,sol.py,src/sol.py,lang=python,lang: python,"
               "language-python,python:sol.py,12:15:src/sol.py,{.python},{python},file=sol.py,"
               'python title="x.py",filename="sol.py",'
               "python showLineNumbers,python # solution,python (fixed),pypy3,cpython"),
    "cpp": ("int f(int n) { return n; }\n", "cpp14,c++23,C++17,gnu++20,c++ 17,c11,main.cpp,sol.cc,lang=cpp"),
    "java": ("class A { static int f(int n) { return n; } }\n", "java21,Java 21,java-17,jdk21,Main.java,lang=java"),
    "rust": ("fn f(n: i32) -> i32 { n }\n", "rust2021,rust-2021,rust edition2021,rust no_run,src/main.rs"),
    "go": ("func f(n int) int { return n }\n", "go1.21,golang,main.go,lang=go"),
    "javascript": ("function f(n) { return n; }\n", "es6,ES2022,node18,node.js,sol.js,app.mjs,language-javascript"),
}  # fmt: skip


@pytest.mark.parametrize("language", TAGS)
def test_tags_with_versions_files_and_attributes(language: str) -> None:
    code, tags = TAGS[language]
    for tag in tags.split(","):
        for close in ("```", "``` That is all."):
            assert read_program(f"```{tag}\n{code}{close}", language, entry_point="f") == code
    other = "rust" if language == "python" else "python"
    with pytest.raises(UnreadableReplyError) as caught:
        read_program(f"```{tags.split(',')[0]}\n{code}```", other, entry_point="f")
    assert caught.value.reason is Unreadable.WRONG_LANGUAGE


QUERIES = {
    "words after the closing fence": f"```sql\n{Q};\n``` This filters.",
    "fence on the query's last line": f"```sql\n{Q}```\nThat is it.",
    "query on the opening fence's line": f"```sql {Q}\n```",
    "four opened, three closed": f"````sql\n{Q}\n```",
    "[SQL]": f"[SQL]{Q};[/SQL]",
    "[SQL] on its own line": f"[SQL]\n{Q};\n[/SQL]\nIt filters.",
    "<sql>": f"Here it is:\n<sql>\n{Q}\n</sql>",
    "<SQL> on one line": f"<SQL>{Q}</SQL> filters them.",
    "<query>": f"<query>{Q}</query>",
    "[SQL] opened by the prompt": f"{Q};[/SQL]",
    "[SQL] never closed": f"[SQL]{Q}",
    "version of the dialect": f"```postgresql15\n{Q}\n```",
    "file": f"```query.sql\n{Q}\n```",
    "another dialect": f"```T-SQL\n{Q}\n```",
    "lang=sql": f"```lang=sql\n{Q}\n```",
    "SQLResult": f"SQLQuery: {Q}\nSQLResult: 3\nAnswer: There are 3.",
    "Answer": f"{Q}\nAnswer: 3",
    "bold label": f"{Q}\n**Explanation:** it filters.",
}


@pytest.mark.parametrize("name", QUERIES)
def test_queries_as_models_write_them(name: str) -> None:
    assert read_query(QUERIES[name], "sqlite") == Q


UNHARMED = {
    "a mark in a string": 'def f(n):\n    return n.split("<|endoftext|>")\n',
    "an end of text in a string": "def f(n):\n    return n + '</s>'\n",
    "a mark within a longer string": 'def f(n):\n    return f"<s>[INST] {n} [/INST] yes </s>"\n',
    "HTML": 'def f(n):\n    return (\n        "<code>"\n        "</code>"\n    )\n',
    "HTML over several lines": 'def f(n):\n    return """\n<code>\n{n}\n</code>\n"""\n',
    "struck out text over several lines": 'def f(n):\n    return """\n<s>\n{n}\n</s>\n"""\n',
    "a comment that ends in a fence": "def f(n):\n    # wrapped in ```\n    return n\n",
    "a comment at the margin": "# It is wrapped in ```\ndef f(n):\n    return n\n",
    "words after a docstring's fence": 'def f(n):\n    """Say\n    ```\n    f(1)\n    ``` ...\n    """\n    return n\n',
    "the same at the margin": 'def f(n):\n    """Say.\n\n```\nf(1)\n``` gives one.\n"""\n    return n\n',
    "a fence in a docstring's line": 'def f(n):\n    """Say ```f(1)```\n    or ```f(2)```.\n    """\n    return n\n',
    "a fence that ends a docstring's line": 'def f(n):\n    """Say:\n    as in ```\n    """\n    return n\n',
    "a tag in a docstring": 'def f(n):\n    """Say.\n\n    [SQL]SELECT 1[/SQL]\n    """\n    return n\n',
}  # fmt: skip


@pytest.mark.parametrize("name", UNHARMED)
def test_what_looks_like_a_mark_inside_a_program_stays(name: str) -> None:
    code = UNHARMED[name]
    for reply in (f"```python\n{code}```", f"```python\n{code}``` It works.", f"```python\n{code}```<|im_end|>"):
        assert read_program(reply, "python", entry_point="f") == code


def test_marks_and_labels_inside_a_query_stay() -> None:
    for query in ("SELECT '</s>' FROM t", "SELECT a FROM t\n-- only: adults\nWHERE b > 1", "SELECT '[/SQL]' AS a"):
        assert read_query(query, "sqlite") == query
        assert read_query(f"```sql\n{query}\n```</s>", "sqlite") == query


def new(code: str = F) -> str:
    return f"```python\n{code}```\n"


OLD_AFTER_NEW = {
    "named old": f"Here is the fixed function:\n{new()}Your old version was:\n{new(G)}",
    "named original": f"{new()}\nThe original code:\n{new(G)}",
    "for reference": f"{new()}For reference, the previous program:\n{new(G)}",
    "you wrote": f"{new()}You wrote:\n{new(G)}",
    "before": f"After:\n{new()}Before:\n{new(G)}",
    "for comparison": f"Fixed version:\n{new()}For comparison:\n{new(G)}",
    "the fault": f"{new()}The problem was this:\n{new(G)}",
    "named in a comment": new() + new("# Old version\n" + G),
    "only the first is named fixed": f"Corrected:\n{new()}\n{new(G)}",
    "an alternative": f"Here is the corrected function:\n{new()}Alternatively:\n{new(G)}",
    "instead of": f"{new()}instead of\n{new(G)}",
}


@pytest.mark.parametrize("name", OLD_AFTER_NEW)
def test_an_old_version_quoted_after_the_new_one_is_asked_about(name: str) -> None:
    queries = OLD_AFTER_NEW[name].replace("```python", "```sql").replace(F, f"{Q}\n").replace(G, "SELECT b FROM t\n")
    for read in (
        lambda: read_program(OLD_AFTER_NEW[name], "python", entry_point="f"),
        lambda: read_query(queries.replace("# Old", "-- Old"), "sqlite"),
    ):
        with pytest.raises(UnreadableReplyError) as caught:
            read()
        assert caught.value.reason is Unreadable.SEVERAL_PROGRAMS


NEW_AFTER_OLD = {
    "named right": f"You wrote\n{new(G)}but this is right:\n{new()}",
    "both named": f"The original:\n{new(G)}Fixed:\n{new()}",
    "nothing said": new(G) + new(),
    "updated": f"Old code:\n{new(G)}Updated code:\n{new()}",
    "both words": f"Your code:\n{new(G)}Here is the corrected version of your original function:\n{new()}",
    "a second thought": f"A first try:\n{new(G)}Wait, that is off by one:\n{new()}",
    "named in a comment": new(G) + new("# fixed\n" + F),
    "the first, with a test": f"Fixed:\n{new()}With a test:\n{new(f'f = None{chr(10)}' + F)}",
    "the same again": f"Fixed:\n{new()}Once more:\n{new()}",
}


def test_a_program_that_was_to_be_changed_is_known_again_without_a_word() -> None:
    query = "SELECT b FROM t"
    for text in (new() + new(G), f"Here:\n{new()}and\n{new(G)}"):
        assert read_program(text, "python", entry_point="f") == G
        with pytest.raises(UnreadableReplyError) as caught:
            read_program(text, "python", entry_point="f", previous=G)
        assert caught.value.reason is Unreadable.SEVERAL_PROGRAMS
        assert read_program(text, "python", entry_point="f", previous=F) == G
    with pytest.raises(UnreadableReplyError):
        read_query(f"```sql\n{Q};\n```\n```sql\n{query};\n```", "sqlite", previous=query)
    assert read_program(new(G), "python", entry_point="f", previous=G) == G
    assert read_query(f"```sql\n{query}\n```", "sqlite", previous=query) == query


@pytest.mark.parametrize("name", NEW_AFTER_OLD)
def test_a_new_version_after_the_old_one_is_taken(name: str) -> None:
    assert read_program(NEW_AFTER_OLD[name], "python", entry_point="f").endswith(F)
    queries = NEW_AFTER_OLD[name].replace("```python", "```sql").replace(F, f"{Q}\n").replace(G, "SELECT b FROM t\n")
    assert read_query(queries.replace("# fixed", "-- fixed"), "sqlite").endswith(Q)


@pytest.mark.parametrize(
    "code",
    [
        "if True:\n    def f(n):\n        return n\n",
        "try:\n    import numpy\nexcept ImportError:\n    def f(n):\n        return n\n",
        "try:\n    from fast import f\nexcept ImportError:\n    def f(n):\n        return n\n",
        "import sys\n\nif sys.version_info > (3,):\n    f = lambda n: n\nelse:\n    def f(n):\n        return -n\n",
        "with open('x') as file:\n    def f(n):\n        return n\n",
        "if True:\n    try:\n        def f(n):\n            return n\n    finally:\n        pass\n",
    ],
)
def test_an_entry_point_may_stand_below_a_condition(code: str) -> None:
    for reply in (
        f"```python\n{code}```",
        f"```python\n{code}```\nUse it:\n```python\nprint(f(1))\n```",
        f"So:\n{code}",
    ):
        if reply.startswith("```") or not code.startswith("with"):
            assert read_program(reply, "python", entry_point="f") == code


def test_an_entry_point_in_a_main_guard_is_none() -> None:
    with pytest.raises(UnreadableReplyError, match="`f`"):
        read_program(
            '```python\nif __name__ == "__main__":\n    def f(n):\n        return n\n```', "python", entry_point="f"
        )


def test_words_that_were_cut_off_before_they_began_are_said_so() -> None:
    with pytest.raises(UnreadableReplyError) as caught:
        read_words(Reply(" \n", finish="length"))
    assert caught.value.reason is Unreadable.CUT_OFF


def test_words_that_a_filter_cut_short_are_a_refusal() -> None:
    with pytest.raises(UnreadableReplyError) as caught:
        read_words(Reply("First, the query", finish="content_filter"))
    assert caught.value.reason is Unreadable.REFUSED
