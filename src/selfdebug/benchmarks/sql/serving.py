"""The process that `judges` starts: a judge at the other end of a pipe, until the parent goes away.

Requests are pickled lists of `Comparison`; a reply is the list of their `Verdicts`, or a DatabaseError's class name and
message.
"""

from __future__ import annotations

import os
import pickle
import sys
from multiprocessing.connection import Connection

from selfdebug.benchmarks.sql.judge import Judge
from selfdebug.execution.databases import DatabaseError


def main() -> None:
    """Serve the parent at the descriptor given as the only argument, until it closes its end."""
    connection = Connection(int(sys.argv[1]))
    judge: Judge | None = None
    try:
        rule, limits = pickle.loads(connection.recv_bytes())
        judge = Judge(rule, limits)
        while True:
            request = pickle.loads(connection.recv_bytes())
            try:
                reply: object = judge.judge(request)
            except DatabaseError as error:
                reply = (type(error).__name__, error.message)
            connection.send_bytes(pickle.dumps(reply))
    except (EOFError, OSError):
        pass  # The parent is gone.
    finally:
        if judge is not None:
            judge.close()
        # Nothing here is worth the time of an orderly end.
        os._exit(0)


if __name__ == "__main__":
    main()
