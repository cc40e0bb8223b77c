"""Leaves an event loop, an executor and child threads running.

tests: assert f(1) == 2
expect: passed
"""
import asyncio
import concurrent.futures
import threading
import time

pool = concurrent.futures.ThreadPoolExecutor(1)
for _ in range(4):
    pool.submit(time.sleep, 1000)
threading.stack_size(1 << 18)
loop = asyncio.new_event_loop()
threading.Thread(target=loop.run_forever).start()


def f(x):
    return x + 1
