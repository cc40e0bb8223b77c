"""Give up rights, from inside: what a sandbox's first process and each program do before they serve or run.

Everything here is irrevocable for the process and for all that it starts. Raises ``OSError`` where the kernel refuses;
callers must then end, never go on less confined than they were asked to be.

Sources: man pages landlock(7), seccomp(2), prctl(2), capabilities(7), setrlimit(2).
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import resource
import struct
from collections.abc import Iterable

from . import seccomp

_libc = ctypes.CDLL(None, use_errno=True)

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_KEEPCAPS, _PR_SET_SECCOMP = 1, 4, 8, 22
_PR_SET_SECUREBITS, _SECBIT_NO_SETUID_FIXUP = 28, 1 << 2
_PR_SET_CHILD_SUBREAPER, _PR_SET_NO_NEW_PRIVS, _PR_CAP_AMBIENT = 36, 38, 47
_SECCOMP_MODE_FILTER, _PR_CAP_AMBIENT_RAISE = 2, 2

# The same numbers on every architecture: these calls are younger than the unified table.
_LANDLOCK_CREATE_RULESET, _LANDLOCK_ADD_RULE, _LANDLOCK_RESTRICT_SELF = 444, 445, 446
_CREATE_RULESET_VERSION, _RULE_PATH_BENEATH = 1, 1
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR, _TRUNCATE, _IOCTL = 1 << 0, 1 << 1, 1 << 2, 1 << 3, 1 << 14, 1 << 15
_RIGHTS_BY_ABI = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1, 5: (1 << 16) - 1}
_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL

_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH = 1, 2


def _check(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def _prctl(option: int, first: int = 0, second: int = 0, *, what: str) -> None:
    arguments = [ctypes.c_ulong(value) for value in (first, second, 0, 0)]
    _check(_libc.prctl(ctypes.c_int(option), *arguments), what)


def landlock_abi() -> int:
    """Landlock's version on this kernel; 0 where there is none."""
    size, flags = ctypes.c_size_t(0), ctypes.c_uint32(_CREATE_RULESET_VERSION)
    return max(0, int(_libc.syscall(_LANDLOCK_CREATE_RULESET, None, size, flags)))


def close_to_others() -> None:
    """No core dumps, and no process of the same user may read or trace this one."""
    _prctl(_PR_SET_DUMPABLE, 0, what="cannot forbid tracing")


def open_to_itself() -> None:
    """Undo `close_to_others` in a forked program: its own ``/proc/self`` belongs to it again."""
    _prctl(_PR_SET_DUMPABLE, 1, what="cannot allow /proc/self")


def die_with_parent(parent: int | None = None) -> None:
    """Be killed when the process that started this one ends, however it ends.

    Args:
        parent: its number. A process just forked needs none: its parent cannot have ended unseen.
    """
    _prctl(_PR_SET_PDEATHSIG, 9, what="cannot follow the parent")
    if parent is not None and os.getppid() != parent:
        os.kill(os.getpid(), 9)


def end_at(number: int) -> None:
    """Have a signal end this process at once, even in the middle of C code.

    Its default action would do the same, but not for the first process of a namespace, which gets only what it handles.
    """
    _libc.signal(ctypes.c_int(number), ctypes.cast(_libc._exit, ctypes.c_void_p))


