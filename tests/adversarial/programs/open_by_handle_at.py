"""Opens a file of the host by its handle, past every path.

tests: assert probe() == 'refused'
expect: passed
"""
import ctypes
import os
import struct


def probe():
    libc = ctypes.CDLL(None, use_errno=True)
    root = os.open("/", os.O_RDONLY | os.O_PATH)
    for inode in (1, 2, 128):
        handle = struct.pack("=IiQQ", 8, 1, inode, 0)
        if libc.open_by_handle_at(root, handle, os.O_RDONLY) != -1:
            return "opened"
    return "refused"
