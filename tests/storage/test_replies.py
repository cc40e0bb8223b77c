"""The reply store: nothing that was stored is lost, whoever is killed, and whoever else writes."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy

from selfdebug.messages import Reply, Request
from selfdebug.models import Endpoint, StoringModel
from selfdebug.storage import StoreError, database
from selfdebug.storage.replies import ReplyStore
from selfdebug.storage.stored_request import StoredRequest
from tests.model_server import ModelServer
from tests.models.requests import chat
from tests.servers import PASSWORD, Server

WRITER = """
import asyncio, sys
from selfdebug.messages import Message, Reply, Request
from selfdebug.storage.replies import ReplyStore
from selfdebug.storage.stored_request import StoredRequest

path, start, end, width = sys.argv[1], *map(int, sys.argv[2:])

async def write(store, index):
    request = Request(messages=(Message("user", str(index)),))
    await store.put(StoredRequest.of("tiny", "http://x", "chat", request), 0, Reply(f"reply {index}"))
    print(index, flush=True)

async def main():
    store = ReplyStore(path)
    for first in range(start, end, width):
        await asyncio.gather(*(write(store, index) for index in range(first, first + width)))
    store.close()

asyncio.run(main())
"""


def question(request: Request, model: str = "tiny", address: str = "http://x") -> StoredRequest:
    return StoredRequest.of(model, address, request.form, request)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "store.db"


@pytest.fixture(params=["sqlite", "postgres", "mariadb"])
def url(request: pytest.FixtureRequest, path: Path) -> str:
    """A store's address, empty of stored replies."""
    if request.param == "sqlite":
        return str(path)
    server: Server = request.getfixturevalue(f"{request.param}_server")
    address = server.url("admin", name="store")
    with ReplyStore(address) as store, store.engine.begin() as connection:
        for table in ("model_reply", "model_request"):
            connection.execute(sqlalchemy.text(f"DELETE FROM {table}"))
    return address


async def test_a_reply_comes_back_as_it_was(url: str) -> None:
    asked = question(chat("Żółć \x00 'quoted' \u2028 %s :x", stop=("a", "b"), seed=3))
    reply = Reply("𝒳 \x00\n", "thought \x00", "length", 7, None, (-0.25, -1e-9), 1.5, "no")
    with ReplyStore(url) as store:
        assert await store.get(asked) == {}
        await store.put(asked, 2, reply)
        await store.put(asked, 0, Reply("first"))
    with ReplyStore(url) as store:
        found = await store.get(asked)
    assert list(found) == [0, 2]
    assert found[0] == Reply("first", stored=True)
    assert found[2] == Reply("𝒳 \x00\n", "thought \x00", "length", 7, None, (-0.25, -1e-9), 1.5, "no", stored=True)


async def test_a_long_reply_is_kept_whole(url: str) -> None:
    asked = question(chat("x" * 300_000))
    with ReplyStore(url) as store:
        await store.put(asked, 0, Reply("y" * 300_000))
        assert len((await store.get(asked))[0].text) == 300_000


async def test_many_replies_at_once_are_all_there(url: str) -> None:
    asked = [question(chat(str(index))) for index in range(300)]
    with ReplyStore(url) as store:
        await asyncio.gather(*(store.put(each, 0, Reply(each.key)) for each in asked))
        found = await asyncio.gather(*(store.get(each) for each in asked))
    assert [replies[0].text for replies in found] == [each.key for each in asked]


async def test_a_later_reply_replaces_the_earlier_one(url: str) -> None:
    asked = question(chat())
    with ReplyStore(url) as store:
        await asyncio.gather(*(store.put(asked, 0, Reply(text)) for text in "abc"))
        assert (await store.get(asked))[0].text == "c"
        await store.put(asked, 0, Reply("d"))
        assert (await store.get(asked))[0].text == "d"


async def test_two_stores_write_the_same_replies_at_the_same_time(url: str) -> None:
    asked = [question(chat(str(index))) for index in range(100)]

    async def fill(store: ReplyStore) -> None:
        await asyncio.gather(*(store.put(each, sample, Reply("x")) for each in asked for sample in range(3)))

    with ReplyStore(url) as one, ReplyStore(url) as other:
        await asyncio.gather(fill(one), fill(other))
        assert [len(await one.get(each)) for each in asked] == [3] * 100


