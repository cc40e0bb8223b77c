"""Programs, queries and verdicts are read out of replies as models write them."""

from __future__ import annotations

import textwrap

import pytest

from selfdebug.applications.reading import Unreadable, UnreadableReplyError, parses
from selfdebug.feedback import Verdict
from tests.applications.replies import read_block_verdicts, read_program, read_query, read_verdict

ADD = "def add(a, b):\n    return a + b\n"
OLD = "def add(a, b):\n    return a - b\n"
DOUBLE = "def double(n):\n    return add(n, n)\n"
BROKEN = "def add(a, b)\n    return a + b\n"
TAIL = "\nThis works because the two numbers are added."
CPP = "#include <vector>\nusing namespace std;\n\nint add(int a, int b) {\n    return a + b;\n}\n"
JAVA = "class Solution {\n    static int add(int a, int b) {\n        return a + b;\n    }\n}\n"
FENCED_DOCSTRING = 'def add(a, b):\n    """Add.\n\n    ```\n    add(1, 2)\n    ```\n    """\n    return a + b\n'
MARGIN_DOCSTRING = 'def add(a, b):\n    """Add.\n\n```\nadd(1, 2)\n```\n"""\n    return a + b\n'
CLASS = "class A:\n    def add(self, a):\n        return a\n"
IMPORTS = "import math\nfrom os import path\n\n"
MAIN = 'if __name__ == "__main__":\n    print(add(1, 2))\n'


def block(code: str, tag: str = "python", fence: str = "```") -> str:
    return f"{fence}{tag}\n{code}{fence}\n"


def indented(text: str, margin: str = "   ") -> str:
    return textwrap.indent(text, margin)


