"""How good the heads are on texts no part of which was trained on."""

import numpy as np
import torch

from .corpus import DOMAINS, FLAGS

PROBES = 50


@torch.no_grad()
def predicted(heads, table):
    domain, difficulty, tokens, flags = heads(table.emb, table.feat)
    return torch.softmax(domain, dim=1).numpy(), difficulty.numpy(), tokens.numpy(), torch.sigmoid(flags).numpy()


def labels(heads, table):
    domain, _, tokens, flags = predicted(heads, table)
    test = table.part == 2
    truth = table.domain.numpy()
    known = test & (truth >= 0)
    right = domain.argmax(1) == truth
    spoken = test & ~np.isnan(table.tokens.numpy())
    error = np.abs(tokens - table.tokens.numpy())[spoken]
    constant = np.median(table.tokens.numpy()[(table.part == 0) & ~np.isnan(table.tokens.numpy())])
    flagged = test & ~np.isnan(table.flags.numpy()[:, 0])
    return {
        "domain_accuracy": _r(right[known].mean()),
        "domain_accuracy_by_domain": {
            name: _r(right[known & (truth == d)].mean()) for d, name in enumerate(DOMAINS) if (known & (truth == d)).any()},
        "flag_auc": {name: _r(_auc(flags[flagged, f], table.flags.numpy()[flagged, f])) for f, name in enumerate(FLAGS)},
        "tokens_mean_abs_ln_error": _r(error.mean()),
        "tokens_mean_abs_ln_error_of_a_constant": _r(np.abs(constant - table.tokens.numpy()[spoken]).mean()),
    }


def quality(heads, skills, table, part=2):
    """Brier of the seen models on unseen texts, beside each model's mean and its mean by true domain."""
    domain, difficulty, _, _ = predicted(heads, table)
    rows = table.outcomes_in(part)
    p = _sigmoid((domain[rows[:, 0].astype(int)] * skills().detach().numpy()[rows[:, 1].astype(int)]).sum(1)
                 - difficulty[rows[:, 0].astype(int)])
    train = table.outcomes_in(0)
    mean = _means(train, lambda r: r[:, 1].astype(int), len(table.models))[rows[:, 1].astype(int)]
    truth = table.domain.numpy()
    cells = len(DOMAINS) + 1
    by_domain = _means(train, lambda r: r[:, 1].astype(int) * cells + truth[r[:, 0].astype(int)] + 1, len(table.models) * cells)
    return {
        "brier": _r(((p - rows[:, 2]) ** 2).mean()),
        "brier_of_model_mean": _r(((mean - rows[:, 2]) ** 2).mean()),
        "brier_of_model_mean_by_true_domain": _r(
            ((by_domain[rows[:, 1].astype(int) * cells + truth[rows[:, 0].astype(int)] + 1] - rows[:, 2]) ** 2).mean()),
        "ece": _r(_ece(p, rows[:, 2])),
    }


def by_model(heads, skills, table):
    """What fully trained heads predict for each model on its test texts, by model."""
    domain, difficulty, _, _ = predicted(heads, table)
    theta = skills().detach().numpy()
    predictions = {}
    for m in range(len(table.models)):
        x, b, _ = _of(table.outcomes_in(2, [m]), domain, difficulty)
        predictions[m] = _sigmoid(x @ theta[m] - b)
    return predictions


def onboarding(heads, skills, table, newcomers, reference, seed):
    """Models the heads never saw, known from 50 probes or from scores by domain; Brier beside the fully trained and baselines."""
    domain, difficulty, _, _ = predicted(heads, table)
    seen = np.setdiff1d(np.arange(len(table.models)), newcomers)
    prior = skills().detach().numpy()[seen].mean(0)
    rng = np.random.default_rng(seed)
    sums = {}
    for m in newcomers:
        known, asked = table.outcomes_in(0, [m]), table.outcomes_in(2, [m])
        if len(known) < 2 * PROBES or len(asked) < PROBES:
            continue
        probes = known[rng.choice(len(known), PROBES, replace=False)]
        x, b, y = _of(probes, domain, difficulty)
        tx, tb, ty = _of(asked, domain, difficulty)
        emb = table.emb.numpy()
        ways = {
            "50 probes": _sigmoid(tx @ fitted(x, b, y, prior) - tb),
            "card": _sigmoid(tx @ from_card(known, table, domain, difficulty, prior) - tb),
            "fully trained": reference[m],
            "mean of 50 probes": np.full(len(ty), (probes[:, 2].sum() + 1) / (PROBES + 2)),
            "ridge on 50 probes": _ridge(emb[probes[:, 0].astype(int)], y, emb[asked[:, 0].astype(int)]),
        }
        for way, p in ways.items():
            sums.setdefault(way, []).append(((p - ty) ** 2).mean())
    return sums


def fitted(x, b, y, prior, strength=1.0, steps=25):
    """theta [D] by maximum a posteriori: Newton steps of a logistic regression with offset -b, shrunk to the prior."""
    # A common shift is believed before a change of profile: the general skill varies most between models.
    size = len(prior)
    precision = strength * (np.eye(size) - np.ones((size, size)) / size) + 0.1 * np.ones((size, size)) / size
    theta = prior.copy()
    for _ in range(steps):
        p = _sigmoid(x @ theta - b)
        gradient = x.T @ (p - y) + precision @ (theta - prior)
        theta = theta - np.linalg.solve((x * (p * (1 - p))[:, None]).T @ x + precision, gradient)
    return theta


def from_card(known, table, domain, difficulty, prior):
    """theta from one public score a domain: where the domain's texts would average that score. Unscored domains: the mean shift."""
    truth = table.domain.numpy()[known[:, 0].astype(int)]
    theta = np.full(len(DOMAINS), np.nan)
    for d in np.unique(truth[truth >= 0]):
        rows = known[truth == d]
        score = np.clip(rows[:, 2].mean(), 0.02, 0.98)
        low, high = -12.0, 12.0
        for _ in range(40):
            middle = (low + high) / 2
            low, high = (middle, high) if _sigmoid(middle - difficulty[table.domain.numpy() == d]).mean() < score else (low, middle)
        theta[d] = low
    shift = np.nanmean(theta - prior)
    return np.where(np.isnan(theta), prior + shift, theta)


def _of(rows, domain, difficulty):
    texts = rows[:, 0].astype(int)
    return domain[texts], difficulty[texts], rows[:, 2]


def _ridge(x, y, to, strength=1.0):
    mean = y.mean()
    weights = np.linalg.solve(x.T @ x + strength * np.eye(x.shape[1]), x.T @ (y - mean))
    return np.clip(mean + to @ weights, 0, 1)


def _means(rows, cell, count):
    cells = cell(rows)
    n, s = np.bincount(cells, minlength=count), np.bincount(cells, rows[:, 2], minlength=count)
    return (s + 1) / (n + 2)


def _sigmoid(x):
    return 1 / (1 + np.exp(-np.clip(x, -30, 30)))


def _auc(score, truth):
    order = np.argsort(score, kind="stable")
    ranks = np.empty(len(order))
    ranks[order] = np.arange(1, len(order) + 1)
    positive = truth > 0.5
    n = positive.sum()
    return (ranks[positive].sum() - n * (n + 1) / 2) / max(1, n * (len(truth) - n))


def _ece(p, y, bins=15):
    which = np.minimum((p * bins).astype(int), bins - 1)
    return sum(abs(p[which == k].mean() - y[which == k].mean()) * (which == k).mean() for k in range(bins) if (which == k).any())


def _r(x):
    return round(float(x), 4)
