"""Runs that are killed at any moment and resumed end the same, and no stored call is made twice."""

from __future__ import annotations

import multiprocessing
import random
import time
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest

from tests.loop.test_killed import stored_conversations, told_apart
from tests.model_server import ModelServer
from tests.runs import tiny
from tests.runs.doing import do_in_a_process, what_came

KILLS = 10
DELAY = 0.05

_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.loop.debug_in_a_process", "tests.runs.doing"])


def start(folder: Path, url: str, store: Path) -> ForkServerProcess:
    process = _PROCESSES.Process(target=do_in_a_process, args=(str(folder), url, str(store)))
    process.start()
    return process


@pytest.mark.usefixtures("isolated")
def test_killed_and_resumed_they_end_the_same(folder: Path, tmp_path: Path) -> None:
    tiny.write(folder, "python", tiny.additions(5))
    chance = random.Random(1)
    kills = found_stored = 0
    with ModelServer(tiny.reply, delay=DELAY) as server:
        whole = start(folder, server.url, tmp_path / "undisturbed.db")
        whole.join(120)
        undisturbed = what_came(tmp_path / "undisturbed.db")
        assert [len(found) for found in undisturbed.values()] == [5] * 3
        round_number = 0
        while kills < KILLS:
            round_number += 1
            store = tmp_path / f"killed-{round_number}.db"
            ended = False
            while not ended:
                calls, before = len(server.requests), stored_conversations(store)
                process = start(folder, server.url, store)
                while process.is_alive() and len(server.requests) == calls and not before:
                    time.sleep(0.005)
                process.join(chance.uniform(0, 0.4))
                if process.is_alive() and kills < KILLS:
                    process.kill()
                    kills += 1
                    process.join()
                else:
                    process.join(120)
                    assert process.exitcode == 0
                    ended = True
                asked = list(map(told_apart, server.requests[calls:]))
                assert not set(asked) & set(before)
                found_stored += bool(before)
            assert what_came(store) == undisturbed
    assert found_stored, "some kill must come after a reply was stored"
