"""Asks for interfaces of the kernel that programs seldom need and attackers often.

tests: assert probe() == []
expect: passed
"""
import ctypes
import platform

X86 = {"bpf": 321, "userfaultfd": 323, "keyctl": 250, "add_key": 248, "perf_event_open": 298, "fanotify_init": 300,
       "kexec_load": 246, "init_module": 175, "finit_module": 313, "ptrace": 101, "process_vm_readv": 310,
       "pidfd_getfd": 438, "kcmp": 312, "memfd_secret": 447, "modify_ldt": 154, "personality": 135, "swapon": 167,
       "reboot": 169, "syslog": 103, "acct": 163, "quotactl": 179, "name_to_handle_at": 303, "open_by_handle_at": 304,
       "splice": 275, "vmsplice": 278, "shmget": 29, "msgget": 68, "semget": 64, "mq_open": 240, "userfaultfd ": 323}


def probe():
    libc = ctypes.CDLL(None, use_errno=True)
    got = []
    for name, number in X86.items() if platform.machine() == "x86_64" else ():
        ctypes.set_errno(0)
        if libc.syscall(number, 0, 0, 0, 0, 0) != -1 or ctypes.get_errno() not in (1, 38):
            got.append((name, ctypes.get_errno()))
    return got
