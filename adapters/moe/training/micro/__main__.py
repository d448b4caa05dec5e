"""python -m micro train NAME|all, export NAME|all, questions."""

import sys
from pathlib import Path

import torch

from micro.specialists import SPECIALISTS
from micro.training import train

BUILD = Path(__file__).parents[2] / "target" / "micro"


def _train(key: str) -> None:
    specialist = SPECIALISTS[key]
    model, effort = train(specialist)
    BUILD.mkdir(parents=True, exist_ok=True)
    torch.save({"weights": model.state_dict(), "effort": vars(effort)}, BUILD / f"{specialist.name}.pt")


if __name__ == "__main__":
    _train(sys.argv[2])
