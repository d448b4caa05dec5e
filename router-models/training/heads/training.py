"""Trains the heads and the skills of the models seen, jointly. Deterministic given the seed and the number of threads."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from .corpus import DOMAINS
from .network import Heads

STEPS = 1500
BATCH = 512
OUTCOMES = 4096


@dataclass
class Table:
    """Tensors of a corpus; rows are texts."""

    emb: torch.Tensor
    feat: torch.Tensor
    domain: torch.Tensor
    flags: torch.Tensor
    tokens: torch.Tensor
    part: np.ndarray
    outcomes: np.ndarray  # [n, 3] text, model, score
    models: list

    @staticmethod
    def of(corpus, emb, feat):
        return Table(
            torch.tensor(emb), torch.tensor(feat, dtype=torch.float32), torch.tensor(corpus.domains),
            torch.tensor(corpus.flags, dtype=torch.float32), torch.tensor(corpus.tokens, dtype=torch.float32),
            corpus.parts(), np.array(corpus.outcomes), corpus.models,
        )

    def outcomes_in(self, part, models=None):
        rows = self.outcomes[self.part[self.outcomes[:, 0].astype(int)] == part]
        return rows if models is None else rows[np.isin(rows[:, 1].astype(int), models)]


class Skills(nn.Module):
    """theta [models, domains] = a model's general skill + what is special in a domain (shrunk to 0 by weight decay)."""

    def __init__(self, models):
        super().__init__()
        self.general = nn.Parameter(torch.zeros(models, 1))
        self.special = nn.Parameter(torch.zeros(models, len(DOMAINS)))

    def forward(self):
        return self.general + self.special


def quality_logit(domain_logits, difficulty, theta):
    return (torch.softmax(domain_logits, dim=1) * theta).sum(dim=1) - difficulty


def train(table, seed, models=None, steps=STEPS, progress=lambda text: None):
    """Heads and skills from the training part, of all models or of the given ones."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    heads, skills = Heads(), Skills(len(table.models))
    texts = np.flatnonzero(table.part == 0)
    outcomes = table.outcomes_in(0, models)
    optimiser = torch.optim.AdamW(
        [{"params": heads.parameters(), "weight_decay": 0.02}, {"params": [skills.general], "weight_decay": 0.0},
         {"params": [skills.special], "weight_decay": 0.05}], lr=3e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, max_lr=[3e-3, 3e-2, 3e-2], total_steps=steps)
    for step in range(steps):
        loss = _label_loss(heads, table, rng.choice(texts, BATCH)) + _outcome_loss(
            heads, skills, table, outcomes[rng.integers(0, len(outcomes), OUTCOMES)])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        if step % 500 == 499:
            progress(f"step {step + 1} of {steps}: loss {loss.item():.4f}")
    heads.eval()
    return heads, skills


def _label_loss(heads, table, rows):
    domain, difficulty, tokens, flags = heads(table.emb[rows], table.feat[rows])
    labels = table.domain[rows]
    known = labels >= 0
    loss = F.cross_entropy(domain[known], labels[known], label_smoothing=0.02)
    said = ~torch.isnan(table.tokens[rows])
    loss = loss + F.huber_loss(tokens[said], table.tokens[rows][said])
    flagged = ~torch.isnan(table.flags[rows][:, 0])
    return loss + F.binary_cross_entropy_with_logits(flags[flagged], table.flags[rows][flagged])


def _outcome_loss(heads, skills, table, rows):
    texts, which = np.unique(rows[:, 0].astype(int), return_inverse=True)
    domain, difficulty, _, _ = heads(table.emb[texts], table.feat[texts])
    theta = skills()[rows[:, 1].astype(int)]
    logit = quality_logit(domain[which], difficulty[which], theta)
    # Difficulty is only known up to a constant; everyday requests have no outcomes and are taken as average.
    return F.binary_cross_entropy_with_logits(logit, torch.tensor(rows[:, 2], dtype=torch.float32)) + 0.003 * (
        difficulty**2).mean()
