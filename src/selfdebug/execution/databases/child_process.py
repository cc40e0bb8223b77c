"""A Python process of our own at the other end of a pipe, for work that may have to be killed.

It imports nothing from the working directory, writes nowhere, and ends when its parent goes away.
"""

import contextlib
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any, NoReturn


class ChildProcess:
    """The parent's side.

    Attributes:
        connection: our end of the pipe.
        process: the process itself.
    """

    def __init__(self, module: str, first: object) -> None:
        """Start a process; it is not waited for.

        Args:
            module: what it runs; see `serve_parent`.
            first: the first message that it gets.
        """
        self.connection, theirs = Pipe()
        # -P: a file named like a library in the working directory must not be imported in its place.
        command = [sys.executable, "-P", "-m", module, str(theirs.fileno())]
        nothing = subprocess.DEVNULL
        with theirs:
            self.process = subprocess.Popen(
                command, stdin=nothing, stdout=nothing, stderr=nothing, pass_fds=[theirs.fileno()],
                start_new_session=True,
            )  # fmt: skip
        with contextlib.suppress(OSError):  # it has ended already: the first answer tells
            self.send(first)

    def send(self, message: object) -> None:
        """Send it a message.

        Raises:
            OSError: it has ended.
        """
        self.connection.send_bytes(pickle.dumps(message))

    def end(self, grace_seconds: float = 0.0) -> int:
        """End it, by force if it takes longer than `grace_seconds`; the code that it ended with."""
        self.connection.close()
        if grace_seconds:
            # One that waits for a message ends at once; one that works is not worth waiting for.
            with contextlib.suppress(subprocess.TimeoutExpired):
                return self.process.wait(grace_seconds)
        self.process.kill()
        return self.process.wait()


def serve_parent(serve: Callable[[Connection, Any], None]) -> NoReturn:
    """What the module of a `ChildProcess` does when it is run.

    Args:
        serve: is given the pipe's other end and the first message, and works until the parent goes away.
    """
    connection = Connection(int(sys.argv[1]))
    try:
        serve(connection, connection.recv())
    except (EOFError, OSError):
        pass  # The parent is gone.
    finally:
        # Another thread may be deep inside an engine; nothing here is worth the time of an orderly end.
        os._exit(0)
