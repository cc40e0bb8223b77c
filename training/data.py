"""Makes the files that training reads: the tokenizer, and conversations as tokens."""

from __future__ import annotations

import asyncio
import itertools
import multiprocessing
from pathlib import Path

from .conversations import first_program, lessons, open_applications, sample_conversations
from .shards import Encoded, save_shard
from .tokenizer import encode, load_tokenizer, train_tokenizer


def make_tokenizer(folder: Path, size: int, lessons_read: int = 1_500) -> None:
    """Learn the tokenizer, where it is not there yet."""
    path = folder / "tokenizer.json"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        made = sample_conversations(seed=0, count=lessons_read, folder=folder / "worlds")
        train_tokenizer([conversation.messages for conversation in made], size).save(str(path))


def make_first_programs(folder: Path, seeds: range, count: int, easy: bool = False) -> list[Path]:
    """Requests with their right programs, a file for each seed; those that are there are kept.

    Args:
        folder: where the files go.
        seeds: of the lessons.
        count: of lessons in each file.
        easy: only problems of the first difficulty, to begin with.
    """
    missing = [seed for seed in seeds if not _file(folder, seed).exists()]
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        pool.starmap(_make, [(folder, seed, count, easy) for seed in missing], chunksize=1)
    return [_file(folder, seed) for seed in seeds]


def _file(folder: Path, seed: int) -> Path:
    return folder / f"first-programs-{seed}.npz"


def _make(folder: Path, seed: int, count: int, easy: bool) -> None:
    tokenizer = load_tokenizer(folder / "tokenizer.json")

    async def made() -> list[Encoded]:
        encoded = []
        async with open_applications() as applications:
            wanted = (
                lesson for lesson in lessons(seed, False, folder / "worlds") if not easy or lesson.difficulty == 1
            )
            for lesson in itertools.islice(wanted, count):
                conversation = await first_program(applications, lesson)
                encoded.append(encode(tokenizer, conversation.messages, conversation.learnt))
        return encoded

    save_shard(_file(folder, seed), asyncio.run(made()))
