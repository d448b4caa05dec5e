"""The training loop: AdamW, warm-up and cosine, loss on the answers, load balance."""

import math
import time
from collections.abc import Iterator
from itertools import islice

import torch
from torch.nn import functional as fn

from micro import checkpoint
from micro.batches import Batch, training_batches
from micro.checkpoint import Effort
from micro.model import MicroMoe
from micro.specialists import Specialist


WARM, COOLDOWN = 100, 250


def learning_rate(step: int, specialist: Specialist) -> float:
    """Warm-up, then a cosine to 1 %; with a horizon, the last steps are a straight line to 1 %."""
    steps = specialist.steps
    if specialist.horizon is None:
        return _cosine(step, steps, specialist.peak)
    cut = steps - COOLDOWN
    left = 1.0 if step < cut else max(0.01, 1 - (step - cut) / COOLDOWN)
    return _cosine(min(step, cut), specialist.horizon, specialist.peak) * left


def _cosine(step: int, length: int, peak: float) -> float:
    if step < WARM:
        return peak * (step + 1) / WARM
    progress = (step - WARM) / max(1, length - WARM)
    return peak * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * progress)))


def _batches(specialist: Specialist) -> Iterator[Batch]:
    for stage in specialist.stages:
        endless = training_batches(stage.tasks, stage.seed, specialist.batch, stage.alone)
        yield from islice(endless, stage.steps)


def _start(specialist: Specialist) -> tuple[MicroMoe, Effort]:
    """Fresh weights, or those of the training it continues, which is run first if need be."""
    base = specialist.continues
    if base is None:
        return MicroMoe(specialist.shape), Effort(0, 0, 0.0)
    if not checkpoint.exists(base):
        checkpoint.save(base, *train(base))
        torch.manual_seed(specialist.seed)
    return checkpoint.load(base)


def train(specialist: Specialist) -> tuple[MicroMoe, Effort]:
    torch.set_num_threads(1)
    torch.manual_seed(specialist.seed)
    model, before = _start(specialist)
    matrices = [p for p in model.parameters() if p.dim() > 1]
    vectors = [p for p in model.parameters() if p.dim() == 1]
    groups = [{"params": matrices, "weight_decay": 0.05}, {"params": vectors, "weight_decay": 0.0}]
    optimiser = torch.optim.AdamW(groups, lr=specialist.peak, betas=(0.9, 0.98))
    steps = specialist.steps
    began, smooth = time.process_time(), 0.0
    for step, batch in enumerate(_batches(specialist)):
        rate = learning_rate(step, specialist)
        for group in optimiser.param_groups:
            group["lr"] = rate
        logits, balance = model(batch.ids, batch.keep)
        loss = fn.cross_entropy(logits, batch.target)
        (loss + specialist.balance * balance).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        optimiser.zero_grad()
        smooth = loss.item() if step == 0 else 0.98 * smooth + 0.02 * loss.item()
        if (step + 1) % 50 == 0:
            spent = time.process_time() - began
            print(
                f"{specialist.name} step {step + 1}/{steps} loss {smooth:.4f} "
                f"balance {balance.item():.3f} lr {rate:.5f} cpu {spent:.0f} s",
                flush=True,
            )
    return model, Effort(steps, round(time.process_time() - began), round(smooth or 0.0, 5))
