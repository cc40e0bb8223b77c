"""First code of a sandboxed process: give up every right, then serve as the runner or the judge.

Started as a script by an interpreter that sees no site-packages; its one argument is a JSON object, written by
`selfdebug.execution.isolation`. In the role of ``pytest`` it is started by a sandboxed process, as its command.
"""

import importlib.util
import json
import os
import resource
import signal
import sys
import types


def _load_package() -> None:
    """Make this folder a package of a private name, so that programs cannot import it by accident."""
    here = os.path.dirname(os.path.abspath(__file__))
    package = types.ModuleType("_selfdebug_inside")
    package.__path__ = [here]
    sys.modules[package.__name__] = package
    # The codec of plain values is the host's own, two folders up; of that folder nothing else is visible.
    codec = os.path.join(os.path.dirname(os.path.dirname(here)), "values.py")
    specification = importlib.util.spec_from_file_location("_selfdebug_inside.values", codec)
    assert specification is not None
    assert specification.loader is not None
    values = importlib.util.module_from_spec(specification)
    package.values = values  # type: ignore[attr-defined]
    sys.modules[values.__name__] = values
    specification.loader.exec_module(values)


def _heed_signals() -> None:
    """Undo what a shell does to commands in the background: programs must not end otherwise there."""
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)


def main() -> None:
    """Confine this process as the configuration says and serve until the other side closes."""
    configuration = json.loads(sys.argv[1])
    _heed_signals()
    # The one argument names folders of the host: programs have no business with it.
    sys.argv[:] = ["program"]
    _load_package()
    from _selfdebug_inside import confine, seccomp

    if configuration["role"] == "pytest":
        from _selfdebug_inside import pytest_file

        pytest_file.serve(configuration)
    elif configuration["role"] == "judge":
        from _selfdebug_inside import judge
    else:
        from _selfdebug_inside import template

    if configuration["processor"] is not None:
        os.sched_setaffinity(0, {configuration["processor"]})
    isolation = configuration["isolation"]
    os.chdir(configuration["scratch"])
    if isolation != "none":
        confine.adopt_orphans()
        if isolation == "landlock":
            confine.die_with_parent(configuration["parent"])
        if configuration["user"] is not None:
            confine.become(configuration["user"], keep_reading=isolation == "landlock")
            if isolation == "landlock":
                # A change of user clears the request to die with the parent.
                confine.die_with_parent(configuration["parent"])
        confine.forbid_new_privileges()
        if isolation == "landlock":
            watches = configuration["role"] == "runner"
            # The runner looks into /proc at the threads of programs; its template gives that up.
            confine.restrict_files(
                [*configuration["readable"], "/proc"] if watches else configuration["readable"],
                [configuration["scratch"]] if watches else [],
            )
        confine.Filter(seccomp.base_filter()).install()
        confine.close_to_others()
    confine.limit(resource.RLIMIT_CORE, 0)
    confine.limit(resource.RLIMIT_NOFILE, configuration["descriptors"])
    sys.path[:] = [entry for entry in sys.path if entry] + configuration["site"]
    sys.dont_write_bytecode = True
    null = os.open("/dev/null", os.O_RDWR)
    for descriptor in (0, 1):  # standard error stays: the host reads there why a worker ended
        os.dup2(null, descriptor)
    os.close(null)
    if configuration["role"] == "judge":
        judge.TestJudge(configuration).serve()
    else:
        started = template.Template(configuration)
        # Imported only now: what the runner needs to watch programs must not weigh on each fork of the template.
        from _selfdebug_inside import runner

        runner.ProgramRunner(configuration, started).serve()


if __name__ == "__main__":
    main()
