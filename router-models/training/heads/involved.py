"""Which domains a text involves, each for itself: a physics sum is science and math, a request may ask for two things at once.

A small network on the lexical heads' mean n-gram, which stays as it is: the distribution over domains that skills are weighed by is
learnt before and apart. Words tell domains as well as the embedding does (heads.json), and need no encoder. Labels: the
domain of a text's source, what some sources also are, and pairs of texts made one.
"""

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from .corpus import DOMAINS, INDEX

ALSO = {
    "math": "gsm8k gsm agentverse-mgsm", "reasoning": "crux agentverse-logicgrid mmlu_formal_logic mmlu_professional_law",
    "science": "mmlu_clinical_knowledge mmlu_college_medicine mmlu_professional_medicine mmlu_machine_learning mmlu_high_school_psychology",
    "professional": "mmlu_medical_genetics mmlu_computer_security", "language": "commongen",
}
# Subjects whose questions are often sums.
SUMS = (
    "mmlu_college_physics mmlu_conceptual_physics mmlu_high_school_physics mmlu_electrical_engineering mmlu_high_school_chemistry mmlu_college_chemistry"
    " mmlu_econometrics mmlu_professional_accounting mmlu_high_school_macroeconomics mmlu_high_school_microeconomics").split()
PAIRS = (4000, 800)  # of training and of test texts
JOINTS = [" ", "\n", "\n\n", " Also: ", " And then: ", " Besides, ", "\nSecond question: "]
SHORT = 220  # characters of each: both must be within what is looked at
STEPS = 3000
BATCH = 512


def labels(texts):
    """[texts, domains] of 0, 1; nan where nothing is known."""
    known = np.full((len(texts.texts), len(DOMAINS)), np.nan, dtype=np.float32)
    for i, domain in enumerate(texts.domains):
        if domain >= 0:
            known[i] = 0
            known[i, domain] = 1
            for also, tasks in ALSO.items():
                known[i, INDEX[also]] = max(known[i, INDEX[also]], texts.tasks[i] in tasks.split())
            if texts.tasks[i] in SUMS:
                known[i, INDEX["math"]] = np.nan if sum(c.isdigit() for c in texts.texts[i]) < 6 else 1
    return known


def pairs(texts, known, seed):
    """Two texts of different domains in one: [(text, labels, part)]."""
    rng = np.random.default_rng(seed)
    parts = texts.parts()
    found = []
    for part, count in ((0, PAIRS[0]), (2, PAIRS[1])):
        short = [i for i in np.flatnonzero(parts == part) if texts.domains[i] >= 0 and len(texts.texts[i]) <= SHORT]
        by_domain = [[i for i in short if texts.domains[i] == d] for d in range(len(DOMAINS))]
        for _ in range(count):
            one, other = rng.choice([d for d, own in enumerate(by_domain) if own], 2, replace=False)
            a, b = rng.choice(by_domain[one]), rng.choice(by_domain[other])
            found.append((texts.texts[a] + JOINTS[rng.integers(len(JOINTS))] + texts.texts[b], np.fmax(known[a], known[b]), part))
    return found


class Involved(nn.Module):
    """bag [B, 32], the lexical heads' mean n-gram and complexity before their first ReLU -> logits of the domains [B, 10]."""

    def __init__(self, width, hidden=64):
        super().__init__()
        self.mix = nn.Linear(width, hidden)
        self.domain = nn.Linear(hidden, len(DOMAINS))

    def forward(self, bag):
        return self.domain(torch.relu(self.mix(bag)))


def train(bag, known, part, joined, seed):
    """From rows bag [n, 32], labels known [n, domains], their part and whether they are pairs [n]; as many pairs as single texts."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    network = Involved(bag.shape[1])
    optimiser = torch.optim.AdamW(network.parameters(), lr=1e-2, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, max_lr=1e-2, total_steps=STEPS)
    rows = (part == 0) & ~np.isnan(known).all(1)
    single, pair = np.flatnonzero(rows & ~joined), np.flatnonzero(rows & joined)
    for _ in range(STEPS):
        chosen = np.concatenate([rng.choice(single, BATCH // 2), rng.choice(pair, BATCH // 2)])
        target = torch.tensor(known[chosen])
        told = ~torch.isnan(target)
        loss = F.binary_cross_entropy_with_logits(network(bag[chosen])[told], target[told])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    return network.eval()


@torch.no_grad()
def measures(network, bag, known, part, joined):
    """On test texts."""
    said = network(bag).numpy() > 0
    test = (part == 2) & ~np.isnan(known).all(1)
    told = ~np.isnan(known)
    f1 = {}
    for d, name in enumerate(DOMAINS):
        rows = test & told[:, d]
        hit, wrong, missed = (said[rows, d] & (known[rows, d] == 1)).sum(), (said[rows, d] & (known[rows, d] == 0)).sum(), (~said[rows, d] & (known[rows, d] == 1)).sum()
        f1[name] = round(float(2 * hit / max(1, 2 * hit + wrong + missed)), 4)
    all_right = ((said == (known == 1)) | ~told).all(1)
    return {"f1": f1, "f1_mean": round(float(np.mean(list(f1.values()))), 4), "all_domains_right": round(float(all_right[test & ~joined].mean()), 4),
            "all_domains_right_of_pairs": round(float(all_right[test & joined].mean()), 4)}
