"""Which models exist, and how each is trained."""

from dataclasses import dataclass

from micro.model import Shape
from micro.tasks import arithmetic, calendar, facts, smalltalk, strings
from micro.tasks.sample import Task


@dataclass(frozen=True)
class Specialist:
    """Trained for `short_steps` on `short_tasks` alone, then for `steps` on `tasks` in conversations.

    With `cut`, training leaves the cosine at this step and ends by a straight line to zero (`Cooldown`).
    """

    name: str
    tasks: tuple[Task, ...]
    shape: Shape
    steps: int
    seed: int
    generators: tuple[str, ...]
    short_tasks: tuple[Task, ...] = ()
    short_steps: int = 0
    cut: int | None = None
    batch: int = 64
    peak: float = 2e-3
    balance: float = 0.01


_SMALL = Shape(width=96, expert_width=96, heads=3)
_CHAT = smalltalk.TASKS + calendar.TASKS
_MIDDLE = Shape(width=128, expert_width=128, heads=4)

SPECIALISTS = {
    "math": Specialist(
        "parley-math", arithmetic.TASKS, _MIDDLE, 1600, 11, ("arithmetic",), arithmetic.SHORT_TASKS, 3500
    ),
    "text": Specialist("parley-text", strings.TASKS, _SMALL, 3000, 12, ("strings", "words"), cut=2100),
    "facts": Specialist(
        "parley-facts", facts.TASKS, _SMALL, 500, 13, ("facts", "places", "elements", "units"), facts.TASKS, 900
    ),
    "chat": Specialist("parley-chat", _CHAT, _SMALL, 400, 14, ("smalltalk", "calendar"), _CHAT, 500),
}
