"""The lexical tier: the same heads on a bag of hashed n-grams, for when the sentence encoder is late. Learns from the labels and
from what the semantic heads say (distillation, Hinton et al. 2015)."""

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from . import grams
from .complexity import NAMES
from .corpus import DOMAINS, FLAGS

BUCKETS = 1 << 14
WIDTH = 32
STEPS = 2000
BATCH = 256


class Lexical(nn.Module):
    """ids of n-grams in a bag, feat [B, 14] -> as Heads."""

    def __init__(self):
        super().__init__()
        self.bag = nn.EmbeddingBag(BUCKETS, WIDTH, mode="mean")
        nn.init.normal_(self.bag.weight, std=0.1)
        self.of_complexity = nn.Linear(len(NAMES), WIDTH)
        self.drop = nn.Dropout(0.1)
        self.mix = nn.Linear(WIDTH, WIDTH)
        self.domain = nn.Linear(WIDTH, len(DOMAINS))
        self.difficulty = nn.Linear(WIDTH, 1)
        self.tokens = nn.Linear(WIDTH, 1)
        self.flags = nn.Linear(WIDTH, len(FLAGS))

    def seen(self, ids, offsets, feat):
        return 8 * self.bag(ids, offsets) + self.of_complexity(feat)

    def forward(self, ids, offsets, feat):
        h = self.drop(torch.relu(self.seen(ids, offsets, feat)))
        h = self.drop(torch.relu(self.mix(h)))
        return self.domain(h), self.difficulty(h)[:, 0], self.tokens(h)[:, 0], self.flags(h)


def bags(texts):
    """Bucket numbers of each text; a text without n-grams has bucket 0."""
    return [np.array([h & BUCKETS - 1 for h in grams.hashes(t)] or [0], dtype=np.int64) for t in texts]


def packed(own, rows):
    chosen = [own[i] for i in rows]
    offsets = np.cumsum([0] + [len(c) for c in chosen[:-1]])
    return torch.tensor(np.concatenate(chosen)), torch.tensor(offsets)


def train(table, own, heads, seed, progress=lambda text: None):
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    with torch.no_grad():
        domain, difficulty, tokens, flags = heads(table.emb, table.feat)
        taught = torch.softmax(domain, dim=1), difficulty, tokens, torch.sigmoid(flags)
    model = Lexical()
    texts = np.flatnonzero(table.part == 0)
    optimiser = torch.optim.AdamW(model.parameters(), lr=5e-3, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, max_lr=1e-2, total_steps=STEPS)
    for step in range(STEPS):
        rows = rng.choice(texts, BATCH)
        ids, offsets = packed(own, rows)
        said = model(ids, offsets, table.feat[rows])
        labels = table.domain[rows]
        known = labels >= 0
        loss = 0.5 * F.cross_entropy(said[0][known], labels[known]) + 0.5 * F.cross_entropy(said[0], taught[0][rows])
        loss = loss + F.huber_loss(said[1], taught[1][rows]) + F.huber_loss(said[2], taught[2][rows])
        loss = loss + F.binary_cross_entropy_with_logits(said[3], taught[3][rows])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        if step % 500 == 499:
            progress(f"lexical step {step + 1} of {STEPS}: loss {loss.item():.4f}")
    model.eval()
    return model


class Bound(nn.Module):
    """A lexical model with its bags, called like Heads on the rows of a table: for the measures."""

    def __init__(self, model, own):
        super().__init__()
        self.model = model
        self.own = own

    def forward(self, emb, feat):
        out = [[], [], [], []]
        for start in range(0, len(self.own), 1024):
            rows = range(start, min(start + 1024, len(self.own)))
            for parts, part in zip(out, self.model(*packed(self.own, rows), feat[list(rows)])):
                parts.append(part)
        return tuple(torch.cat(parts) for parts in out)
