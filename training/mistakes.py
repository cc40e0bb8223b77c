"""Debugging turns from the network's own mistakes.

The half-trained network writes programs for training lessons, and some right programs get a slip; they are run, and the
wrong ones become first programs of conversations in which the teacher explains, judges and corrects them. Right
programs are there too, where the model has to judge for itself, so that it learns to leave them alone.
"""

from __future__ import annotations

import asyncio
import dataclasses
import itertools
import multiprocessing
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer

from selfdebug.applications.reading import UnreadableReplyError
from selfdebug.applications.text_to_sql import TextToSqlProblem
from selfdebug.messages import Reply
from selfdebug.problem import Program

from . import sql_problems
from .conversations import KINDS, Attempt, block, in_order, lessons, open_applications, prompt
from .lesson import Lesson
from .sampling import halved, write
from .shards import Encoded, save_shard
from .tokenizer import encode, encode_prompt, load_tokenizer
from .train import load_model

TEMPERATURES = (0.0, 0.8, 1.0)
"""Programs for each lesson: the likeliest one, and others near to it."""
_UNTESTED = 0.1
"""Share of the lessons whose problem shows no test, so that the model has to judge for itself."""
_TWICE = 0.4
"""Share of the wrong programs that are followed by another wrong one of the lesson before the right one."""
_SLIPPED = 0.4
"""Share of the lessons whose right program gets a slip, too: new names are miscopied, but hardly those of training."""


def make_turns(folder: Path, name: str, seeds: range, count: int) -> list[Path]:
    """Write files of debugging conversations, one for each seed; those that are there are kept.

    Args:
        folder: holds the tokenizer and the checkpoint of the network that makes the mistakes.
        name: of the files.
        seeds: of the lessons.
        count: of lessons for each seed.
    """
    paths = [folder / f"{name}-{seed}.npz" for seed in seeds]
    missing = [(folder, path, seed, count) for path, seed in zip(paths, seeds, strict=True) if not path.exists()]
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        pool.starmap(_make, missing, chunksize=1)
    return paths


def _make(folder: Path, path: Path, seed: int, count: int) -> None:
    torch.set_num_threads(1)
    tokenizer = load_tokenizer(folder / "tokenizer.json")
    model = halved(load_model(folder / "run"))

    async def made() -> list[Encoded]:
        async with open_applications() as applications:
            found = list(itertools.islice(lessons(seed, False, folder / "worlds"), count))
            prompts = [encode_prompt(tokenizer, await prompt(applications, lesson)) for lesson in found]
            replies = write(model, tokenizer, prompts, TEMPERATURES)
            chance = random.Random(seed)
            for place, lesson in enumerate(found):
                if chance.random() < _SLIPPED:
                    replies[place] += (block(slipped(tokenizer, lesson.program, chance)),)
            judged = await _judged(applications, found, replies)
            _report(path.name, found, judged)
            conversations = await in_order(applications, _attempts(found, judged, chance))
            return [encode(tokenizer, made.messages, made.learnt) for made in conversations]

    save_shard(path, asyncio.run(made()))


def slipped(tokenizer: Tokenizer, program: Program, random: random.Random) -> Program:
    """A program in which one token is left out, or is another one of the program's."""
    tokens = tokenizer.encode(program.code).ids
    place = random.randrange(len(tokens))
    tokens[place : place + 1] = [] if random.random() < 0.5 else [random.choice(tokens)]
    return Program(tokenizer.decode(tokens), program.language)


Judged = list[tuple[str, bool]]
"""The different programs for a lesson, the likeliest first, each with whether it is right."""


async def _judged(
    applications: dict[str, Any], found: Sequence[Lesson], replies: Sequence[Sequence[str]]
) -> list[Judged]:
    places = asyncio.Semaphore(8)

    async def one(lesson: Lesson, texts: Sequence[str]) -> Judged:
        application = applications[lesson.problem.application]
        programs: dict[str, bool] = {}
        for text in texts:
            try:
                code = application.read(lesson.problem, Reply(text)).code.strip()
            except UnreadableReplyError:
                continue
            if code not in programs:
                async with places:
                    programs[code] = await is_right(application, lesson, code)
        return list(programs.items())

    return list(await asyncio.gather(*map(one, found, replies)))


async def is_right(application: Any, lesson: Lesson, code: str) -> bool:
    """Whether a program passes all tests, the hidden ones too, or a query gives the right rows on all databases."""
    if isinstance(lesson.problem, TextToSqlProblem):
        return sql_problems.same_results(lesson.databases, code, lesson.program.code)
    if code == lesson.program.code.strip():
        return True
    scored = dataclasses.replace(lesson.problem, tests=lesson.tests)
    return bool((await application.execute(scored, Program(code, "python"))).passed)


def _attempts(found: Sequence[Lesson], judged: Sequence[Judged], random: random.Random) -> list[Attempt]:
    attempts = []
    for lesson, programs in zip(found, judged, strict=True):
        tested = lesson.tests and (lesson.open or random.random() >= _UNTESTED)
        if lesson.tests and not tested:
            lesson = dataclasses.replace(lesson, problem=dataclasses.replace(lesson.problem, tests=()))
        kinds = KINDS[lesson.problem.application] if tested or not lesson.tests else ("expl", "simple")
        wrong = [code for code, right in programs if not right]
        if not tested and programs and programs[0][1]:
            attempts.append(Attempt(lesson, (programs[0][0],), True, random.choice(kinds)))
        for place, first in enumerate(wrong):
            others = wrong[:place] + wrong[place + 1 :]
            second = random.sample(others, 1) if others and random.random() < _TWICE else []
            attempts.append(Attempt(lesson, (first, *second, lesson.program.code), True, random.choice(kinds)))
    return attempts


def _report(name: str, found: Sequence[Lesson], judged: Sequence[Judged]) -> None:
    """Tell how many of the likeliest programs are right."""
    right: dict[str, list[bool]] = {}
    for lesson, programs in zip(found, judged, strict=True):
        right.setdefault(lesson.problem.application, []).append(bool(programs) and programs[0][1])
    shares = (f"{application} {sum(each) / len(each):.0%}" for application, each in right.items())
    print(f"{name}: right before debugging: {', '.join(shares)}", flush=True)
