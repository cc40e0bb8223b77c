"""Training: predict the tokens that the teacher wrote.

Matrices are trained with Muon, everything else with AdamW. On a CPU each core has a process of its own, which is faster
than threads that wait for each other; gradients are averaged between them. Learning rates rise at the very beginning;
what they are afterwards, each course says, for a run is several courses on different data.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
import torch.distributed as distributed
import torch.nn.functional as F  # noqa: N812 - as everybody calls it

from .model import Decoder, Shape
from .shards import Batch, batches, load_shards


@dataclass(frozen=True)
class Course:
    """How to train, on what."""

    name: str
    """A course that was finished is not begun again."""
    shards: tuple[str, ...]
    """Files of conversations."""
    tokens: int
    """To see in this course, padding included."""
    rates: tuple[float, float] = (1.0, 1.0)
    """What the learning rates are multiplied with at the course's beginning and end; straight between them."""
    step_tokens: int = 16_384
    """Of one step, over all processes."""
    batch_tokens: int = 2_048
    """Of what is computed at once: so few that what is computed stays in the processor's cache."""
    prompt_weight: float = 0.2
    """How much a token of a prompt counts against one of a reply. In prompts names come again and again: predicting
    them teaches to copy, which replies need more than anything else."""
    longest: int = 2_048
    """Conversations of more tokens are left out. As long as the context: what it writes at places that it never saw in
    training is confused."""
    matrix_rate: float = 0.02
    """Muon's learning rate."""
    other_rate: float = 0.003
    """AdamW's."""
    weight_decay: float = 0.01
    warm_up: int = 50
    """Steps in which the learning rate rises from zero."""
    processes: int = 2
    seed: int = 1


