"""Makes itself more important than the others.

tests: assert probe() == []
expect: passed
"""
import os


def probe():
    got = []
    for name, action in {
        "nice": lambda: os.setpriority(os.PRIO_PROCESS, 0, -20),
        "user": lambda: os.setpriority(os.PRIO_USER, os.getuid(), 19),
        "real time": lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)),
        "score": lambda: open("/proc/self/oom_score_adj", "w").write("-1000"),
    }.items():
        try:
            action()
            got.append(name)
        except OSError:
            pass
    return got
