"""python -m micro train NAME|all | export NAME|all | questions | fixture."""

import sys

from micro import checkpoint, delivery, fixture, questions
from micro.specialists import SPECIALISTS
from micro.training import train


def _chosen(name: str) -> list[str]:
    return list(SPECIALISTS) if name == "all" else [name]


def main(arguments: list[str]) -> None:
    match arguments:
        case ["train", name]:
            for key in _chosen(name):
                checkpoint.save(SPECIALISTS[key], *train(SPECIALISTS[key]))
                delivery.deliver(key)
        case ["export", name]:
            for key in _chosen(name):
                delivery.deliver(key)
        case ["questions"]:
            questions.write_all()
        case ["fixture"]:
            fixture.write(delivery.GOLDEN)
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
