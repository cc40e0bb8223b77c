"""Which system calls a confined process may make, as programs for the kernel's seccomp filter.

A call is refused by name, and every call that is newer than this list is refused as unknown (``ENOSYS``), so that a
kernel to come opens nothing. The *base* filter holds for everything in a sandbox. Over it goes one of two: the
*protecting* filter in a process namespace, for the template and its programs; or, where there is none, the *program*
filter, which takes away what a compiler needs and a program does not: processes, signals to others, changing the
attributes of files.

Sources: the kernel's system call tables; Documentation/userspace-api/seccomp_filter.rst.
"""

from __future__ import annotations

import errno
import platform
import struct
from collections.abc import Iterable

# name: (x86_64, aarch64); None where the machine has no such call.
_BASE = """
accept 43 202, accept4 288 242, acct 163 89, add_key 248 217, adjtimex 159 171, bind 49 200, bpf 321 280,
chroot 161 51, clock_adjtime 305 266, clock_settime 227 112, connect 42 203, delete_module 176 106,
fanotify_init 300 262, fanotify_mark 301 263, finit_module 313 273, fsconfig 431 431, fsmount 432 432,
fsopen 430 430, fspick 433 433, init_module 175 105, inotify_add_watch 254 27, inotify_init 253 -,
inotify_init1 294 26, io_uring_enter 426 426, io_uring_register 427 427, io_uring_setup 425 425, ioperm 173 -,
iopl 172 -, ioprio_set 251 30, kcmp 312 272, kexec_file_load 320 294, kexec_load 246 104, keyctl 250 219,
listen 50 201, lookup_dcookie 212 18, mbind 237 235, memfd_create 319 279, memfd_secret 447 447,
migrate_pages 256 238, modify_ldt 154 -, mount 165 40, mount_setattr 442 442, move_mount 429 429,
move_pages 279 239, mq_open 240 180, mq_unlink 241 181, msgctl 71 187, msgget 68 186, msgrcv 70 188, msgsnd 69 189,
name_to_handle_at 303 264, nfsservctl 180 42, open_by_handle_at 304 265, open_tree 428 428, perf_event_open 298 241,
personality 135 92, pidfd_getfd 438 438, pidfd_send_signal 424 424, pivot_root 155 41, process_madvise 440 440,
process_mrelease 448 448, process_vm_readv 310 270, process_vm_writev 311 271, ptrace 101 117, quotactl 179 60,
quotactl_fd 443 443, reboot 169 142, request_key 249 218, sched_setaffinity 203 122, sched_setattr 314 274,
sched_setparam 142 118, sched_setscheduler 144 119, semctl 66 191, semget 64 190, semop 65 193, semtimedop 220 192,
set_mempolicy 238 237, set_mempolicy_home_node 450 450, setdomainname 171 162, sethostname 170 161, setns 308 268,
setpriority 141 140, setsockopt 54 208, settimeofday 164 170, shmat 30 196, shmctl 31 195, shmget 29 194,
shutdown 48 210, socket 41 198, splice 275 76, swapoff 168 225, swapon 167 224, syslog 103 116, tee 276 77,
umount2 166 39, unshare 272 97, uselib 134 -, userfaultfd 323 282, vhangup 153 58, vmsplice 278 75
"""

_PROGRAM = """
chmod 90 -, chown 92 -, fchmod 91 52, fchmodat 268 53, fchown 93 55, fchownat 260 54, fremovexattr 199 16,
fsetxattr 190 7, futimesat 261 -, lchown 94 -, lremovexattr 198 15, lsetxattr 189 6, mknod 133 -, mknodat 259 33,
pidfd_open 434 434, removexattr 197 14, setxattr 188 5, truncate 76 45, utime 132 -, utimensat 280 88, utimes 235 -
"""

