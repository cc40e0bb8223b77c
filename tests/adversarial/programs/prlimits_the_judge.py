"""Changes limits and priorities of other processes.

tests: assert probe() == []
expect: passed
"""
import ctypes
import os
import resource


def probe():
    got = []
    libc = ctypes.CDLL(None, use_errno=True)
    for process in {os.getppid(), 1, 2} - {os.getpid()}:
        try:
            resource.prlimit(process, resource.RLIMIT_CPU, (1, 1))
            got.append((process, "limit"))
        except OSError:
            pass
        for name, action in {
            "priority": lambda: os.setpriority(os.PRIO_PROCESS, process, 19),
            "affinity": lambda: os.sched_setaffinity(process, {0}),
            "scheduler": lambda: os.sched_setscheduler(process, os.SCHED_IDLE, os.sched_param(0)),
            "input and output": lambda: libc.syscall(251, 1, process, 0x6000) == -1 and int("no"),
            "score": lambda: open(f"/proc/{process}/oom_score_adj", "w").write("1000"),
        }.items():
            try:
                action()
                got.append((process, name))
            except (OSError, ValueError):
                pass
    return got