def adopt_orphans() -> None:
    """Become the parent of whatever a compiler leaves behind, so that it can be found and ended."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1, what="cannot adopt orphans")


def become(user: int, *, keep_reading: bool) -> None:
    """Turn from root into a user that nobody else is, so that limits per user hold.

    Args:
        user: number of the user and group to become.
        keep_reading: keep one capability, to pass over the permissions of folders such as ``/root``, in which the
            interpreter may lie. Only for use below Landlock, which then decides alone.
    """
    os.setgroups([])
    if keep_reading:
        _prctl(_PR_SET_KEEPCAPS, 1, what="cannot keep capabilities")
        with contextlib.suppress(OSError):  # compilers ask access(2), which else leaves the capability out
            _prctl(_PR_SET_SECUREBITS, _SECBIT_NO_SETUID_FIXUP, what="cannot keep capabilities for access")
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    if keep_reading:
        for capability in (_CAP_DAC_READ_SEARCH, _CAP_DAC_OVERRIDE):
            if _keep_only(capability):
                return
        raise OSError(errno.EPERM, "cannot keep the right to read the interpreter")


def _keep_only(capability: int) -> bool:
    header = struct.pack("=Ii", 0x20080522, 0)
    mask = 1 << capability
    data = struct.pack("=6I", mask, mask, mask, 0, 0, 0)
    if _libc.capset(header, data) != 0:
        return False
    # Ambient: an interpreter or compiler that is executed keeps it as well.
    _prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, capability, what="cannot pass a capability on")
    return True


def forbid_new_privileges() -> None:
    """Set-user-ID programs give nothing from here on; seccomp and Landlock demand it."""
    _prctl(_PR_SET_NO_NEW_PRIVS, 1, what="cannot forbid new privileges")


_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")


def restrict_files(readable: Iterable[str], writable: Iterable[str]) -> None:
    """Landlock: open nothing but what is listed, and the devices that every program uses.

    Args:
        readable: folders or files to read and execute.
        writable: folders in which everything is allowed.
    """
    abi = landlock_abi()
    if abi < 1:
        raise OSError(errno.ENOSYS, "this kernel has no Landlock")
    handled = _RIGHTS_BY_ABI[min(abi, 5)]
    attribute = struct.pack("=Q", handled)
    made = _libc.syscall(_LANDLOCK_CREATE_RULESET, attribute, ctypes.c_size_t(len(attribute)), ctypes.c_uint32(0))
    ruleset = _check(made, "cannot make a Landlock ruleset")
    reading, using = _EXECUTE | _READ_FILE | _READ_DIR, _READ_FILE | _WRITE_FILE
    for paths, rights in ((readable, reading), (writable, ~_IOCTL), (_DEVICES, using)):
        for path in paths:
            _allow_beneath(ruleset, path, rights & handled)
    try:
        entered = _libc.syscall(_LANDLOCK_RESTRICT_SELF, ctypes.c_int(ruleset), ctypes.c_uint32(0))
        _check(entered, "cannot enter the Landlock domain")
    finally:
        os.close(ruleset)


def _allow_beneath(ruleset: int, path: str, rights: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return  # what does not exist needs no rule
    try:
        if not os.path.isdir(path):
            rights &= _OF_FILES
        rule = struct.pack("=Qi", rights, descriptor)
        kind, flags = ctypes.c_int(_RULE_PATH_BENEATH), ctypes.c_uint32(0)
        _check(_libc.syscall(_LANDLOCK_ADD_RULE, ctypes.c_int(ruleset), kind, rule, flags), f"cannot allow {path}")
    finally:
        os.close(descriptor)


def limit(name: int, size: int) -> None:
    """Set one resource limit, soft and hard, never above the hard one in force."""
    allowed = resource.getrlimit(name)[1]
    size = size if allowed == resource.RLIM_INFINITY else min(size, allowed)
    resource.setrlimit(name, (size, size))


class Filter:
    """A seccomp program, laid out in memory once and then installed in as many processes as are forked."""

    def __init__(self, program: bytes) -> None:
        self._code = ctypes.create_string_buffer(program, len(program))
        header = struct.pack("=HxxxxxxQ", len(program) // 8, ctypes.addressof(self._code))
        self._header = ctypes.create_string_buffer(header, 16)

    def install(self) -> None:
        """Put the filter over this process; it cannot be taken off again."""
        header = ctypes.addressof(self._header)
        _prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, header, what="cannot install a seccomp filter")


_PLACE = 0x7FFFFFF1  # stands for the process number until it is known


class ProgramFilter:
    """`seccomp.program_filter`, assembled once; only the process number is filled in for each program."""

    def __init__(self) -> None:
        self._template = seccomp.program_filter(_PLACE)

    def install(self) -> None:
        """Put the filter over this process."""
        Filter(self._template.replace(struct.pack("=I", _PLACE), struct.pack("=I", os.getpid()))).install()
