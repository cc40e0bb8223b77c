"""Mounts a file system over what is there.

tests: assert probe() == 'refused'
expect: passed
"""
import ctypes


def probe():
    libc = ctypes.CDLL(None, use_errno=True)
    got = [
        libc.mount(b"none", b"/", b"tmpfs", 0, None),
        libc.mount(b"/", b".", None, 4096, None),
        libc.mount(None, b"/", None, 32 | 4096, None),
        libc.umount2(b"/proc", 2),
        libc.syscall(430, b"tmpfs", 0),
        libc.syscall(428, -100, b"/", 1),
        libc.pivot_root(b".", b".") if hasattr(libc, "pivot_root") else -1,
        libc.chroot(b"."),
    ]
    return "refused" if set(got) == {-1} else got
