"""Golden values for the Java engine's parity tests."""

import json
from pathlib import Path

import torch

from micro import vocabulary
from micro.model import MicroMoe, greedy


@torch.no_grad()
def write(model: MicroMoe, name: str, prompts: list[str], path: Path) -> None:
    """`model` holds the dequantised weights of the shipped file."""
    model.eval()
    turns = [("system", "You are a helpful assistant."), ("user", prompts[0])]
    tokens = vocabulary.encode_prompt(turns)
    logits, _ = model(torch.tensor([tokens]), torch.tensor([len(tokens) - 1]))
    document = {
        "model": name,
        "messages": [{"role": role, "content": content} for role, content in turns],
        "prompt": "".join(f"<|{r}|>{c}<|end|>" for r, c in turns) + "<|assistant|>",
        "tokens": tokens,
        "logits": [round(x, 6) for x in logits[0].tolist()],
        "answers": [{"prompt": p, "answer": _answer(model, p)} for p in prompts],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, ensure_ascii=False) + "\n", encoding="utf-8")


def _answer(model: MicroMoe, prompt: str) -> str:
    return vocabulary.decode(greedy(model, vocabulary.encode_prompt([("user", prompt)]), limit=64))
