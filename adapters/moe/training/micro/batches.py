"""An endless, seeded stream of training batches, of similar lengths so that little is padded."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

import torch
from torch import Tensor

from micro import vocabulary
from micro.tasks import turns
from micro.tasks.sample import TRAIN, Sample, Task, draw_from


@dataclass(frozen=True)
class Batch:
    """ids [B, L]; keep: flat positions that predict an answer token; target: these tokens."""

    ids: Tensor
    keep: Tensor
    target: Tensor


def collate(rows: list[tuple[list[int], int]]) -> Batch:
    """rows: (ids, number of prompt tokens). The last token is only a target."""
    length = max(len(ids) for ids, _ in rows) - 1
    table = torch.full((len(rows), length), vocabulary.PAD)
    keep, target = [], []
    for r, (ids, prompt) in enumerate(rows):
        table[r, : len(ids) - 1] = torch.tensor(ids[:-1])
        keep += range(r * length + prompt - 1, r * length + len(ids) - 1)
        target += ids[prompt:]
    return Batch(table, torch.tensor(keep), torch.tensor(target))


def training_batches(tasks: tuple[Task, ...], seed: int, size: int, alone: bool) -> Iterator[Batch]:
    """`alone`: only the question, without system turns and earlier exchanges."""
    rng = Random(seed)
    weights = [t.weight for t in tasks]

    def draw() -> Sample:
        return draw_from(rng.choices(tasks, weights)[0], rng, TRAIN, held_out=False)

    def row() -> tuple[list[int], int]:
        sample = draw()
        before = [("user", sample.prompt)] if alone else turns.conversation(rng, sample, draw)
        return turns.encoded(before, sample.said)

    while True:
        pool = sorted((row() for _ in range(size * 16)), key=lambda r: len(r[0]) + rng.random() * 4)
        groups = [pool[i : i + size] for i in range(0, len(pool), size)]
        rng.shuffle(groups)
        yield from map(collate, groups)
