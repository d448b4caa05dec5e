"""The training loop: AdamW, warm-up and cosine, loss on the answers, load balance."""

import math
import time
from dataclasses import dataclass
from itertools import islice

import torch
from torch.nn import functional as fn

from micro.batches import training_batches
from micro.model import MicroMoe
from micro.specialists import Specialist


@dataclass(frozen=True)
class Effort:
    """What a training took."""

    steps: int
    cpu_seconds: int
    final_loss: float


def learning_rate(step: int, steps: int, peak: float, warm: int = 100) -> float:
    if step < warm:
        return peak * (step + 1) / warm
    progress = (step - warm) / max(1, steps - warm)
    return peak * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * progress)))


def train(specialist: Specialist) -> tuple[MicroMoe, Effort]:
    torch.set_num_threads(1)
    torch.manual_seed(specialist.seed)
    model = MicroMoe(specialist.shape)
    matrices = [p for p in model.parameters() if p.dim() > 1]
    vectors = [p for p in model.parameters() if p.dim() == 1]
    groups = [{"params": matrices, "weight_decay": 0.05}, {"params": vectors, "weight_decay": 0.0}]
    optimiser = torch.optim.AdamW(groups, lr=specialist.peak, betas=(0.9, 0.98))
    batches = training_batches(specialist.tasks, specialist.seed, specialist.batch)
    began, smooth = time.process_time(), None
    for step, batch in enumerate(islice(batches, specialist.steps)):
        rate = learning_rate(step, specialist.steps, specialist.peak)
        for group in optimiser.param_groups:
            group["lr"] = rate
        logits, balance = model(batch.ids, batch.keep)
        loss = fn.cross_entropy(logits, batch.target)
        (loss + specialist.balance * balance).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        optimiser.zero_grad()
        smooth = loss.item() if smooth is None else 0.98 * smooth + 0.02 * loss.item()
        if (step + 1) % 50 == 0:
            spent = time.process_time() - began
            print(
                f"{specialist.name} step {step + 1}/{specialist.steps} loss {smooth:.4f} "
                f"balance {balance.item():.3f} lr {rate:.5f} cpu {spent:.0f} s",
                flush=True,
            )
    return model, Effort(specialist.steps, round(time.process_time() - began), round(smooth or 0.0, 5))