# Calls whose arguments decide.
_ARGUED = """
clone 56 220, clone3 435 435, fcntl 72 25, fork 57 -, ioctl 16 29, kill 62 129, open 2 -, openat 257 56,
openat2 437 437, prctl 157 167, prlimit64 302 261, recvfrom 45 207, recvmmsg 299 243, recvmsg 47 212,
rt_sigqueueinfo 129 138, rt_tgsigqueueinfo 297 240, sendmmsg 307 269, sendmsg 46 211, sendto 44 206,
setpgid 109 154, socketpair 53 199, tgkill 234 131, tkill 200 130, vfork 58 -
"""

_NEWEST = 450  # the highest number that was read before it was let through
_AUDIT_ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

_LOAD, _EQUAL, _GREATER, _ANY_BIT, _AND, _RETURN, _JUMP = 0x20, 0x15, 0x25, 0x45, 0x54, 0x06, 0x05
_NUMBER, _ARCHITECTURE, _ARGUMENT = 0, 4, 16
_ALLOW, _KILL = 0x7FFF0000, 0x80000000

_CLONE_THREAD, _CLONE_PARENT, _CLONE_NAMESPACES = 0x00010000, 0x00008000, 0x7E020000
_AF_UNIX, _SOCK_STREAM, _SOCK_SEQPACKET, _SOCK_TYPES, _MSG_OOB = 1, 1, 5, 0xF, 1
_O_TRUNC, _O_ACCMODE = 0o1000, 0o3
_PR_SET_PDEATHSIG = 1
_F_SETOWN, _F_SETSIG, _F_SETOWN_EX, _F_SETLEASE, _F_NOTIFY = 8, 10, 15, 1024, 1026
_FIOSETOWN, _SIOCSPGRP, _TIOCSTI, _TIOCLINUX = 0x8901, 0x8902, 0x5412, 0x541C
# What programs ask of files, pipes and terminals: TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX.
_HARMLESS_CONTROLS = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)


def _table(text: str) -> dict[str, int | None]:
    column = 1 if platform.machine() == "x86_64" else 2
    rows = (entry.split() for entry in text.replace("\n", " ").split(","))
    return {row[0]: None if row[column] == "-" else int(row[column]) for row in rows}


def supported() -> bool:
    """Whether this machine's architecture has a table here."""
    return platform.machine() in _AUDIT_ARCHITECTURE


def _refuse(error: int = errno.EPERM) -> int:
    return 0x00050000 | error


def _instruction(code: int, k: int, when_true: int = 0, when_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, when_true, when_false, k & 0xFFFFFFFF)


_ALLOWED, _REFUSED = _instruction(_RETURN, _ALLOW), _instruction(_RETURN, _refuse())
_UNKNOWN = _instruction(_RETURN, _refuse(errno.ENOSYS))


def _prologue() -> list[bytes]:
    return [
        _instruction(_LOAD, _ARCHITECTURE),
        _instruction(_EQUAL, _AUDIT_ARCHITECTURE[platform.machine()], 1, 0),
        _instruction(_RETURN, _KILL),
        _instruction(_LOAD, _NUMBER),
        _instruction(_GREATER, _NEWEST, 0, 1),
        _UNKNOWN,
    ]


def _each(values: Iterable[int | None], what: bytes) -> list[bytes]:
    """Return ``what`` for each of the values; jumps reach 255 instructions, so each has its own return."""
    known = [value for value in values if value is not None]
    return [part for value in known for part in (_instruction(_EQUAL, value, 0, 1), what)]


def _when(number: int | None, *checks: bytes) -> list[bytes]:
    """``checks`` for one call; they end in a return, so that the number is still loaded for what follows."""
    if number is None:
        return []
    return [_instruction(_EQUAL, number, 0, len(checks)), *checks]


def _argument(index: int) -> bytes:
    return _instruction(_LOAD, _ARGUMENT + 8 * index)


def _any_bit(bits: int, then: bytes, otherwise: bytes) -> list[bytes]:
    return [_instruction(_ANY_BIT, bits, 0, 1), then, otherwise]


