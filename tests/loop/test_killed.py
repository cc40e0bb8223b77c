"""A trajectory that is killed at any moment and run again ends the same, and no stored call is made twice."""

from __future__ import annotations

import dataclasses
import json
import multiprocessing
import random
import sqlite3
import time
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest

from selfdebug.storage import replies as tables
from selfdebug.trajectory import Trajectory
from tests.loop.conftest import Workshop
from tests.loop.debug_in_a_process import debug_one
from tests.loop.scenarios import SCENARIOS
from tests.model_server import Answer, Body, ModelServer

KILLS = 20
DELAY = 0.05


# Each run is forked from a server that has imported everything: what a start costs is no part of the test.
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.loop.debug_in_a_process"])


def start(name: str, url: str, store: Path, shop: str) -> ForkServerProcess:
    process = _PROCESSES.Process(target=debug_one, args=(name, url, str(store), shop, str(store) + ".json"))
    process.start()
    return process


def finish(process: ForkServerProcess, store: Path) -> Trajectory:
    process.join(120)
    assert process.exitcode == 0
    return Trajectory.from_json(Path(f"{store}.json").read_text())


def stored_conversations(path: Path) -> list[str]:
    """The requests whose replies are stored, as `told_apart`."""
    if not path.exists():
        return []
    with sqlite3.connect(path) as connection:
        there = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
        if not {tables.requests.name, tables.replies.name} <= there:
            return []  # killed while it was made
        answered = f"SELECT request FROM {tables.requests} WHERE key IN (SELECT key FROM {tables.replies})"
        rows = connection.execute(answered).fetchall()
    return [told_apart(json.loads(request)) for (request,) in rows]


def told_apart(request: Body) -> str:
    """The conversation of a request, and which sample of it is asked for, as text that can be compared."""
    return json.dumps([request["messages"], request.get("seed")], sort_keys=True)


def essence(trajectory: Trajectory) -> Trajectory:
    """What has to be the same: all but times, and where a reply came from."""
    turns = tuple(
        dataclasses.replace(
            turn,
            outcome=dataclasses.replace(turn.outcome, cpu_seconds=0, wall_seconds=0, peak_memory_bytes=0)
            if hasattr(turn.outcome, "cpu_seconds")
            else dataclasses.replace(turn.outcome, seconds=0),
        )
        for turn in trajectory.turns
    )
    exchanges = tuple(
        dataclasses.replace(exchange, reply=dataclasses.replace(exchange.reply, seconds=0, stored=False))
        for exchange in trajectory.exchanges
    )
    cost = dataclasses.replace(trajectory.cost, seconds=0, stored_calls=0)
    return dataclasses.replace(trajectory, turns=turns, exchanges=exchanges, cost=cost)


@pytest.mark.parametrize("name", ["sql-expl", "python-untested-expl"])
def test_killed_and_run_again_it_ends_the_same(name: str, workshop: Workshop, tmp_path: Path) -> None:
    replies = SCENARIOS[name].replies
    known: dict[str, int] = {}

    def reply(request: Body) -> Answer:
        """The scripted reply to a conversation is the same whenever it comes."""
        conversation = json.dumps(request["messages"], sort_keys=True)
        return Answer(str(replies[known.setdefault(conversation, len(known))]), delay=DELAY)

    chance = random.Random(name)
    with ModelServer(reply) as server:
        undisturbed = finish(start(name, server.url, tmp_path / "u.db", workshop.shop), tmp_path / "u.db")
        assert undisturbed.ending is SCENARIOS[name].ending
        kills = found_stored = 0
        round_number = 0
        while kills < KILLS // 2:
            round_number += 1
            store = tmp_path / f"killed-{round_number}.db"
            while True:
                calls = len(server.requests)
                before = stored_conversations(store)
                process = start(name, server.url, store, workshop.shop)
                # A moment within the talk, from its first call on: what starts up before has nothing to lose.
                while process.is_alive() and len(server.requests) == calls and not before:
                    time.sleep(0.005)
                time.sleep(chance.uniform(0, 1.2 * DELAY * len(replies)))
                ended = not process.is_alive()
                if not ended and kills < KILLS // 2:
                    process.kill()
                    process.join()
                    kills += 1
                else:
                    trajectory = finish(process, store)
                    ended = True
                asked = list(map(told_apart, server.requests[calls:]))
                found_stored += bool(before)
                assert not set(asked) & set(before)
                if ended:
                    break
            assert essence(trajectory) == essence(undisturbed)
        assert kills == KILLS // 2
        assert found_stored, "some kill must come after a reply was stored"