PROGRAMS = {
    "one block": (block(ADD), ADD),
    "upper-case tag": (block(ADD, "Python"), ADD),
    "short tag": (block(ADD, "py"), ADD),
    "tag with version": (block(ADD, "python3"), ADD),
    "tag in braces": (block(ADD, "{.python}"), ADD),
    "tag with attributes": (block(ADD, 'python title="add.py"'), ADD),
    "space before tag": (block(ADD, " python"), ADD),
    "untagged": (block(ADD, ""), ADD),
    "tagged as text": (block(ADD, "text"), ADD),
    "tildes": (block(ADD, fence="~~~"), ADD),
    "longer fence": (block(ADD, fence="`````"), ADD),
    "prose around": (f"Here is the fixed function:\n\n{block(ADD)}{TAIL}", ADD),
    "opened after a colon": (f"Fixed: {block(ADD)}", ADD),
    "in a list": ("1. Fixed:\n\n" + indented(block(ADD)), ADD),
    "opened on the list's own line": ("- " + indented(block(ADD), "  ").lstrip(), ADD),
    "in a quotation": (textwrap.indent(block(ADD), "> "), ADD),
    "indented more than its fence": (block(indented(ADD)), ADD),
    "tabs": (block(ADD.replace("    ", "\t")), ADD.replace("    ", "\t")),
    "line ends of Windows": (block(ADD).replace("\n", "\r\n"), ADD),
    "byte order mark": ("\ufeff" + block(ADD), ADD),
    "non-breaking spaces": (block(ADD.replace("    ", "\u00a0" * 4)), ADD),
    "non-breaking space that parses": (block("S = '\u00a0'\n" + ADD), "S = '\u00a0'\n" + ADD),
    "empty lines around": (block("\n\n" + ADD + "\n\n"), ADD),
    "wrapped in Markdown": (f"````markdown\nHere:\n{block(ADD)}````\n", ADD),
    "fence in a docstring": (block(FENCED_DOCSTRING), FENCED_DOCSTRING),
    "fence at the margin of a docstring": (block(MARGIN_DOCSTRING), MARGIN_DOCSTRING),
    "prompts": (block(">>> def add(a, b):\n...     return a + b\n...\n>>> add(1, 2)\n3\n"), ADD + "\nadd(1, 2)\n"),
    "prompt only on the first line": (block(">>> " + ADD), ADD),
    "asserts in the block": (block(ADD + "\nassert add(1, 2) == 3\n"), ADD + "\nassert add(1, 2) == 3\n"),
    "main in the block": (block(ADD + "\n" + MAIN), ADD + "\n" + MAIN),
    "usage follows": (block(ADD) + "Use it so:\n" + block("print(add(1, 2))\n"), ADD),
    "usage precedes": ("As in\n" + block("add(1, 2)\n") + block(ADD), ADD),
    "asserts follow": (block(ADD) + block("assert add(1, 2) == 3\n"), ADD),
    "test function follows": (block(ADD) + block("def test_add():\n    assert add(1, 2) == 3\n"), ADD),
    "output follows": (block(ADD) + "Output:\n" + block("3\n", ""), ADD),
    "shell precedes": (block("pip install numpy\n", "bash") + block(ADD), ADD),
    "explanation as text": (block("The loop ends early.\n", "text") + block(ADD), ADD),
    "old then corrected": (f"You wrote\n{block(OLD)}but this is right:\n{block(ADD)}", ADD),
    "old with a syntax error then corrected": (block(BROKEN) + "Fixed:\n" + block(ADD), ADD),
    "old tagged, corrected untagged": (block(OLD) + block(ADD, ""), ADD),
    "helper then main": (block(ADD) + "and\n" + block(DOUBLE), ADD + "\n" + DOUBLE),
    "main then helper": (block(DOUBLE) + "with\n" + block(ADD), DOUBLE + "\n" + ADD),
    "sketch then program": (block("def add(a, b):\n    ...\n") + block(ADD), ADD),
    "program then sketch": (block(ADD) + block("def add(a, b):\n    ...\n"), ADD),
    "syntax error": (block(BROKEN), BROKEN),
    "untagged syntax error": (block(BROKEN, ""), BROKEN),
    "last fence missing": ("Fixed:\n```python\n" + ADD, ADD),
    "last fence halved": (f"```python\n{ADD}``", ADD),
    "fence opened by the prompt": (f"{ADD}```\n", ADD),
    "fence opened by the prompt, prose after": (f"{ADD}```\n{TAIL}", ADD),
    "fence opened by the prompt, then usage": (f"{ADD}```\nUse it:\n{block('add(1, 2)' + chr(10))}", ADD),
    "broken, fence opened by the prompt": (f"{BROKEN}```\n", BROKEN),
    "next request invented": (f"{block(ADD)}\n### Request\nDouble n.\n\n{block(DOUBLE)}", ADD),
    "next request invented, fence opened by prompt": (f"{ADD}```\n\n### Request\nDouble.\n```python\n{DOUBLE}```", ADD),
    "next request invented, unfenced": (f"{ADD}\n### Request\nDouble a number.\n\n{DOUBLE}", ADD),
    "next request invented, fence never closed": (f"```python\n{ADD}\n### Request\nDouble a number.\n", ADD),
    "request restated": (f"### Request\nAdd two numbers.\n\n### Answer\n{block(ADD)}", ADD),
    "special tokens": (f"{block(ADD)}<|im_end|>\n<|im_start|>user\n{block(DOUBLE)}", ADD),
    "unfenced": (ADD, ADD),
    "unfenced, indented": (indented(ADD), ADD),
    "unfenced, prose before": ("Here is the function:\n\n" + ADD, ADD),
    "unfenced, prose around": (f"Sure! “Here” it is:\n{ADD}{TAIL}", ADD),
    "unfenced, word after": (f"{ADD}\nExplanation\n", ADD),
    "unfenced, annotated word after": (f"{ADD}\nNote: adds\n", ADD),
    "unfenced with imports": (IMPORTS + ADD, IMPORTS + ADD),
    "unfenced with asserts": (ADD + "\nassert add(1, 2) == 3\n", ADD + "\nassert add(1, 2) == 3\n"),
    "unfenced beside a fenced usage": (f"{ADD}\nUse it:\n{block('print(add(1, 2))' + chr(10))}", ADD),
    "inline": ("Use `def add(a, b): return a + b` here.", "def add(a, b): return a + b\n"),
    "one-line fence": ("```python def add(a, b): return a + b```", "def add(a, b): return a + b\n"),
    "class": (block(CLASS), CLASS),
    "lambda": (block("add = lambda a, b: a + b\n"), "add = lambda a, b: a + b\n"),
    "script": (block("print(int(input()) + 1)\n"), "print(int(input()) + 1)\n"),
    "sorry, but with an answer": (f"I'm sorry, I cannot see the fault, but:\n{block(ADD)}", ADD),
    "heading of a problem between the two": (f"{block(OLD)}\n### Problem\nIt subtracts.\n\n{block(ADD)}", ADD),
    "import in its own block": (block("import math\n") + block("def root(n):\n    return math.sqrt(n)\n"),
                                "import math\n\ndef root(n):\n    return math.sqrt(n)\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", PROGRAMS)
def test_reads_the_python_program(name: str) -> None:
    reply, expected = PROGRAMS[name]
    assert read_program(reply, "python") == expected


WITH_ENTRY_POINT = {
    "the block that defines it": (block(ADD) + block("def other(a):\n    return a\n"), "add", ADD),
    "its last version": (block(OLD) + block(ADD) + block("def other(a):\n    return a\n"), "add", ADD),
    "with the helper that it needs": (block(ADD) + block(DOUBLE), "double", ADD + "\n" + DOUBLE),
    "without what only calls it": (block(ADD) + block(DOUBLE), "add", ADD),
    "another name where nothing defines it": (block(ADD), "plus", ADD),
    "behind a heading that looks like the next request": (f"Sure!\n\n### Task\nAdd.\n\n{block(ADD)}", "add", ADD),
}


@pytest.mark.parametrize("name", WITH_ENTRY_POINT)
def test_the_entry_point_decides(name: str) -> None:
    reply, entry_point, expected = WITH_ENTRY_POINT[name]
    assert read_program(reply, "python", entry_point=entry_point) == expected


DECLARED = {
    "cpp": (CPP, ["cpp", "c++", "cc", "C++", ""], "int main() {\n    return add(1, 2);\n}\n"),
    "java": (JAVA, ["java", ""], "class Main {\n    public static void main(String[] a) { Solution.add(1, 2); }\n}\n"),
    "javascript": ("const add = (a, b) => a + b;\n", ["js", "javascript", "node", "jsx"], "console.log(add(1, 2));\n"),
    "rust": ("fn add(a: i32, b: i32) -> i32 {\n    a + b\n}\n", ["rust", "rs", ""], "fn main() { add(1, 2); }\n"),
    "go": ("func add(a int, b int) int {\n\treturn a + b\n}\n", ["go", "golang", ""], "func main() { add(1, 2) }\n"),
}


@pytest.mark.parametrize("language", DECLARED)
def test_reads_other_languages(language: str) -> None:
    code, tags, usage = DECLARED[language]
    for tag in tags:
        assert read_program(block(code, tag), language) == code
    reply = f"Here is the program:\n{block(code, tags[0])}Use it:\n{block(usage, tags[0])}"
    assert read_program(reply, language, entry_point="add") == code
    assert read_program(f"Here is the program:\n\n{code}\nIt works because it adds.", language) == code
    broken = code.replace("(", "((", 1)
    assert not parses(broken, language)
    assert read_program(block(broken, tags[0]), language) == broken


def test_sentences_end_unfenced_code_but_not_inside_its_comments() -> None:
    code = "/*\n" + "This is how it works.\n" * 9 + "*/\n" + CPP
    assert read_program(f"{code}\nThis function is right (I think)\n", "cpp") == code


@pytest.mark.parametrize("language", ["java", "javascript", "rust", "go"])
def test_an_untagged_block_in_another_language_is_not_taken_for_a_broken_one(language: str) -> None:
    code = DECLARED[language][0]
    for wanted in {"python", "cpp", "rust"} - {language}:
        if not parses(code, wanted):
            with pytest.raises(UnreadableReplyError) as caught:
                read_program(block(code, ""), wanted)
            assert caught.value.reason is Unreadable.WRONG_LANGUAGE


E_ = Unreadable
UNREADABLE_PROGRAMS = {
    "empty": ("", E_.EMPTY),
    "white space": (" \n\u00a0\t\n", E_.EMPTY),
    "declined": ("I'm sorry, but I can't help with that.", E_.REFUSED),
    "declined with a curly apostrophe": ("I’m sorry, but I can’t assist with this.", E_.REFUSED),
    "sorry without declining": ("I'm sorry for the confusion: it is right as it stands.", E_.NO_PROGRAM),
    "prose only": ("The function is correct as it stands; it cannot be improved.", E_.NO_PROGRAM),
    "inline code only": ("Replace `a - b` by `a + b` in the second line.", E_.NO_PROGRAM),
    "Java": (block(JAVA, "java"), E_.WRONG_LANGUAGE),
    "TypeScript": (block("const a = 1;\n", "ts"), E_.WRONG_LANGUAGE),
    "Java untagged": (block(JAVA, ""), E_.WRONG_LANGUAGE),
    "Java unfenced": (f"Here is the function:\n\n{JAVA}", E_.WRONG_LANGUAGE),
    "C++ unfenced": (CPP, E_.WRONG_LANGUAGE),
    "SQL": (block("SELECT 1\n", "sql"), E_.WRONG_LANGUAGE),
    "shell only": (block("pip install numpy\n", "bash"), E_.NO_PROGRAM),
    "JSON": ('{"code": "def add(a, b): return a + b"}', E_.NO_PROGRAM),
    "JSON fenced": (block('{"code": "def add(a, b): return a + b"}\n', "json"), E_.NO_PROGRAM),
    "diff": (block("--- a.py\n+++ a.py\n@@ -1 +1 @@\n-    return a - b\n+    return a + b\n", "diff"), E_.NO_PROGRAM),
    "diff tagged as Python": (block(" def add(a, b):\n-    return a - b\n+    return a + b\n"), E_.NO_PROGRAM),
    "diff unfenced": ("@@ -1,2 +1,2 @@\n def add(a, b):\n-    return a - b\n+    return a + b\n", None),
    "never closed": ("```python\ndef add(a, b):\n    return (a +", E_.CUT_OFF),
    "second never closed": (block(OLD) + "Fixed:\n```python\ndef add(a, b):\n    return (a +", E_.CUT_OFF),
    "unfenced with a syntax error": ("Here:\n\n" + BROKEN + TAIL, E_.DOES_NOT_PARSE),
    "independent programs": (block(ADD) + block("def other(a):\n    return a\n"), E_.SEVERAL_PROGRAMS),
    "independent programs, unfenced": (
        f"{ADD}\nOr else this one:\n\ndef other(a):\n    return a\n",
        E_.SEVERAL_PROGRAMS,
    ),
    "old, then one with a syntax error": (block(OLD) + block(BROKEN), E_.SEVERAL_PROGRAMS),
    "the old one holds the helper": (block(ADD + DOUBLE) + block(DOUBLE), E_.SEVERAL_PROGRAMS),
    "several scripts": (block("print(1)\n") + block("print(2)\n"), E_.NO_PROGRAM),
    "sketch only": (block("def add(a, b):\n    ...\n"), None),
    "hundred blocks": (block(ADD) * 100, E_.SEVERAL_PROGRAMS),
}


@pytest.mark.parametrize("name", UNREADABLE_PROGRAMS)
def test_says_why_no_program_can_be_read(name: str) -> None:
    reply, reason = UNREADABLE_PROGRAMS[name]
    with pytest.raises(UnreadableReplyError) as caught:
        read_program(reply, "python", entry_point="add" if reason is None else "")
    assert reason is None or caught.value.reason is reason
    assert str(caught.value).endswith(".")


def test_a_block_that_only_calls_the_entry_point_is_no_program() -> None:
    with pytest.raises(UnreadableReplyError, match="`add`") as caught:
        read_program(block("assert add(1, 2) == 3\n"), "python", entry_point="add")
    assert caught.value.reason is Unreadable.NO_PROGRAM


def test_a_diff_is_named_as_one() -> None:
    with pytest.raises(UnreadableReplyError, match="a diff"):
        read_program(UNREADABLE_PROGRAMS["diff"][0], "python")


def test_typescript_is_not_javascript() -> None:
    with pytest.raises(UnreadableReplyError) as caught:
        read_program(block("const f = (a: number) => a;\n", "typescript"), "javascript")
    assert caught.value.reason is Unreadable.WRONG_LANGUAGE


@pytest.mark.parametrize(("finish", "refusal", "reason"), [
    ("length", "", Unreadable.CUT_OFF),
    ("content_filter", "", Unreadable.REFUSED),
    ("stop", "I cannot do that.", Unreadable.REFUSED),
])  # fmt: skip
def test_the_end_of_a_reply_counts_before_its_text(finish: str, refusal: str, reason: Unreadable) -> None:
    for read in (
        lambda: read_program(block(ADD), "python", finish=finish, refusal=refusal),
        lambda: read_query(block("SELECT 1\n", "sql"), "sqlite", finish=finish, refusal=refusal),
        lambda: read_verdict("Verdict: wrong", finish=finish, refusal=refusal),
    ):
        with pytest.raises(UnreadableReplyError) as caught:
            read()
        assert caught.value.reason is reason


def test_unknown_languages_are_the_callers_mistake() -> None:
    with pytest.raises(ValueError, match="unknown language"):
        read_program(block(ADD), "cobol")
    with pytest.raises(ValueError, match="unknown SQL dialect"):
        read_query("SELECT 1", "oracle")
    with pytest.raises(ValueError, match="unknown language"):
        parses("1", "cobol")


Q = "SELECT name FROM singer WHERE age > 20"
LONG = "WITH old AS (\n  SELECT name FROM singer -- the old ones; all of them\n)\n\nSELECT count(*) FROM old"
WRONG_SQL = "SELECT name FROM singer WHERE age >"
QUERIES = {
    "one block": (block(Q + ";\n", "sql"), Q),
    "dialect as a tag": (block(Q + "\n", "sqlite"), Q),
    "untagged": (block(Q + ";\n", ""), Q),
    "tag of another dialect": (block(Q + ";\n", "mysql"), Q),
    "prose around": (f"Here is the query:\n{block(Q, 'sql').replace('20```', '20' + chr(10) + '```')}It filters.", Q),
    "within one line": (f"```sql {Q};```", Q),
    "unfenced": (Q, Q),
    "unfenced with semicolon": (Q + ";", Q),
    "space first": (" " + Q + "\n\n", Q),
    "lower case": (Q.lower(), Q.lower()),
    "label": ("SQL: " + Q, Q),
    "label in bold": (f"**Answer:** {Q};", Q),
    "label on its own line": (f"Query:\n{Q}", Q),
    "label in a block": (block(f"SQL: {Q};\n", ""), Q),
    "explanation after the semicolon": (f"{Q}; This doesn't join anything.", Q),
    "explanation after an empty line": (f"{Q}\n\nThis query doesn't join anything; it filters.", Q),
    "explanation on the next line": (f"{Q}\nThis query filters the singers.", Q),
    "explanation of one word": (f"{Q}\n\nExplanation", Q),
    "explanation that begins like SQL": (f"{Q};\n\nWith this query we get the names.", Q),
    "explanation that begins like SQL, in the block": (block(f"{Q}; With this query we get names.\n", "sql"), Q),
    "in bold": (f"**{Q}**", Q),
    "explanation inside the block": (block(f"{Q};\n\nThis query filters.\n", "sql"), Q),
    "empty line inside the query": (LONG + ";\n\nThis query counts them.", LONG),
    "empty line inside the block": (block(LONG + "\n", "sql"), LONG),
    "comment before": (block(f"-- names; of singers\n{Q};\n", "sql"), f"-- names; of singers\n{Q}"),
    "comment after": (block(f"{Q}; -- done\n", "sql"), Q),
    "semicolon in a string": (block("SELECT ';' FROM singer;\n", "sql"), "SELECT ';' FROM singer"),
    "quote in a string": ("SELECT 'it''s; so';", "SELECT 'it''s; so'"),
    "in parentheses": ("(SELECT 1) UNION (SELECT 2);", "(SELECT 1) UNION (SELECT 2)"),
    "values": ("VALUES (1), (2)", "VALUES (1), (2)"),
    "set operation": (f"{Q}\nUNION\n{Q}", f"{Q}\nUNION\n{Q}"),
    "set operation over an empty line": (f"{Q}\n\nUNION\n\n{Q}", f"{Q}\n\nUNION\n\n{Q}"),
    "non-breaking spaces": (Q.replace(" ", "\u00a0"), Q),
    "old then corrected": (block(Q.replace("20", "2") + "\n", "sql") + "Fixed:\n" + block(Q + "\n", "sql"), Q),
    "last one does not parse": (block(Q + "\n", "sql") + block("SELECT ... FROM\n", "sql"), Q),
    "fragment in its own block": (block(Q + "\n", "sql") + block("WHERE age > 20\n", "sql"), Q),
    "schema in its own block": (block("CREATE TABLE singer (name TEXT);\n", "sql") + block(Q + "\n", "sql"), Q),
    "result in its own block": (block(Q + "\n", "sql") + block("name\n----\nJoe\n", ""), Q),
    "wrong query": (block(WRONG_SQL + "\n", "sql"), WRONG_SQL),
    "wrong query, untagged": (block(WRONG_SQL + ";\n", ""), WRONG_SQL),
    "wrong query, alone with its semicolon": (WRONG_SQL + ";", WRONG_SQL),
    "statement": (block("DROP TABLE singer;\n", "sql"), "DROP TABLE singer"),
    "insertion": (block("INSERT INTO t VALUES (1);\n", "sql"), "INSERT INTO t VALUES (1)"),
    "inline": (f"The query is `{Q};` as asked.", Q),
    "after a colon": (f"The query is: {Q};", Q),
    "fence opened by the prompt": (f"{Q};\n```\n", Q),
    "last fence missing": (f"```sql\n{Q};", Q),
    "next request invented": (f"{Q};\n\n### Request\nCount them.\n\nSELECT count(*) FROM singer;", Q),
    "the same twice": (f"{Q};\n\nSo the answer is:\n\n{Q};", Q),
    "line ends of Windows": (block(LONG + ";\n", "sql").replace("\n", "\r\n"), LONG),
}


@pytest.mark.parametrize("name", QUERIES)
def test_reads_the_query(name: str) -> None:
    reply, expected = QUERIES[name]
    assert read_query(reply, "sqlite") == expected


UNREADABLE_QUERIES = {
    "empty": ("\n", E_.EMPTY),
    "declined": ("I cannot answer that.", E_.REFUSED),
    "prose": ("Select the names of all singers. With this, we are done.", E_.NO_PROGRAM),
    "two in a block": (block(f"{Q};\nSELECT 1;\n", "sql"), E_.SEVERAL_PROGRAMS),
    "two on a line": (f"{Q}; SELECT 1;", E_.SEVERAL_PROGRAMS),
    "two unfenced": (f"{Q};\n\nor\n\nSELECT 1;", E_.SEVERAL_PROGRAMS),
    "two wrong ones": (block(WRONG_SQL + "\n", "sql") + block("SELECT FROM WHERE\n", "sql"), E_.SEVERAL_PROGRAMS),
    "wrong and unfenced": (f"Try {WRONG_SQL}\n\nSQL: {WRONG_SQL}\n\nIt filters.", E_.DOES_NOT_PARSE),
    "never closed": ("```sql\nSELECT name FROM singer WHERE (age", E_.CUT_OFF),
    "Python": (block('db.execute("SELECT 1")\n'), E_.WRONG_LANGUAGE),
    "comments only": (block("-- nothing\n", "sql"), E_.NO_PROGRAM),
    "fragment": (block("WHERE age > 20\n", "sql"), E_.NO_PROGRAM),
}


@pytest.mark.parametrize("name", UNREADABLE_QUERIES)
def test_says_why_no_query_can_be_read(name: str) -> None:
    reply, reason = UNREADABLE_QUERIES[name]
    with pytest.raises(UnreadableReplyError) as caught:
        read_query(reply, "sqlite")
    assert caught.value.reason is reason


def test_backslashes_escape_quotes_in_mysql_only() -> None:
    text = "SELECT 'a\\'; b' FROM t"
    assert read_query(block(text + ";\n", "sql"), "mysql") == text
    assert read_query("SELECT $$a;b$$", "postgres") == "SELECT $$a;b$$"


VERDICTS = {
    "Verdict: correct": Verdict.CORRECT,
    "It returns 3.\n\nVerdict: wrong": Verdict.WRONG,
    "verdict - right": Verdict.CORRECT,
    "VERDICT: Unsure.": Verdict.UNSURE,
    "**Verdict: Wrong**": Verdict.WRONG,
    "Verdict: **Wrong**.": Verdict.WRONG,
    "**Verdict:** correct\n": Verdict.CORRECT,
    "### Verdict: correct": Verdict.CORRECT,
    "- Verdict: incorrect": Verdict.WRONG,
    "Verdict: not correct": Verdict.WRONG,
    "Verdict: `correct`": Verdict.CORRECT,
    "Verdict: “wrong”": Verdict.WRONG,
    "Final verdict: correct.": Verdict.CORRECT,
    "It gives 5. Therefore, the verdict is correct.": Verdict.CORRECT,
    "They agree, so the verdict is correct.": Verdict.CORRECT,
    "One row is lost.\nThe final verdict is not correct.": Verdict.WRONG,
    "## Verdict\n\nWrong.": Verdict.WRONG,
    "Verdict:\nwrong": Verdict.WRONG,
    "Verdict: correct\nNo, see line 3.\nVerdict: wrong": Verdict.WRONG,
    "Verdict: wrong\r\n": Verdict.WRONG,
    "Wrong.": Verdict.WRONG,
    " **Correct** ": Verdict.CORRECT,
    "```\nVerdict: wrong\n```": Verdict.WRONG,
    "Verdict: correct\n\n### Request\nNext one.\n\nVerdict: wrong": Verdict.CORRECT,
    "Verdict: correct\nBye.": Verdict.CORRECT,
}


@pytest.mark.parametrize("reply", VERDICTS)
def test_reads_the_verdict(reply: str) -> None:
    assert read_verdict(reply) is VERDICTS[reply]


@pytest.mark.parametrize("reply", [
    "The function is correct.",
    "It is not wrong that this is correct",
    "Verdict: correct or wrong",
    "Verdict: wrong\nOn reflection:\nVerdict: it depends",
    "The verdict will be correct",
    "Nobody would say that the verdict is correct.",
    "If no row is lost, the verdict is correct. Otherwise it is wrong.",
    "Therefore the verdict is correct or wrong.",
    "Verdict: correct, but the name is wrong",
    "Verdict:",
])  # fmt: skip
def test_no_verdict_is_searched_for_in_prose(reply: str) -> None:
    with pytest.raises(UnreadableReplyError) as caught:
        read_verdict(reply)
    assert caught.value.reason is Unreadable.NO_VERDICT


@pytest.mark.parametrize("reply", [
    "[BLOCK-1] correct: It starts at 0.\n[BLOCK-2] incorrect: It ends too early.",
    "**[BLOCK-1]** Correct. It starts at 0.\n\n**[BLOCK-2]** is incorrect - it ends too early.",
    "- BLOCK-1: correct\n- BLOCK-2: incorrect",
    "Here is what I think.\n[BLOCK-1]\nCorrect. It starts.\n[BLOCK-2]\nIncorrect. It ends.\nSo [BLOCK-2] is wrong.",
    "[BLOCK-2] incorrect\n[BLOCK-1] correct\n[BLOCK-2] incorrect, as said",
])  # fmt: skip
def test_reads_a_verdict_on_each_block(reply: str) -> None:
    assert read_block_verdicts(reply, 2) == reply


@pytest.mark.parametrize(("reply", "matter"), [
    ("The second one is incorrect.", "no verdict on BLOCK-1"),
    ("[BLOCK-1] correct", "no verdict on BLOCK-2"),
    ("[BLOCK-1] correct\n[BLOCK-2]", "no verdict on BLOCK-2"),
    ("[BLOCK-1] correct\n[BLOCK-2] correct/incorrect", "no verdict on BLOCK-2"),
    ("[BLOCK-1] correct\n[BLOCK-2] correct or incorrect", "no verdict on BLOCK-2"),
    ("[BLOCK-1] correct\n[BLOCK-2] It is hard to say.", "no verdict on BLOCK-2"),
    ("[BLOCK-1] correct\n[BLOCK-2] correct\n[BLOCK-2] incorrect", "more than one verdict on BLOCK-2"),
    ("[BLOCK-1] correct\n[BLOCK-2] correct\n[BLOCK-3] incorrect", "There is no BLOCK-3"),
    ("[BLOCK-0] correct\n[BLOCK-1] correct\n[BLOCK-2] incorrect", "There is no BLOCK-0"),
])  # fmt: skip
def test_blocks_without_one_verdict_are_said(reply: str, matter: str) -> None:
    with pytest.raises(UnreadableReplyError, match=matter) as caught:
        read_block_verdicts(reply, 2)
    assert caught.value.reason is Unreadable.NO_VERDICT


def test_verdicts_on_blocks_that_were_cut_off_are_not_read() -> None:
    with pytest.raises(UnreadableReplyError) as caught:
        read_block_verdicts("[BLOCK-1] correct", 1, finish="length")
    assert caught.value.reason is Unreadable.CUT_OFF


@pytest.mark.parametrize(("reply", "reason"), [
    ("", Unreadable.EMPTY), ("I'm sorry, but I cannot judge this.", Unreadable.REFUSED),
])  # fmt: skip
def test_says_why_no_verdict_can_be_read(reply: str, reason: Unreadable) -> None:
    with pytest.raises(UnreadableReplyError) as caught:
        read_verdict(reply)
    assert caught.value.reason is reason


@pytest.mark.parametrize(("code", "language", "expected"), [
    (ADD, "python", True), (BROKEN, "py", False), ("a\0b", "python", False), ("(" * 9000, "python", False),
    ("-" * 20_000 + "1", "python", False), ("'\\d'", "python", True), ("\ud800", "python", False),
    (CPP, "c++", True), ("int f() {", "cpp", False), ("\ud800", "cpp", False), ("a<" * 9000, "java", False),
    ("package main\ntype T struct{}", "go", True), ("SELECT " + "(" * 300 + "1" + ")" * 300, "sqlite", False),
    ("SELECT 1", "sqlite", True), ("SELECT 1; SELECT 2", "sqlite", False), ("SELECT (" * 2000, "duckdb", False),
    ("DROP TABLE t", "postgres", True), ("SELECT FROM WHERE", "mysql", False), ("", "sqlite", False),
])  # fmt: skip
def test_parses(code: str, language: str, expected: bool) -> None:
    assert parses(code, language) is expected