def base_filter() -> bytes:
    """For everything in a sandbox: no network, no mounts, no other process's memory, no kernel interfaces.

    ``open`` that truncates while it reads is refused too: kernels before 6.2 let it past Landlock. So are processes
    that would be their parent's siblings, where nobody looks for what a program left behind; new namespaces; datagram
    sockets, which reach the host's services by name without being connected; and what would last on a socket or a
    pipe that the next program uses as well.
    """
    calls = _table(_ARGUED)
    code = _prologue() + _each(_table(_BASE).values(), _REFUSED)
    for name, index in (("open", 1), ("openat", 2)):
        truncates_reading = _instruction(_AND, _O_TRUNC | _O_ACCMODE), _instruction(_EQUAL, _O_TRUNC, 1, 0)
        code += _when(calls[name], _argument(index), *truncates_reading, _ALLOWED, _REFUSED)
    for name in ("openat2", "clone3"):  # their arguments lie behind a pointer; libraries fall back to the old calls
        code += _when(calls[name], _UNKNOWN)
    code += _when(calls["prlimit64"], _argument(0), *_each([0], _ALLOWED), _REFUSED)
    strays = _any_bit(_CLONE_PARENT | _CLONE_NAMESPACES, _REFUSED, _ALLOWED)
    code += _when(calls["clone"], _argument(0), *strays)
    connected = [
        _argument(0),
        _instruction(_EQUAL, _AF_UNIX, 1, 0),
        _REFUSED,
        _argument(1),
        _instruction(_AND, _SOCK_TYPES),
        _instruction(_EQUAL, _SOCK_STREAM, 1, 0),
        _instruction(_EQUAL, _SOCK_SEQPACKET, 0, 1),
        _ALLOWED,
        _REFUSED,
    ]
    code += _when(calls["socketpair"], *connected)
    flags = {"sendto": 3, "recvfrom": 3, "sendmsg": 2, "recvmsg": 2, "sendmmsg": 3, "recvmmsg": 3}
    for name, index in flags.items():
        code += _when(calls[name], _argument(index), *_any_bit(_MSG_OOB, _REFUSED, _ALLOWED))
    for name, forbidden in (
        # The kernel would send signals for the program, or hold up or watch others.
        ("fcntl", (_F_SETOWN, _F_SETSIG, _F_SETOWN_EX, _F_SETLEASE, _F_NOTIFY)),
        ("ioctl", (_FIOSETOWN, _SIOCSPGRP, _TIOCSTI, _TIOCLINUX)),
    ):
        code += _when(calls[name], _argument(1), *_each(forbidden, _REFUSED), _ALLOWED)
    return b"".join([*code, _ALLOWED])


def protecting_filter(process: int) -> bytes:
    """For what runs in a process namespace: no signals to one process, nor to all or to a group.

    Args:
        process: the template's number: programs have no business with it.
    """
    calls = _table(_ARGUED)
    code = _prologue()
    for name in ("kill", "tkill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo"):
        negative = [_instruction(_GREATER, 0x7FFFFFFF, 0, 1), _REFUSED]
        code += _when(calls[name], _argument(0), *_each([process], _REFUSED), *negative, _ALLOWED)
    return b"".join([*code, _ALLOWED])


def program_filter(process: int) -> bytes:
    """For a program that a model wrote: threads, no processes; signals to itself alone; no life after its parent.

    Args:
        process: the program's own process number, as it sees it itself.
    """
    calls = _table(_ARGUED)
    code = _prologue()
    code += _when(calls["clone"], _argument(0), *_any_bit(_CLONE_THREAD, _ALLOWED, _REFUSED))
    for name in ("kill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo"):
        code += _when(calls[name], _argument(0), *_each([process], _ALLOWED), _REFUSED)
    code += _when(calls["prctl"], _argument(0), *_each([_PR_SET_PDEATHSIG], _REFUSED), _ALLOWED)
    # Others change a file's flags or attributes, for which its owner need not have opened it for writing.
    code += _when(
        calls["ioctl"], _argument(1), *_each(_HARMLESS_CONTROLS, _ALLOWED), _instruction(_RETURN, _refuse(errno.ENOTTY))
    )
    refused = [calls[name] for name in ("fork", "vfork", "tkill", "setpgid")] + list(_table(_PROGRAM).values())
    return b"".join([*code, *_each(refused, _REFUSED), _ALLOWED])
