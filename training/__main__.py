"""Trains a model from nothing, by one command.

    python -m training FOLDER [--recipe small]

What is there already is kept: after an interruption, the same command goes on. The result is FOLDER/model.gguf, to be
used as ``--model gguf:FOLDER/model.gguf``.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import time
from dataclasses import dataclass
from pathlib import Path

from selfdebug.messages import Message

from .conversations import lessons, open_applications, prompt
from .data import make_first_programs, make_tokenizer
from .export import export, largest_difference
from .mistakes import make_turns
from .model import Shape
from .tokenizer import load_tokenizer
from .train import Course, load_model, parameters, train


@dataclass(frozen=True)
class Round:
    """A round of debugging turns."""

    lessons: int
    """To make mistakes in."""
    tokens: float
    """Seen of the turns of all rounds so far and of first programs, in millions."""
    rates: tuple[float, float]
    """Of learning, at the round's beginning and end; 1 is that of first programs. Mistakes of a network whose rate has
    fallen are the ones that are worth correcting, for the others go away by themselves."""


@dataclass(frozen=True)
class Recipe:
    """Everything that decides a model, besides the generators."""

    vocabulary: int
    """Tokens that are learnt, before the sentences of the prompts."""
    channels: int
    layers: int
    files: int
    """Of first programs."""
    lessons: int
    """In each file of first programs."""
    easy_tokens: float
    """Seen of easy problems, to begin with; in millions, as below."""
    tokens: float
    """Seen of all problems' first programs."""
    rounds: tuple[Round, ...]


RECIPES = {
    "tiny": Recipe(
        700, 64, layers=2, files=2, lessons=300, easy_tokens=0.2, tokens=0.6,
        rounds=(Round(180, 0.2, (1, 0)),),
    ),
    "small": Recipe(
        1_000, 128, layers=4, files=4, lessons=1_500, easy_tokens=0.6, tokens=1.6,
        rounds=(Round(1_200, 0.8, (1, 0)),),
    ),
    "full": Recipe(
        1_400, 256, layers=6, files=24, lessons=4_000, easy_tokens=4, tokens=8,
        rounds=(
            Round(3_000, 11, (1, 0)), Round(8_000, 23, (1, 0.4)), Round(5_400, 12, (0.5, 0)),
            Round(8_000, 20, (0.7, 0)), Round(4_400, 4.5, (0.35, 0)),
        ),
    ),
}  # fmt: skip
"""``tiny`` shows that everything works, ``small`` learns something within ten minutes on two cores, ``full`` is what
comes with the package."""

_EASY = 1_000  # seeds: other ones than those of all problems
_MISTAKES = 2_000
_TIMES = 3
"""How often a round has each debugging turn, against once each first program: turns are dear to make."""


def make(folder: Path, recipe: Recipe) -> Path:
    """Make a model; the path of its file."""
    make_tokenizer(folder, recipe.vocabulary)
    tokenizer = load_tokenizer(folder / "tokenizer.json")
    shape = Shape(tokenizer.get_vocab_size(), channels=recipe.channels, layers=recipe.layers)
    easy = make_first_programs(folder, range(_EASY, _EASY + max(1, recipe.files // 3)), recipe.lessons, easy=True)
    train(_course("easy", easy, recipe.easy_tokens), folder / "run", shape)
    programs = make_first_programs(folder, range(1, 1 + recipe.files), recipe.lessons)
    train(_course("programs", programs, recipe.tokens), folder / "run", shape)
    turns: list[Path] = []
    for number, each in enumerate(recipe.rounds, 1):
        seeds = range(_MISTAKES * number, _MISTAKES * number + 2)  # a file for each core
        turns += make_turns(folder, f"turns-{number}", seeds, each.lessons // 2)
        course = _course(f"turns-{number}", [*programs, *turns * _TIMES], each.tokens, each.rates)
        train(course, folder / "run", shape)
    path = folder / "model.gguf"
    export(load_model(folder / "run"), tokenizer, path)
    return path


def _course(name: str, files: list[Path], millions: float, rates: tuple[float, float] = (1.0, 1.0)) -> Course:
    return Course(name, tuple(map(str, files)), int(millions * 1e6), rates)


def _prompts(folder: Path, count: int) -> list[tuple[Message, ...]]:
    async def made() -> list[tuple[Message, ...]]:
        async with open_applications() as applications:
            found = itertools.islice(lessons(0, True, folder / "worlds"), count)
            return [await prompt(applications, lesson) for lesson in found]

    return asyncio.run(made())


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m training", description="Train a model from nothing.")
    parser.add_argument("folder", type=Path, help="where everything is kept; the same command goes on with it")
    parser.add_argument("--recipe", choices=RECIPES, default="full", help="size, data and time (default: full)")
    arguments = parser.parse_args()
    began = time.monotonic()
    path = make(arguments.folder, RECIPES[arguments.recipe])
    model = load_model(arguments.folder / "run")
    tokenizer = load_tokenizer(arguments.folder / "tokenizer.json")
    difference = largest_difference(path, model, tokenizer, _prompts(arguments.folder, 6))
    print(
        f"{path}: {parameters(model) / 1e6:.1f} M parameters, {path.stat().st_size / 1e6:.1f} MB,"
        f" {(time.monotonic() - began) / 60:.1f} minutes. Log-probabilities differ from PyTorch's by up to"
        f" {difference:.4f} nats a token."
    )


if __name__ == "__main__":
    main()
