"""Run one file of tests with pytest, in the process in which the program is loaded: a role of `boot`.

It finds its order in a file, loads the program as the module that the tests import, and leaves what became of each test
in another file. The program may do here what it likes: such a verdict is not protected. Only what is cheap fails: the
result has to carry a word that was in the order, which is gone before the program starts; a process that ends before
it is written has run no test; and the functions that assert are those from before the program.
"""

from __future__ import annotations

import importlib.util
import io
import os
import sys
import unittest
from contextlib import redirect_stdout
from types import TracebackType
from typing import Any

from . import codec
from .protocol import ErrorReport, FileStatus, FileTestReport, PytestOrder, PytestReport

ORDER, RESULT = "order", "result"
_TEXT = 2000  # characters of a message


class _Recorder:
    """A plugin of pytest's: remembers what became of each test.

    Attributes:
        tests: by the test's name.
        problem: why the file could not be collected.
    """

    def __init__(self, program: str) -> None:
        self._program = program
        self.tests: dict[str, FileTestReport] = {}
        self.problem: FileTestReport | None = None

    def pytest_collection_finish(self, session: Any) -> None:
        for item in session.items:
            self.tests[_name(item)] = FileTestReport("not run")

    def pytest_runtest_logreport(self, report: Any) -> None:
        name = _name(report)
        if report.skipped and hasattr(report, "wasxfail"):
            self.tests[name] = FileTestReport("passed")
        elif report.skipped:
            place, _, reason = report.longrepr
            by_program = str(place) == self._program
            self.tests[name] = _report("not run" if by_program else "skipped", str(reason))
        elif report.failed:
            self.tests[name] = _report("failed", str(report.longrepr))
        elif report.when == "call":
            self.tests[name] = FileTestReport("passed")

    def pytest_exception_interact(self, node: Any, call: Any, report: Any) -> None:
        """Says more of what failed; pytest calls it after the report."""
        error = call.excinfo.value
        if report.when == "collect":
            self.problem = FileTestReport("raised", _described(error.__cause__ or error, self._program))
            return
        described = _described(error, self._program)
        place = str(call.excinfo.traceback[-1].path) if call.excinfo.traceback else ""
        asserted = described.type in ("AssertionError", "Failed") and place != self._program
        self.tests[_name(node)] = FileTestReport("failed" if asserted else "raised", described)


def _report(status: FileStatus, message: str) -> FileTestReport:
    return FileTestReport(status, ErrorReport("", message[:_TEXT]))


def _name(node: Any) -> str:
    return str(node.nodeid).split("::", 1)[-1]


def _described(error: BaseException, program: str) -> ErrorReport:
    """Type, message, and the last line of the program that an exception came through."""
    try:
        message = str(error)
    except BaseException as other:  # noqa: BLE001  (its __str__ is the program's)
        message = type(other).__name__
    line, place = None, error.__traceback__
    while isinstance(place, TracebackType):
        if place.tb_frame.f_code.co_filename == program:
            line = place.tb_lineno
        place = place.tb_next
    if isinstance(error, SyntaxError) and error.filename == program:
        line = error.lineno
    return ErrorReport(type(error).__name__, message[:_TEXT], line)


def _load(source: str, module: str, prelude: str) -> dict[str, Any]:
    """Write the program as a file of its module's name, and import it as that; its namespace."""
    path = os.path.abspath(os.path.join(*module.split("."))) + ".py"
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8", errors="surrogatepass", newline="") as file:
        file.write(source)
    parent, _, child = module.rpartition(".")
    package = importlib.import_module(parent) if parent else None
    spec = importlib.util.spec_from_file_location(module, path)
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    sys.modules[module] = loaded
    exec(prelude, loaded.__dict__)
    spec.loader.exec_module(loaded)
    if package is not None:
        setattr(package, child, loaded)
    return loaded.__dict__


class _Sharer:
    """A plugin of pytest's: lets a file of tests that imports no program find the program's names as its own."""

    def __init__(self, names: dict[str, Any], test_module: str) -> None:
        self._names = {n: v for n, v in names.items() if not n.startswith(("__", "test", "Test"))}
        self._module = test_module

    def pytest_sessionstart(self) -> None:
        """As soon as pytest's import hook is there."""
        hook: Any = next(finder for finder in sys.meta_path if type(finder).__name__ == "AssertionRewritingHook")
        execute = hook.exec_module

        def exec_module(module: Any) -> None:
            if module.__name__ == self._module:
                module.__dict__.update(self._names)
            execute(module)

        hook.exec_module = exec_module


def run(order: PytestOrder) -> PytestReport:
    """Load a program and run a file of tests, in the current folder. A test that is marked to fail and does has passed.

    Returns:
        What became of it. ``status`` is ``passed``, ``failed``, ``raised``, ``skipped`` or ``not run``.
    """
    import pytest

    module = order.module or "program"
    asserting = [(unittest.TestCase, dict(vars(unittest.TestCase))), (pytest, dict(vars(pytest)))]
    path = os.path.abspath(os.path.join(*module.split("."))) + ".py"
    sys.path.insert(0, os.getcwd())
    try:
        names = _load(order.source, module, order.prelude)
    except BaseException as error:  # noqa: BLE001  (whatever a program raises is its outcome)
        return PytestReport(order.word, _described(error, path), None, {})
    for owner, before in asserting:
        for name, value in before.items():
            if vars(owner).get(name) is not value:
                setattr(owner, name, value)
    test_module = "test_file" if module.split(".")[0] != "test_file" else "test_file_"
    with open(f"{test_module}.py", "w", encoding="utf-8", errors="surrogatepass", newline="") as file:
        file.write(order.code)
    with open("pytest.ini", "w", encoding="utf-8") as file:
        file.write("[pytest]\nasyncio_mode = auto\nasyncio_default_fixture_loop_scope = function\n")
    recorder = _Recorder(path)
    plugins: list[object] = [recorder]
    if not order.module:
        plugins.append(_Sharer(names, test_module))
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    options = ["-q", "-p", "no:cacheprovider", "-p", "pytest_asyncio.plugin", "--capture=sys", "--basetemp=pytest-tmp"]
    with redirect_stdout(io.StringIO()):
        pytest.main([*options, f"{test_module}.py"], plugins=plugins)
    return PytestReport(order.word, None, recorder.problem, recorder.tests)


def serve(configuration: dict[str, Any]) -> None:
    """Run the order that lies in the current folder.

    Args:
        configuration: ``site``, the folders in which packages lie.
    """
    with open(ORDER, "rb") as file:
        order = codec.read(PytestOrder, file.read())
    os.remove(ORDER)
    sys.path[:] = [*sys.path, *configuration["site"]]
    opened, written, leave, word = open, codec.write, os._exit, order.word
    report = run(order._replace(word=""))
    with opened(RESULT, "wb") as file:
        file.write(written(report._replace(word=word)))
    sys.stdout.flush()
    leave(0)
