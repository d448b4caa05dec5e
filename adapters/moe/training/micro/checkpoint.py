"""The float weights of a finished training, under adapters/moe/target/micro (not versioned)."""

from dataclasses import dataclass
from pathlib import Path

import torch

from micro.model import MicroMoe
from micro.specialists import Specialist

@dataclass(frozen=True)
class Effort:
    """What a training took."""

    steps: int
    cpu_seconds: int
    final_loss: float


BUILD = Path(__file__).parents[2] / "target" / "micro"


def save(specialist: Specialist, model: MicroMoe, effort: Effort) -> None:
    BUILD.mkdir(parents=True, exist_ok=True)
    torch.save({"weights": model.state_dict(), "effort": vars(effort)}, BUILD / f"{specialist.name}.pt")


def exists(specialist: Specialist) -> bool:
    return (BUILD / f"{specialist.name}.pt").exists()


def load(specialist: Specialist) -> tuple[MicroMoe, Effort]:
    stored = torch.load(BUILD / f"{specialist.name}.pt", weights_only=True)
    model = MicroMoe(specialist.shape)
    model.load_state_dict(stored["weights"])
    return model, Effort(**stored["effort"])
