"""From a checkpoint to what ships: GGUF, golden values, manifest entry."""

import hashlib
import json
from dataclasses import asdict
from pathlib import Path

import torch

from micro import checkpoint, evaluation, golden, gguf_file
from micro.checkpoint import Effort
from micro.model import MicroMoe
from micro.specialists import SPECIALISTS, Specialist
from micro.tasks.sample import TEST

_SOURCES = Path(__file__).parents[2] / "src"
MODELS = _SOURCES / "main" / "resources" / "dev" / "parley" / "moe" / "models"
GOLDEN = _SOURCES / "test" / "resources" / "golden"

SHOWCASE = ["What is 346 + 87?", "Reverse the word gateway", "What is the capital of Peru?", "hello"]
TEST_SEED, TEST_QUESTIONS = 1_000_003, 1200


def deliver(key: str) -> None:
    torch.set_num_threads(1)
    specialist = SPECIALISTS[key]
    model, effort = checkpoint.load(specialist)
    path = MODELS / f"{specialist.name}.gguf"
    gguf_file.write(model, specialist.name, path)
    gguf_file.read_into(model, path)
    held_out = evaluation.draw(specialist.tasks, TEST_SEED, TEST, TEST_QUESTIONS, unseen=0.4)
    prompts = SHOWCASE + [sample.prompt for sample, _ in held_out[:16]]
    golden.write(model, specialist.name, prompts, GOLDEN / f"{specialist.name}.json")
    entry = _entry(specialist, model, effort, path) | {"heldOut": _evaluated(model, held_out)}
    _record(entry)
    print(json.dumps(entry["heldOut"], indent=1))


def _evaluated(model: MicroMoe, held_out: list) -> dict:
    samples = [sample for sample, _ in held_out]
    verdicts = evaluation.right(model, samples)
    unseen = [v for v, (_, flag) in zip(verdicts, held_out, strict=True) if flag]
    seen = [v for v, (_, flag) in zip(verdicts, held_out, strict=True) if not flag]
    used = model.shape.used
    by_experts = {
        str(k): evaluation.score(evaluation.right(evaluation.with_experts(model, k), samples)).accuracy
        for k in (1, 2, 3)
    }
    evaluation.with_experts(model, used)
    return {
        **asdict(evaluation.score(verdicts)),
        "knownPhrasings": asdict(evaluation.score(seen)),
        "unseenPhrasings": asdict(evaluation.score(unseen)),
        "accuracyByExpertsUsed": by_experts,
        "perTask": {t: asdict(s) for t, s in evaluation.score_by_task(samples, verdicts).items()},
    }


def _entry(specialist: Specialist, model: MicroMoe, effort: Effort, path: Path) -> dict:
    shape, content = specialist.shape, path.read_bytes()
    return {
        "name": specialist.name,
        "file": path.name,
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "licence": "Apache-2.0",
        "tasks": sorted({task.name for task in specialist.tasks}),
        "architecture": {
            "kind": shape.kind,
            "layers": shape.layers,
            "width": shape.width,
            "expertWidth": shape.expert_width,
            "heads": shape.heads,
            "experts": shape.experts,
            "expertsUsed": shape.used,
            "nullExperts": shape.null_experts,
            "sharedExpertWidth": shape.shared_width,
            "context": shape.context,
            "quantisation": "Q8_0",
        },
        "parameters": model.parameter_counts(),
        "training": {
            "generators": [f"micro/tasks/{g}.py" for g in specialist.generators],
            "seed": specialist.seed,
            "steps": effort.steps,
            "batch": specialist.batch,
            "cpuSeconds": effort.cpu_seconds,
            "finalLoss": effort.final_loss,
        },
    }


def _record(entry: dict) -> None:
    """Puts the entry in place of an older one of the same name."""
    path = MODELS / "manifest.json"
    models = json.loads(path.read_text())["models"] if path.exists() else []
    others = [m for m in models if m["name"] != entry["name"]]
    ordered = sorted([*others, entry], key=lambda m: m["name"])
    path.write_text(json.dumps({"version": 1, "models": ordered}, indent=2) + "\n")
