"""The heads: one small network on a frozen sentence embedding and the text's complexity.

Item response theory with interpretable skills: P(m answers q well) = sigmoid(sum_d w_d(q) theta_md - b(q)), where w(q) is the query's
distribution over domains, b(q) its difficulty and theta_md what model m can do in domain d (multidimensional IRT, Reckase 2009; as a
router: IRT-Router, Song et al. 2025). theta is no output of the network: it comes from a model's card or from probes.
"""

import torch
from torch import nn

from .complexity import NAMES
from .corpus import DOMAINS, FLAGS

EMBEDDING = 384


class Heads(nn.Module):
    """emb [B, 384], feat [B, 14] -> domain logits [B, 10], difficulty [B], ln output tokens [B], flag logits [B, 4]."""

    def __init__(self, hidden=64):
        super().__init__()
        self.of_embedding = nn.Linear(EMBEDDING, hidden)
        self.of_complexity = nn.Linear(len(NAMES), hidden, bias=False)
        self.norm = nn.LayerNorm(hidden)
        self.mix = nn.Linear(hidden, hidden)
        self.drop = nn.Dropout(0.2)
        self.domain = nn.Linear(hidden, len(DOMAINS))
        self.difficulty = nn.Linear(hidden, 1)
        self.tokens = nn.Linear(hidden, 1)
        self.flags = nn.Linear(hidden, len(FLAGS))

    def forward(self, emb, feat):
        h = self.norm(8 * self.of_embedding(emb) + self.of_complexity(feat))
        h = self.drop(torch.relu(h))
        h = self.drop(torch.relu(self.mix(h)))
        return self.domain(h), self.difficulty(h)[:, 0], self.tokens(h)[:, 0], self.flags(h)
