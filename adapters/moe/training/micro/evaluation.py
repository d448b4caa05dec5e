"""Greedy accuracy on held-out questions.

An answer counts as right if every token, the end included, is the most probable one after the right tokens
before it. That is exactly when greedy decoding gives the answer, and takes one pass instead of one per token.
"""

from collections import defaultdict
from dataclasses import dataclass
from random import Random

import torch

from micro.batches import collate
from micro.model import MicroMoe
from micro.tasks import turns
from micro.tasks.sample import Sample, Task, draw_from


@dataclass(frozen=True)
class Score:
    n: int
    accuracy: float


def draw(tasks: tuple[Task, ...], seed: int, split: str, n: int, unseen: float) -> list[tuple[Sample, bool]]:
    """n distinct questions; `unseen` is the share with held-out phrasings, flagged True."""
    rng, found = Random(seed), {}
    weights = [t.weight for t in tasks]
    while len(found) < n:
        held_out = rng.random() < unseen
        sample = draw_from(rng.choices(tasks, weights)[0], rng, split, held_out)
        found.setdefault(sample.prompt, (sample, held_out))
    return list(found.values())


@torch.no_grad()
def right(model: MicroMoe, samples: list[Sample]) -> list[bool]:
    """Whether greedy decoding answers each sample exactly."""
    rows = [turns.encoded([("user", s.prompt)], s.said) for s in samples]
    order = sorted(range(len(rows)), key=lambda i: len(rows[i][0]))
    verdicts = [False] * len(rows)
    for at in range(0, len(order), 64):
        chunk = order[at : at + 64]
        batch = collate([rows[i] for i in chunk])
        logits, _ = model(batch.ids, batch.keep)
        hits = iter((logits.argmax(dim=-1) == batch.target).tolist())
        for i in chunk:
            ids, prompt = rows[i]
            verdicts[i] = all([next(hits) for _ in range(len(ids) - prompt)])
    return verdicts


def score(verdicts: list[bool]) -> Score:
    return Score(len(verdicts), round(sum(verdicts) / max(1, len(verdicts)), 4))


def score_by_task(samples: list[Sample], verdicts: list[bool]) -> dict[str, Score]:
    groups = defaultdict(list)
    for sample, verdict in zip(samples, verdicts, strict=True):
        groups[sample.task].append(verdict)
    return {task: score(groups[task]) for task in sorted(groups)}


def with_experts(model: MicroMoe, used: int) -> MicroMoe:
    """The same weights with another number of experts per token."""
    for block in model.blocks:
        block.experts.used = used
    return model
