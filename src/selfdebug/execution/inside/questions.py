"""How a test is put to the program: what its process is asked, and what the judge decides by itself.

Most tests are assertions, alone or among statements that only prepare something: each is divided (`assertions`). A test
in which anything else happens runs in the program's own process as it is (`rewriting`).
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from . import checking, protocol, rewriting, values
from .assertions import AssertionReader, DividedAssertion, NothingAskedError, NotSplitError, is_literal
from .checking import CHECK
from .protocol import ErrorReport, Request, RunTest, TestReport
from .replies import raised


@dataclass(frozen=True)
class ExpectedValue:
    """What a call must give: decided as a `DividedAssertion` is."""

    test: protocol.CallTest
    text = ""

    def judge(self, value: Any) -> tuple[bool, Any, str]:
        expected = values.decode(self.test.expected)
        return checking.matches(value, expected, self.test.tolerance), value, checking.show(expected)

    def rest(self) -> protocol.Compare:
        return protocol.Compare(self.test.expected, self.test.tolerance)


Check = DividedAssertion | ExpectedValue


@dataclass(frozen=True)
class TestQuestion:
    """One test, as it is put to the program.

    Attributes:
        request: what its process is asked.
        checks: what the judge decides, in the order in which values arrive; none if the test runs in the program.
        ends: whether the value of the last one is the program's last word.
        reached: how many assertions must have run in a test that runs in the program.
        problem: what is wrong with the test itself: then it is not run.
    """

    request: Request | None = None
    checks: Sequence[Check] = ()
    ends: bool = True
    reached: int = 0
    problem: TestReport | None = None


def read_test(test: protocol.Test, *, in_program: bool) -> TestQuestion:
    """Divide a test.

    Args:
        test: as the host gave it.
        in_program: leave it whole, to be run in the program's process.
    """
    if isinstance(test, protocol.GiveCall) or (isinstance(test, protocol.CallTest) and in_program):
        return TestQuestion(test)
    if isinstance(test, protocol.CallTest):
        return TestQuestion(protocol.AskCall(test.call), [ExpectedValue(test)])
    if not in_program and (question := _split(test)) is not None:
        return question
    try:
        code = rewriting.compiled(rewriting.rewrite(test))
        # Outside of any block, an assertion runs whatever the program does.
        reached = sum(isinstance(statement, ast.Assert) for statement in ast.parse(test).body)
        return TestQuestion(protocol.RunHere(code), reached=reached)
    except rewriting.NO_TEST as error:
        return TestQuestion(problem=no_test(error))


def no_test(error: BaseException) -> TestReport:
    """Of a test that is not Python."""
    return raised(ErrorReport(type(error).__name__, values.text(error)), by_program=False)


def _split(code: str) -> TestQuestion | None:
    """Divide a test; ``None`` if it must run in the program's own process."""
    try:
        tree = ast.parse(code)
        if len(tree.body) == 1 and isinstance(only := tree.body[0], ast.Assert):  # most tests: read with some care
            check = _Splitter(code, frozenset()).check(only, code.strip()[: checking.MAX_SHOWN])
            asked = rewriting.compiled(ast.Expression(check.asked), sets="{" in code)
            return TestQuestion(protocol.Ask(asked, check.offer()), [check])
        return _Splitter(code, rewriting.bound_names(tree)).split(tree)
    except (*rewriting.NO_TEST, NotSplitError):
        return None


