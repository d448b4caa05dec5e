"""Which models exist, and how each is trained."""

from dataclasses import dataclass

from micro.model import Shape
from micro.tasks import arithmetic, calendar, facts, smalltalk, strings
from micro.tasks.sample import Task


@dataclass(frozen=True)
class Specialist:
    name: str
    tasks: tuple[Task, ...]
    shape: Shape
    steps: int
    seed: int
    generators: tuple[str, ...]
    batch: int = 64
    peak: float = 2e-3
    balance: float = 0.01


_SMALL = Shape(width=96, expert_width=96, heads=3)
_MIDDLE = Shape(width=128, expert_width=128, heads=4)

SPECIALISTS = {
    "math": Specialist("parley-math", arithmetic.TASKS, _MIDDLE, 4000, 11, ("arithmetic",)),
    "text": Specialist("parley-text", strings.TASKS, _SMALL, 3000, 12, ("strings", "words")),
    "facts": Specialist(
        "parley-facts", facts.TASKS, _SMALL, 2200, 13, ("facts", "places", "elements", "units")
    ),
    "chat": Specialist(
        "parley-chat", smalltalk.TASKS + calendar.TASKS, _SMALL, 1400, 14, ("smalltalk", "calendar")
    ),
}
