"""One question with its answer, and the rule that says which set it belongs to."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

TRAIN, CALIBRATION, TEST = "train", "calibration", "test"
UNSEEN = "unseen "


@dataclass(frozen=True)
class Sample:
    """`key` names what may not leak between the sets: the operands, or the normalised question. `steps` are written before the answer."""

    task: str
    prompt: str
    answer: str
    key: str
    steps: str = ""

    @property
    def said(self) -> str:
        """What the model says: its steps, if any, and the answer."""
        return self.steps + self.answer


@dataclass(frozen=True)
class Task:
    """`draw(rng, held_out)`: a sample, in a phrasing kept for the test set if `held_out`."""

    name: str
    weight: float
    draw: Callable[[Random, bool], Sample]


def evenly(*fields: tuple[Task, ...]) -> tuple[Task, ...]:
    """All tasks of all fields, each field as likely as another."""
    totals = [sum(task.weight for task in field) for field in fields]
    return tuple(
        replace(task, weight=task.weight / total)
        for field, total in zip(fields, totals, strict=True)
        for task in field
    )


def normalised(text: str) -> str:
    """Letters, digits and operators only, so that punctuation and case cannot tell two sets apart."""
    return "".join(c for c in text.lower() if c.isalnum() or c in "+-*=")


def split_of(key: str) -> str:
    """A fixed partition of all keys: 90 % training, 4 % calibration, 6 % test; unseen ones 40 and 60 %."""
    bucket = zlib.crc32(key.encode()) % 50
    if key.startswith(UNSEEN):
        return TEST if bucket < 30 else CALIBRATION
    if bucket < 3:
        return TEST
    return CALIBRATION if bucket < 5 else TRAIN


def draw_from(task: Task, rng: Random, split: str, held_out: bool) -> Sample:
    """Draws until the sample belongs to the split."""
    while True:
        sample = task.draw(rng, held_out)
        if split_of(sample.key) == split:
            return sample