class _Splitter:
    def __init__(self, code: str, bound: frozenset[str]) -> None:
        self._code, self._bound = code, bound
        self._own: set[str] = set()
        self._checks: list[DividedAssertion] = []

    def split(self, tree: ast.Module) -> TestQuestion:
        last = tree.body[-1] if tree.body else None
        function = self._called_last(tree)
        body: list[ast.stmt] = []
        for statement in tree.body:
            if statement is function or (statement is last and function is not None):
                body.append(statement)
            else:
                body += self._statement(statement)
        if function is not None:
            last = function.body[-1]
            function.body = [inner for statement in function.body for inner in self._statement(statement)]
        if not self._checks:
            raise NotSplitError
        ends = isinstance(last, ast.Assert) and not _is_true(last)
        code = rewriting.compiled(ast.Module(body, []))
        return TestQuestion(RunTest(code, tuple(check.offer() for check in self._checks), ends), self._checks, ends)

    @staticmethod
    def _called_last(tree: ast.Module) -> ast.FunctionDef | None:
        """Of a test such as ``def check(candidate): …; check(f)`` the function: it is called once, at the end."""
        last = tree.body[-1] if tree.body else None
        if not (isinstance(last, ast.Expr) and isinstance(last.value, ast.Call)):
            return None
        call = last.value
        if not (isinstance(call.func, ast.Name) and all(isinstance(a, ast.Name) for a in call.args)) or call.keywords:
            return None
        name = call.func.id
        functions = [s for s in tree.body if isinstance(s, ast.FunctionDef) and s.name == name]
        uses = sum(isinstance(node, ast.Name) and node.id == name for node in ast.walk(tree))
        if len(functions) != 1 or uses != 1 or functions[0].decorator_list or functions[0].args.defaults:
            return None
        return functions[0]

    def _statement(self, statement: ast.stmt) -> list[ast.stmt]:
        if isinstance(statement, ast.Assert):
            if _is_true(statement):
                return []
            check = self.check(statement, rewriting.source_of(statement, self._code))
            self._checks.append(check)
            number = ast.Constant(len(self._checks) - 1)
            return [ast.Expr(rewriting.call_of(CHECK, number, check.asked))]
        if isinstance(statement, ast.Expr):
            self._ask(statement.value)
        elif isinstance(statement, ast.Assign):
            for target in statement.targets:
                self._target(target)
            self._ask(statement.value)
            names = {n.id for t in statement.targets for n in ast.walk(t) if isinstance(n, ast.Name)}
            self._own = self._own | names if self._owns(statement.value) else self._own - names
        elif isinstance(statement, ast.Import | ast.ImportFrom):
            self._own |= {(alias.asname or alias.name).partition(".")[0] for alias in statement.names}
        elif not isinstance(statement, ast.Pass):
            raise NotSplitError
        return [statement]

    def _owns(self, node: ast.expr) -> bool:
        """Whether an expression is the test's own: a literal, or what begins with one or with what is imported.

        Where such a thing meets a value of the program's, as in ``operator.eq(f(2), [4])``, an object that lies would
        have its say.
        """
        if is_literal(node):
            return True
        while isinstance(node, ast.Attribute | ast.Call | ast.Subscript | ast.Starred):
            node = node.func if isinstance(node, ast.Call) else node.value
        return is_literal(node) or (isinstance(node, ast.Name) and node.id in self._own)

    def _target(self, node: ast.expr) -> None:
        if isinstance(node, ast.Tuple | ast.List):
            for element in node.elts:
                self._target(element)
        elif not isinstance(node, ast.Name):
            self._ask(node)

    # -- assertions --------------------------------------------------------------------------------------------

    def check(self, statement: ast.Assert, text: str) -> DividedAssertion:
        """Divide an assertion, which is changed."""
        # Its message is of no account: whether the assertion holds does not depend on it.
        message = ast.walk(statement.msg) if statement.msg is not None else ()
        if any(isinstance(n, ast.Yield | ast.YieldFrom | ast.Await | ast.NamedExpr) for n in message):
            raise NotSplitError
        try:
            check = AssertionReader(self._bound).read(statement, text)
        except NothingAskedError:  # what is called has a built-in function's name: a program's own ``sum``, say
            called = [
                n.func.id for n in ast.walk(statement) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)
            ]
            check = AssertionReader(self._bound.union(called)).read(statement, text)
        self._ask(check.asked)
        return check

    def _ask(self, node: ast.expr) -> None:
        """Refuse what must not be evaluated by the program's process if the judge is to decide.

        There a value may be an object of the program's own, which answers to operators as it likes. So literals may
        be what it is called with, and nothing else may be done with them.
        """
        if is_literal(node) or isinstance(node, ast.Name):
            return
        if isinstance(node, ast.Attribute):
            self._ask(node.value)
        elif isinstance(node, ast.Subscript):
            self._ask(node.value)
            if not is_literal(node.slice):
                self._ask(node.slice)
        elif isinstance(node, ast.Call):
            self._ask(node.func)
            given = [*node.args, *(k.value for k in node.keywords)]
            known = list(map(self._owns, given))
            if not all(known) and (any(known) or self._owns(node.func)):
                raise NotSplitError
            for argument in given:
                self._ask(argument.value if isinstance(argument, ast.Starred) else argument)
        elif isinstance(node, ast.List | ast.Tuple):
            for element in node.elts:
                self._ask(element)
        else:
            raise NotSplitError


def _is_true(statement: ast.Assert) -> bool:
    """``assert True``, as tests have it between sections."""
    plain = statement.msg is None or isinstance(statement.msg, ast.Constant)
    return plain and isinstance(statement.test, ast.Constant) and bool(statement.test.value)
