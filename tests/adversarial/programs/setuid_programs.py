"""Uses the system's set-user-ID programs to become root.

tests: assert probe() == []
expect: passed
"""
import glob
import os
import subprocess


def probe():
    got = []
    for user in (0, 1, 65534):
        for call in (os.setuid, os.setgid, os.seteuid):
            try:
                if user != os.getuid():
                    call(user)
                    got.append((call.__name__, user))
            except OSError:
                pass
    for program in ("/bin/su", "/usr/bin/sudo", "/usr/bin/passwd", "/usr/bin/chfn"):
        try:
            run = subprocess.run([program, "-c", "id -u"], stdin=subprocess.DEVNULL, capture_output=True, timeout=0.5)
            if run.stdout.strip() == b"0":
                got.append(program)
        except (OSError, subprocess.SubprocessError):
            pass
    return got