def test_two_processes_may_make_and_fill_one_store(path: Path) -> None:
    command = [sys.executable, "-c", WRITER, str(path)]
    writers = [
        subprocess.Popen([*command, start, end, "10"], stdout=subprocess.DEVNULL)
        for start, end in (("0", "200"), ("100", "300"))
    ]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT COUNT(*) FROM model_reply").fetchone() == (300,)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_what_was_put_survives_a_killed_process(path: Path) -> None:
    command = [sys.executable, "-c", WRITER, str(path), "0", "100000", "7"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        put = [int(writer.stdout.readline()) for _ in range(50)]
        os.kill(writer.pid, signal.SIGKILL)
        put += [int(line) for line in writer.stdout.read().splitlines()]

    async def found() -> list[str]:
        with ReplyStore(path) as store:
            texts = [(await store.get(question(chat(str(index)))))[0].text for index in put]
            await store.put(question(chat()), 0, Reply("goes on"))
        return texts

    assert asyncio.run(found()) == [f"reply {index}" for index in put]


async def test_a_cancelled_put_is_written_and_harms_no_other(path: Path) -> None:
    with ReplyStore(path) as store:
        puts = [asyncio.create_task(store.put(question(chat(str(i))), 0, Reply("x"))) for i in range(5)]
        await asyncio.sleep(0)
        puts[2].cancel()
        await asyncio.gather(*puts, return_exceptions=True)
        assert all([await store.get(question(chat(str(i)))) for i in range(5)])


async def test_the_event_loop_goes_on_while_the_disk_is_busy(path: Path) -> None:
    with ReplyStore(path) as store:
        blocker = sqlite3.connect(path, isolation_level=None)
        blocker.execute("BEGIN IMMEDIATE")
        putting = asyncio.create_task(store.put(question(chat()), 0, Reply("x")))
        for _ in range(20):
            await asyncio.sleep(0.005)
        assert not putting.done()
        assert await store.get(question(chat())) == {}  # Reading does not wait for a writer.
        blocker.execute("COMMIT")
        blocker.close()
        await putting


async def test_the_key_tells_every_part_of_a_request_apart() -> None:
    different = [
        chat("a"),
        chat("b"),
        Request(prompt="a"),
        *(chat("a", **{name: value}) for name, value in [("temperature", 0.5), ("max_tokens", 1), ("stop", ("x",))]),
        *(chat("a", **{name: value}) for name, value in [("seed", 0), ("seed", 1), ("log_probabilities", True)]),
    ]
    keys = {question(each).key for each in different}
    keys |= {question(chat("a"), model="other").key, question(chat("a"), address="http://y").key}
    assert len(keys) == len(different) + 2
    assert question(chat("a")).key == question(chat("a")).key


def test_the_key_of_a_request_stays_the_same_for_ever() -> None:
    assert question(chat("a")).key == "a5d26e726f62f0336342df72f3ad06cebae0608fb37465eee5110cc3589b9ebc"


async def test_people_can_look_at_what_is_stored(path: Path) -> None:
    with ReplyStore(path) as store:
        await store.put(question(chat("What is 6 times 7?")), 0, Reply("42"))
    with sqlite3.connect(path) as connection:
        row = connection.execute(
            "SELECT model, request ->> '$.messages[0].content', reply ->> '$.text' FROM model_request"
            " JOIN model_reply USING (key)"
        ).fetchone()
    assert row == ("tiny", "What is 6 times 7?", "42")


def test_the_default_is_a_file_in_the_users_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    ReplyStore().close()
    assert (tmp_path / "selfdebug" / "store.db").exists()


def test_other_rooms_keep_tables_of_their_own_in_the_database(path: Path) -> None:
    runs = sqlalchemy.MetaData()
    sqlalchemy.Table("run", runs, sqlalchemy.Column("name", sqlalchemy.Text, primary_key=True))
    with ReplyStore(path) as store:
        database.create_tables(store.engine, "runs", runs)
        database.create_tables(store.engine, "runs", runs)
    with sqlite3.connect(path) as connection:
        assert dict(connection.execute("SELECT part, version FROM schema_version")) == {"replies": 1, "runs": 1}


def test_a_store_of_a_newer_version_is_left_alone(path: Path) -> None:
    ReplyStore(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE schema_version SET version = version + 1")
    with pytest.raises(StoreError, match=r"newer selfdebug .*: update selfdebug"):
        ReplyStore(path)


def _no_database(folder: Path) -> str:
    (folder / "store.db").write_text("This is a diary, and no database.\n" * 100)
    return str(folder / "store.db")


def _folder_in_place_of_file(folder: Path) -> str:
    return str(folder)


def _file_in_place_of_folder(folder: Path) -> str:
    (folder / "file").touch()
    return str(folder / "file" / "store.db")


@pytest.mark.parametrize(
    ("place", "says"),
    [
        (_no_database, "is not a SQLite database"),
        (_folder_in_place_of_file, "cannot be written"),
        (_file_in_place_of_folder, "cannot be created"),
        (lambda _: "/proc/store.db", "cannot be written"),
        (lambda _: "nonsense://host/name", "not a database of a known kind"),
        (lambda _: f"postgresql://me:{PASSWORD}@127.0.0.1:9/name", "does not work"),
        (lambda _: "://", "neither a file nor"),
        (lambda _: "postgresql://me:word@host:port/x", "neither a file nor"),
    ],
)
def test_a_store_that_cannot_be_opened_is_told_in_one_sentence(
    place: Callable[[Path], str], says: str, tmp_path: Path
) -> None:
    with pytest.raises(StoreError, match=says) as caught:
        ReplyStore(place(tmp_path))
    assert PASSWORD not in str(caught.value)
    assert "\n" not in str(caught.value)


async def test_a_store_that_fails_later_says_so(path: Path) -> None:
    with ReplyStore(path) as store:
        with store.engine.begin() as connection:
            connection.execute(sqlalchemy.text("DROP TABLE model_reply"))
        with pytest.raises(StoreError, match="does not work"):
            await store.put(question(chat()), 0, Reply("x"))
        with pytest.raises(StoreError, match="does not work"):
            await store.get(question(chat()))


async def test_a_closed_store_says_so(path: Path) -> None:
    store = ReplyStore(path)
    await store.put(question(chat()), 0, Reply("x"))
    threads = threading.active_count()
    store.close()
    assert threading.active_count() < threads
    with pytest.raises(StoreError, match="closed"):
        await store.get(question(chat()))


def test_a_databases_password_is_not_shown(postgres_server: Server) -> None:
    with ReplyStore(postgres_server.url("admin", name="store")) as store:
        assert PASSWORD not in repr(store)


OLD_BROKEN = {
    "an error": {"text": "def f(", "finish": "error"},
    "an abort": {"text": "def f(", "finish": "abort", "prompt_tokens": 3, "completion_tokens": 2},
    "no resources": {"text": "", "finish": "insufficient_system_resource"},
    "an unknown end": {"text": "def f(", "finish": "worker_lost"},
    "nothing said and nothing counted": {"text": "", "finish": "stop"},
}


@pytest.mark.parametrize("name", OLD_BROKEN)
async def test_replies_that_broke_off_and_were_stored_by_an_older_version_are_asked_for_again(
    name: str, path: Path
) -> None:
    with ReplyStore(path) as store:
        await store.put(question(chat()), 0, Reply("to be replaced"))
        await store.put(question(chat()), 1, Reply("whole"))
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE model_reply SET reply = ? WHERE sample = 0", [json.dumps(OLD_BROKEN[name])])
        connection.commit()
    with ReplyStore(path) as store:
        assert list(await store.get(question(chat()))) == [1]
        with ModelServer("new") as server:
            async with StoringModel(Endpoint("tiny", server.url), store) as model:
                asked = StoredRequest.of("tiny", model.address, "chat", chat())
                for sample, reply in enumerate((OLD_BROKEN[name], {"text": "whole"})):
                    await store.put(asked, sample, Reply(**reply))
                replies = [await model.ask(chat(), 2) for _ in range(2)]
    assert [[reply.text for reply in each] for each in replies] == [["new", "whole"]] * 2
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("stored", "finish", "tokens"),
    [
        ({"text": "a", "finish": "MAX_TOKENS", "prompt_tokens": "3", "completion_tokens": "2"}, "length", (3, 2)),
        ({"text": "a", "finish": "eos", "prompt_tokens": 3.0, "completion_tokens": None}, "stop", (3, None)),
        ({"text": "", "finish": "stop", "prompt_tokens": 3, "completion_tokens": 0}, "stop", (3, 0)),
        ({"text": "", "thinking": "hm", "finish": "length"}, "length", (None, None)),
        ({"text": "", "refusal": "No."}, "stop", (None, None)),
    ],
)
async def test_whole_replies_of_an_older_version_are_read_in_todays_words(
    stored: dict[str, object], finish: str, tokens: tuple[int | None, int | None], path: Path
) -> None:
    with ReplyStore(path) as store:
        await store.put(question(chat()), 0, Reply("to be replaced"))
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE model_reply SET reply = ?", [json.dumps(stored)])
        connection.commit()
    with ReplyStore(path) as store:
        reply = (await store.get(question(chat())))[0]
    assert (reply.finish, (reply.prompt_tokens, reply.completion_tokens)) == (finish, tokens)