def train(course: Course, folder: Path, shape: Shape) -> None:
    """Train, or go on training, what is in a folder.

    Args:
        course: how; a course that was interrupted goes on from its last checkpoint.
        folder: holds ``checkpoint.pt`` and the log ``losses.jsonl``.
        shape: of the network, where there is no checkpoint yet.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if torch.cuda.is_available():
        _Worker(course, folder, shape, 0, 1, "cuda").run()
        return
    rendezvous = folder / "rendezvous"
    rendezvous.unlink(missing_ok=True)
    torch.multiprocessing.spawn(_work, (course, folder, shape), nprocs=course.processes)


def _work(rank: int, course: Course, folder: Path, shape: Shape) -> None:
    torch.set_num_threads(1)
    distributed.init_process_group(
        "gloo", init_method=f"file://{(folder / 'rendezvous').absolute()}", rank=rank, world_size=course.processes
    )
    _Worker(course, folder, shape, rank, course.processes, "cpu").run()
    distributed.destroy_process_group()


class _Worker:
    """One process of training."""

    def __init__(self, course: Course, folder: Path, shape: Shape, rank: int, workers: int, device: str) -> None:
        self.course, self.folder, self.rank, self.workers, self.device = course, folder, rank, workers, device
        torch.manual_seed(course.seed)
        self.checkpoint = folder / "checkpoint.pt"
        saved = torch.load(self.checkpoint, weights_only=True) if self.checkpoint.exists() else None
        self.model = Decoder(Shape(**saved["shape"]) if saved else shape).to(device)
        matrices = [p for n, p in self.model.named_parameters() if p.ndim == 2 and n != "embedding.weight"]
        others = [p for n, p in self.model.named_parameters() if p.ndim != 2 or n == "embedding.weight"]
        self.optimizers: list[Any] = [
            torch.optim.Muon(
                matrices, lr=course.matrix_rate, weight_decay=course.weight_decay, adjust_lr_fn="original"
            ),
            torch.optim.AdamW(others, lr=course.other_rate, betas=(0.9, 0.95), weight_decay=0.0),
        ]
        self.steps = course.tokens // course.step_tokens
        self.done, self.total = 0, 0
        """Steps of this course and of all courses."""
        self.finished: list[str] = []
        """Names of courses."""
        if saved:
            self._restore(saved)

    def _restore(self, saved: dict[str, Any]) -> None:
        self.model.load_state_dict(saved["model"])
        for optimizer, state in zip(self.optimizers, saved["optimizers"], strict=True):
            optimizer.load_state_dict(state)
        self.total, self.finished = saved["total"], saved["finished"]
        if saved["course"] == self.course.name:
            self.done = saved["done"]

    def run(self) -> None:
        if self.course.name in self.finished:
            return
        shard = load_shards([Path(path) for path in self.course.shards], self.course.longest)
        order = self.course.seed * 1_000_003 + self.done
        source = batches(shard, self.course.batch_tokens, self.course.prompt_weight, order * self.workers + self.rank)
        per_step = max(1, self.course.step_tokens // (self.course.batch_tokens * self.workers))
        began, losses = time.monotonic(), list[float]()
        while self.done < self.steps:
            losses.append(self.step([next(source) for _ in range(per_step)]))
            self.done += 1
            self.total += 1
            if self.rank == 0 and (self.done % 20 == 0 or self.done == self.steps):
                speed = self.course.step_tokens * len(losses) / (time.monotonic() - began)
                self._log(sum(losses) / len(losses), speed)
                began, losses = time.monotonic(), []
            if self.done == self.steps:
                self.finished.append(self.course.name)
            if self.rank == 0 and (self.done % 100 == 0 or self.done == self.steps):
                self._save()

    def step(self, step: Sequence[Batch]) -> float:
        """One step of the optimizers over several batches; their mean loss in replies."""
        self._set_rates()
        weight = sum(batch.weights.sum().item() for batch in step)
        replies = sum((batch.weights == 1).sum().item() for batch in step)
        loss = 0.0
        for batch in step:
            with torch.autocast(self.device, dtype=torch.bfloat16):
                logits = self.model(batch.tokens.to(self.device), batch.wanted.to(self.device))
            weights = batch.weights.to(self.device)
            lost = F.cross_entropy(logits.float(), batch.targets.to(self.device), reduction="none")
            ((lost * weights).sum() / weight).backward()
            loss += lost.detach()[weights == 1].sum().item() / replies
        if self.workers > 1:
            self._average()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        for optimizer in self.optimizers:
            optimizer.step()
            optimizer.zero_grad()
        return loss

    def _average(self) -> None:
        """Gradients of all processes, averaged: one transfer of all of them."""
        gradients = [p.grad for p in self.model.parameters() if p.grad is not None]
        flat = torch.cat([gradient.flatten() for gradient in gradients])
        distributed.all_reduce(flat)
        flat /= self.workers
        for gradient, part in zip(gradients, flat.split([g.numel() for g in gradients]), strict=True):
            gradient.copy_(part.view_as(gradient))

    def _set_rates(self) -> None:
        factor = min(1.0, (self.total + 1) / self.course.warm_up)
        first, last = self.course.rates
        factor *= first + (last - first) * self.done / self.steps
        for optimizer, rate in zip(self.optimizers, (self.course.matrix_rate, self.course.other_rate), strict=True):
            for group in optimizer.param_groups:
                group["lr"] = rate * factor

    def _log(self, loss: float, speed: float) -> None:
        line = {
            "course": self.course.name, "step": self.total, "tokens": self.total * self.course.step_tokens,
            "loss": round(loss, 4), "tokens_per_second": round(speed), "time": round(time.time()),
        }  # fmt: skip
        with (self.folder / "losses.jsonl").open("a") as file:
            file.write(json.dumps(line) + "\n")
        print(f"step {self.done}/{self.steps}  loss {loss:.4f}  {speed:,.0f} tokens/s", flush=True)

    def _save(self) -> None:
        unfinished = self.checkpoint.with_suffix(".part")
        torch.save(
            {
                "shape": asdict(self.model.shape), "model": self.model.state_dict(),
                "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
                "course": self.course.name, "done": self.done, "total": self.total, "finished": self.finished,
            },
            unfinished,
        )  # fmt: skip
        os.replace(unfinished, self.checkpoint)


def load_model(folder: Path) -> Decoder:
    """The network of the last checkpoint."""
    saved: dict[str, Any] = torch.load(folder / "checkpoint.pt", weights_only=True)
    model = Decoder(Shape(**saved["shape"]))
    model.load_state_dict(saved["model"])
    return model.eval()


def parameters(model: Decoder) -> int:
    return sum(weight.numel() for weight in model.parameters())
