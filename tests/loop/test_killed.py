"""A trajectory that is killed at any moment and run again ends the same, and no stored call is made twice."""

from __future__ import annotations

import dataclasses
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from selfdebug.trajectory import Trajectory
from tests.loop.conftest import Workshop
from tests.loop.scenarios import SCENARIOS
from tests.model_server import Answer, Body, ModelServer

KILLS = 20
DELAY = 0.15


def start(name: str, url: str, store: Path, shop: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.loop.debug_in_a_process", name, url, str(store), shop]
    return subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True)


def finish(process: subprocess.Popen[bytes]) -> Trajectory:
    output, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    return Trajectory.from_json(output)


def stored_conversations(store: Path) -> list[str]:
    """The conversations whose replies are stored, as text that can be compared."""
    if not store.exists():
        return []
    with sqlite3.connect(store) as connection:
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
        if not {"requests", "replies"} <= tables:
            return []
        rows = connection.execute("SELECT request FROM requests WHERE key IN (SELECT key FROM replies)").fetchall()
    return [json.dumps(json.loads(request)["messages"], sort_keys=True) for (request,) in rows]


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
        undisturbed = finish(start(name, server.url, tmp_path / "undisturbed.db", workshop.shop))
        assert undisturbed.ending is SCENARIOS[name].ending
        kills = 0
        round_number = 0
        while kills < KILLS // 2:
            round_number += 1
            store = tmp_path / f"killed-{round_number}.db"
            while True:
                calls = len(server.requests)
                before = stored_conversations(store)
                process = start(name, server.url, store, workshop.shop)
                # A moment within the talk, from its first call on: what starts up before has nothing to lose.
                while process.poll() is None and len(server.requests) == calls and not before:
                    time.sleep(0.005)
                time.sleep(chance.uniform(0, 1.2 * DELAY * len(replies)))
                ended = process.poll() is not None
                if not ended and kills < KILLS // 2:
                    os.killpg(process.pid, signal.SIGKILL)
                    process.communicate()
                    kills += 1
                else:
                    trajectory = finish(process)
                    ended = True
                asked = [json.dumps(request["messages"], sort_keys=True) for request in server.requests[calls:]]
                assert not set(asked) & set(before)
                if ended:
                    break
            assert essence(trajectory) == essence(undisturbed)
        assert kills == KILLS // 2
