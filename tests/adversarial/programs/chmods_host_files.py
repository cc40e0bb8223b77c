"""Changes modes and owners of files of the host that it may merely read: by path, and by descriptor.

tests: assert probe() == []
expect: passed
"""
import ctypes
import glob
import os
import sys


def probe():
    got = []
    libc = ctypes.CDLL(None, use_errno=True)
    libc.ioctl.argtypes = [ctypes.c_int, ctypes.c_ulong, ctypes.c_void_p]
    flags = ctypes.c_long(0)
    for folder in [p for p in sys.path if os.path.isdir(p)] + ["/usr/lib"]:
        if folder.startswith(os.environ["TMPDIR"]):
            continue
        for path in [folder, *sorted(glob.glob(folder + "/*.py"))[:3]]:
            mode = os.stat(path).st_mode & 0o7777
            try:
                descriptor = os.open(path, os.O_RDONLY)
            except OSError:
                continue
            for name, action in {
                "chmod": lambda: os.chmod(path, mode),
                "fchmod": lambda: os.fchmod(descriptor, mode),
                "fchown": lambda: os.fchown(descriptor, -1, -1),
                "chown": lambda: os.chown(path, -1, -1),
                "utime": lambda: os.utime(path),
                "futime": lambda: os.utime(descriptor),
                "setxattr": lambda: os.setxattr(descriptor, "user.attack", b"1"),
            }.items():
                try:
                    action()
                    got.append((name, path))
                except OSError:
                    pass
            # Flags of the file: read them, and write them back.
            if libc.ioctl(descriptor, 0x80086601, ctypes.byref(flags)) == 0:
                if libc.ioctl(descriptor, 0x40086602, ctypes.byref(flags)) == 0:
                    got.append(("flags", path))
            os.close(descriptor)
    return got[:10]
