"""Reads files of the host that hold names and secrets.

tests: assert probe() == []
expect: passed
"""
import os


def probe():
    got = []
    for path in ("/etc/passwd", "/etc/shadow", "/etc/hostname", "/etc/hosts", os.path.join("/root", ".bashrc"), os.path.join("/root", ".ssh", "id_rsa"),
                 "/proc/1/environ", "/proc/1/root" + "/etc/passwd", "/proc/self/root" + "/etc/passwd", "/var/log/dpkg.log",
                 "/scratch/../etc/passwd", "/usr/../etc/passwd", "/etc/alternatives/../passwd"):
        try:
            with open(path, "rb") as file:
                got.append((path, file.read(50)))
        except OSError:
            pass
    for folder in ("/root", "/home", "/etc", "/var", "/srv", "/proc/1/fd", "/proc/1/cwd", "/run"):
        try:
            names = os.listdir(folder)
        except OSError:
            continue
        known = {"alternatives", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime", "java"}
        if folder == "/etc":
            names = [n for n in names if n not in known and not n.startswith("java")]
            if names:
                got.append((folder, names[:5]))
        elif folder.startswith("/proc"):
            got.append((folder, names[:5]))
    return got
