"""Creates, changes, links, renames and removes files outside its folder.

tests: assert probe() == []
expect: passed
"""
import json
import os


def probe():
    got = []
    target = json.__file__
    actions = {
        "append": lambda: open(target, "ab").close(),
        "truncate while reading": lambda: os.close(os.open(target, os.O_RDONLY | os.O_TRUNC)),
        "truncate": lambda: os.truncate(target, os.stat(target).st_size),
        "create": lambda: open(os.path.dirname(target) + "/created", "w"),
        "remove": lambda: os.unlink(target),
        "rename": lambda: os.rename(target, target + ".gone"),
        "move out": lambda: os.rename(target, "mine"),
        "link": lambda: os.link(target, "mine2"),
        "mkdir": lambda: os.mkdir("/usr/lib/made"),
        "mknod": lambda: os.mknod("/tmp/../made"),
        "utime": lambda: os.utime(target),
        "xattr": lambda: os.setxattr(target, "user.x", b"x"),
        "create in tmp": lambda: open("/var/tmp/made", "w"),
        "device": lambda: os.mknod("sda", 0o60666, os.makedev(8, 0)),
    }
    for name, action in actions.items():
        try:
            action()
            got.append(name)
        except OSError:
            pass
    return got
