"""The two question sets: one to calibrate the router, one to test it. Neither is ever trained on."""

import json
from pathlib import Path

from micro import evaluation
from micro.specialists import SPECIALISTS
from micro.tasks.sample import CALIBRATION, TEST

_REPOSITORY = Path(__file__).parents[4]
HELD_OUT = _REPOSITORY / "gateway/src/test/resources/questions/heldout.jsonl"
CALIBRATING = _REPOSITORY / (
    "graph-router/src/main/resources/dev/parley/graphrouter/calibration/questions.jsonl"
)
FIELD_MODELS = ("math", "text", "facts", "chat")


def write_all() -> None:
    _write(HELD_OUT, TEST, seed=2_000_003, n=240, unseen=0.4)
    _write(CALIBRATING, CALIBRATION, seed=3_000_017, n=400, unseen=0.4)


def _write(path: Path, split: str, seed: int, n: int, unseen: float) -> None:
    lines = []
    for key in FIELD_MODELS:
        specialist = SPECIALISTS[key]
        drawn = evaluation.draw(specialist.tasks, seed, split, n, unseen)
        for number, (sample, _) in enumerate(drawn, start=1):
            question = {
                "id": f"{key}-{split}-{number:03d}",
                "specialist": specialist.name,
                "task": sample.task,
                "prompt": sample.prompt,
                "answer": sample.answer,
            }
            lines.append(json.dumps(question, ensure_ascii=False))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
