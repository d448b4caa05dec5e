"""Which models exist, and how each is trained."""

from dataclasses import dataclass

from micro.model import Shape
from micro.tasks import arithmetic, calendar, facts, smalltalk, strings
from micro.tasks.sample import Task, evenly


@dataclass(frozen=True)
class Stage:
    """A stretch of training; `alone`: without system turns and earlier exchanges, which cost time."""

    tasks: tuple[Task, ...]
    steps: int
    seed: int
    alone: bool = False


@dataclass(frozen=True)
class Specialist:
    """How one model is made.

    With `horizon`, the learning rate follows a cosine of that length, left early by a straight line to zero.
    With `continues`, training starts from that one's weights, with a new schedule.
    """

    name: str
    shape: Shape
    generators: tuple[str, ...]
    stages: tuple[Stage, ...]
    seed: int
    horizon: int | None = None
    continues: "Specialist | None" = None
    batch: int = 64
    peak: float = 2e-3
    balance: float = 0.01

    @property
    def tasks(self) -> tuple[Task, ...]:
        """What the finished model is for."""
        return self.stages[-1].tasks

    @property
    def steps(self) -> int:
        return sum(stage.steps for stage in self.stages)


_SMALL = Shape(width=96, expert_width=96, heads=3)
_CHAT = smalltalk.TASKS + calendar.TASKS

_TEXT_BASE = Specialist(
    "parley-text-base", _SMALL, (), (Stage(strings.FIRST_TASKS, 2350, seed=12),), seed=12, horizon=3000
)
_FACTS_BASE = Specialist(
    "parley-facts-base",
    _SMALL,
    (),
    (Stage(facts.FIRST_TASKS, 900, seed=113, alone=True), Stage(facts.FIRST_TASKS, 500, seed=13)),
    seed=13,
)
_MATH_BASE = Specialist(
    "parley-math-base",
    _SMALL,
    (),
    (
        Stage(arithmetic.BARE_SUMS, 800, seed=131, alone=True),
        Stage(arithmetic.FIRST_TASKS, 1700, seed=31, alone=True),
        Stage(arithmetic.FIRST_TASKS, 200, seed=32),
    ),
    seed=31,
    horizon=9000,
    peak=2.5e-3,
)
# All fields at once, each a quarter, with less practice in each than its specialist has.
_ALL = evenly(arithmetic.TASKS, strings.TASKS, facts.TASKS, _CHAT)
SPECIALISTS = {
    "math": Specialist(
        "parley-math",
        _SMALL,
        ("arithmetic", "arithmetic_forms"),
        (Stage(arithmetic.TASKS, 500, seed=33, alone=True), Stage(arithmetic.TASKS, 200, seed=34)),
        seed=33,
        continues=_MATH_BASE,
        peak=1.2e-3,
    ),
    "text": Specialist(
        "parley-text",
        _SMALL,
        ("strings", "string_forms", "words"),
        (Stage(strings.TASKS, 950, seed=122, alone=True), Stage(strings.TASKS, 350, seed=22)),
        seed=22,
        continues=_TEXT_BASE,
        peak=1e-3,
    ),
    "facts": Specialist(
        "parley-facts",
        _SMALL,
        ("facts", "fact_forms", "places", "elements", "units"),
        (Stage(facts.TASKS, 650, seed=123, alone=True), Stage(facts.TASKS, 300, seed=23)),
        seed=23,
        continues=_FACTS_BASE,
        peak=1.5e-3,
    ),
    "chat": Specialist(
        "parley-chat",
        _SMALL,
        ("smalltalk", "intents", "noise", "calendar"),
        (Stage(_CHAT, 850, seed=114, alone=True), Stage(_CHAT, 350, seed=14)),
        seed=14,
    ),
    "general": Specialist(
        "parley-general",
        Shape(width=128, expert_width=96, heads=4, experts=8, used=3, null_experts=4, shared_width=96),
        ("arithmetic", "arithmetic_forms", "strings", "string_forms", "words", "facts", "fact_forms", "places", "elements")
        + ("units", "smalltalk", "intents", "noise", "calendar"),
        (Stage(_ALL, 2200, seed=115, alone=True), Stage(_ALL, 300, seed=15)),
        seed=15,
    ),
}
