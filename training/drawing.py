"""The curve of a training run, as a picture for the model card.

python -m training.drawing FOLDER/run/losses.jsonl docs/embedded-model.svg
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import matplotlib

matplotlib.use("svg")
from matplotlib import pyplot


def draw(losses: Path, picture: Path) -> None:
    """Draw the loss in replies over the tokens seen, with the courses that the log tells apart."""
    lines = [json.loads(line) for line in losses.read_text(encoding="utf-8").splitlines()]
    matplotlib.rcParams["svg.hashsalt"] = "selfdebug"  # the same picture for the same log
    figure, axes = pyplot.subplots(figsize=(7, 3.2), layout="constrained")
    courses: dict[str, list[dict[str, float]]] = {}
    for line in lines:
        courses.setdefault(line["course"], []).append(line)
    for name, points in courses.items():
        x = [point["tokens"] / 1e6 for point in points]
        y = [point["loss"] for point in points]
        (dots,) = axes.plot(x, y, ".", markersize=3, alpha=0.35)
        axes.plot(x, _smooth(y), color=dots.get_color(), label=name)
    axes.set(xlabel="tokens seen (millions)", ylabel="loss in replies (nats a token)", yscale="log")
    axes.grid(alpha=0.3)
    axes.legend(frameon=False, title="course")
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(picture, metadata={"Date": None})


def _smooth(values: list[float], window: int = 5) -> list[float]:
    halves = range(len(values))
    around = [values[max(0, i - window // 2) : i + window // 2 + 1] for i in halves]
    return [sum(near) / len(near) for near in around]


if __name__ == "__main__":
    draw(Path(sys.argv[1]), Path(sys.argv[2]))
