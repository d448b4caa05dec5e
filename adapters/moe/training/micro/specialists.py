"""Which models exist, and how each is trained."""

from dataclasses import dataclass

from micro.model import Shape
from micro.tasks import arithmetic, strings
from micro.tasks.sample import Task


@dataclass(frozen=True)
class Specialist:
    name: str
    tasks: tuple[Task, ...]
    shape: Shape
    steps: int
    seed: int
    batch: int = 64
    peak: float = 2e-3
    balance: float = 0.01


_SMALL = Shape(width=96, expert_width=96, heads=3)
_MIDDLE = Shape(width=128, expert_width=128, heads=4)

SPECIALISTS = {
    "math": Specialist("parley-math", arithmetic.TASKS, _MIDDLE, steps=4000, seed=11),
    "text": Specialist("parley-text", strings.TASKS, _SMALL, steps=3000, seed=12),
}
