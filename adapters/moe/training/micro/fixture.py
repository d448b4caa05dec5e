"""A tiny model of a minute of training, for the engine's unit tests: 2 layers, width 32."""

from pathlib import Path

from micro import golden, gguf_file
from micro.model import Shape
from micro.specialists import Specialist, Stage
from micro.tasks import strings
from micro.training import train

NAME = "parley-tiny"
SHAPE = Shape(width=32, expert_width=32, heads=2, layers=2, experts=4)
PROMPTS = ["Reverse gateway", "Write peru in upper case", "First letter of lamp", "hello", "Grüße, 世界"]


def write(folder: Path) -> None:
    """parley-tiny.gguf and parley-tiny.json."""
    tasks = tuple(t for t in strings.TASKS if t.name in ("upper", "first"))
    model, _ = train(Specialist(NAME, SHAPE, (), (Stage(tasks, 700, seed=1),), seed=1, batch=32))
    path = folder / f"{NAME}.gguf"
    gguf_file.write(model, NAME, path)
    golden.write(gguf_file.read_into(model, path), NAME, PROMPTS, folder / f"{NAME}.json")
