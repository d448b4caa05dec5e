"""What a request shows beyond its text: turns of the user, tools offered, files and pictures attached, the size of a JSON schema that the
answer must have. A small network corrects by them what the heads say of the text; a request that has none of it is told as before.

Learnt from the texts of the corpus with drawn tools, attachments and schemas: the answer to a schema, and the call of a tool, are drawn
too, and their lengths are the labels. How much harder a further turn is, is learnt from MT-bench's second turns (docs/heads.md says what
that came to). No outcomes are known of requests with tools, attachments or schemas: they leave the difficulty alone.
"""

import json
import math
import random

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from .corpus import DOMAINS, FLAGS

NAMES = ["turns", "tools", "attachments", "schema_chars"]
SAID = len(DOMAINS) + 2 + len(FLAGS)
HIDDEN = 16
STEPS = 3000
BATCH = 512
CHARS_PER_TOKEN = 4
MOST = (16, 90, 6, 4_000)  # more of it changes nothing, for nothing was learnt of more
FIELDS = (
    "name;city;date;price;quantity;status;email;phone;rating;summary;category;author;country;currency;due_date;priority;reason;language;title;"
    "url;age;weight;colour;material;customer_id;delivered;street;postcode;comment;sentiment").split(";")
TOOL_NAMES = "get_weather;search_web;send_email;create_event;book_flight;get_stock_price;play_music;set_reminder;add_to_list;convert_currency".split(";")
WORDS = "Lisbon;Anna;blue;the invoice for March;2024-05-17;Nestle;open;urgent;an old piano;steel;Kofi;near the station;because of the rain;piece;kg".split(";")


def features(shape):
    """Each about 0..1; zeros for one turn and nothing else."""
    turns, tools, attachments, schema = (min(value, most) for value, most in zip(shape, MOST))
    return [math.log1p(max(0, turns - 1)) / 3, math.log1p(tools) / 5, math.log1p(attachments) / 3, math.log1p(schema) / 10]


class Request(nn.Module):
    """said [B, 16] (domains, difficulty, ln tokens, logits of the flags), shape [B, 4] -> corrections of difficulty [B], ln tokens [B], flags [B, 4]."""

    def __init__(self):
        super().__init__()
        self.of_said = nn.Linear(SAID, HIDDEN)
        self.of_shape = nn.Linear(len(NAMES), HIDDEN, bias=False)
        self.out = nn.Linear(HIDDEN, 2 + len(FLAGS), bias=False)

    def forward(self, said, shape):
        text = self.of_said(said)
        change = self.out(torch.relu(text + self.of_shape(shape)) - torch.relu(text))
        return change[:, 0], change[:, 1], change[:, 2:]


class Rows:
    """Requests: which text, its shape, and ln tokens of the answer, where the shape tells them (else nan)."""

    def __init__(self):
        self.text, self.shape, self.tokens = [], [], []

    def add(self, text, shape, tokens=float("nan")):
        self.text.append(text)
        self.shape.append(features(shape))
        self.tokens.append(tokens)


def drawn(corpus, part, seed):
    """Texts of a part, each with every kind of company."""
    rng, rows, parts = random.Random(seed), Rows(), corpus.parts()
    wants_tools = FLAGS.index("tools")
    for i in range(len(corpus.texts)):
        if parts[i] == part:
            schema, answer = _schema(rng)
            wants = corpus.flags[i][wants_tools] == 1
            rows.add(i, (_turns(rng), rng.choice([0, _tools(rng)]), _attached(rng), len(schema)), _ln_tokens(answer))
            rows.add(i, (_turns(rng), _tools(rng), _attached(rng), 0), _ln_tokens(_call(rng)) if wants else float("nan"))
            rows.add(i, (_turns(rng), 0 if wants else rng.choice([0, _tools(rng)]), rng.randint(1, 6), 0))
            rows.add(i, (rng.randint(2, 16), 0, 0, 0))
    return rows


def _tools(rng):
    return round(math.exp(rng.uniform(0, 4.5)))


def _attached(rng):
    return rng.choice([0, 0, rng.randint(1, 6)])


def _ln_tokens(text):
    return math.log(len(text) / CHARS_PER_TOKEN)


def _turns(rng):
    return rng.choice([1, 1, 2, rng.randint(3, 16)])


def _schema(rng):
    """A schema of one to thirty fields, some of them lists, and an answer that has it; both as they are sent."""
    properties, answer = {}, {}
    for name in rng.sample(FIELDS, rng.choice([1, 2, 3, 4, 6, 8, 12, 20, 30])):
        kind = rng.randrange(6)
        said = {"description": f"the {name.replace('_', ' ')} that the text gives"} if rng.random() < 0.5 else {}
        if kind < 3:
            properties[name], answer[name] = {"type": "string"} | said, " ".join(rng.sample(WORDS, rng.randint(1, 3)))
        elif kind == 3:
            properties[name], answer[name] = {"type": "number"} | said, rng.randint(1, 5000)
        elif kind == 4:
            properties[name], answer[name] = {"type": "string", "enum": rng.sample(WORDS, 3)}, rng.choice(WORDS)
        else:
            properties[name] = {"type": "array", "items": {"type": "string"}} | said
            answer[name] = [rng.choice(WORDS) for _ in range(rng.randint(1, 5))]
    schema = {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
    return json.dumps(schema), json.dumps(answer)


def _call(rng):
    fields = rng.sample(FIELDS, rng.randint(1, 3))
    return json.dumps({"name": rng.choice(TOOL_NAMES), "arguments": {field: rng.choice(WORDS) for field in fields}})


def further(corpus, part):
    """Rows of MT-bench: texts of one turn, and those that go on from one of them."""
    rows, parts = Rows(), corpus.parts()
    own = {i: corpus.texts[i] for i, task in enumerate(corpus.tasks) if task.startswith("mtbench_")}
    first = set()
    for i, text in own.items():
        second = any(text.startswith(own[j] + "\n") for j in first)
        if not second:
            first.add(i)
        if parts[i] == part:
            rows.add(i, (2 if second else 1, 0, 0, 0))
    return rows


@torch.no_grad()
def said(heads, table):
    """[texts, 16] as the network sees it."""
    domain, difficulty, tokens, flags = heads(table.emb, table.feat)
    return torch.cat([torch.softmax(domain, 1), difficulty[:, None], tokens[:, None], flags], 1)


def train(texts, skills, table, heads, seed):
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    network, base = Request(), said(heads, table)
    rows, turns = drawn(texts, 0, seed), further(texts, 0)
    outcomes = _outcomes(table, turns)
    calls = _calls(rows)
    optimiser = torch.optim.AdamW(network.parameters(), lr=1e-2, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, max_lr=1e-2, total_steps=STEPS)
    for _ in range(STEPS):
        chosen = np.concatenate([rng.integers(0, len(rows.text), BATCH - BATCH // 4), rng.choice(calls, BATCH // 4)])
        loss = _drawn_loss(network, base, rows, chosen) + _turns_loss(network, base, skills, turns, outcomes)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    return network.eval()


def _calls(rows):
    """Rows whose answer is the call of a tool: one in two hundred."""
    return np.flatnonzero(~np.isnan(rows.tokens) & (np.array(rows.shape)[:, 3] == 0))


def _of(rows, name, chosen):
    return torch.tensor(np.array([getattr(rows, name)[i] for i in chosen], dtype=np.float32))


def _targets(known, rows, chosen):
    """ln tokens [B] and chances of the flags [B, 4]: what the shape tells, else what the heads say of the text."""
    shape, tokens = _of(rows, "shape", chosen), _of(rows, "tokens", chosen)
    flags = torch.sigmoid(known[:, len(DOMAINS) + 2 :])
    flags[:, FLAGS.index("document")] = torch.maximum(flags[:, FLAGS.index("document")], (shape[:, 2] > 0).float())
    return torch.where(torch.isnan(tokens), known[:, len(DOMAINS) + 1], tokens), flags


def _drawn_loss(network, base, rows, chosen):
    known, shape = base[[rows.text[i] for i in chosen]], _of(rows, "shape", chosen)
    harder, longer, flags = network(known, shape)
    tokens, marks = _targets(known, rows, chosen)
    alone = shape[:, 1:].sum(1) == 0  # turns alone: their outcomes tell
    return (
        F.huber_loss(known[:, len(DOMAINS) + 1] + longer, tokens)
        + F.binary_cross_entropy_with_logits(known[:, len(DOMAINS) + 2 :] + flags, marks)
        + (harder[~alone] ** 2).mean())


def _outcomes(table, turns):
    """[(row of turns, model, score)]"""
    at = {text: row for row, text in enumerate(turns.text)}
    return [(at[int(text)], int(model), score) for text, model, score in table.outcomes if int(text) in at]


def _turns_loss(network, base, skills, turns, outcomes):
    logit, score = _answered(network, base, skills, turns, outcomes)
    return 0.1 * F.binary_cross_entropy_with_logits(logit, score)


def _answered(network, base, skills, turns, outcomes):
    at, models, scores = (np.array(column) for column in zip(*outcomes))
    known = base[np.array(turns.text)[at]]
    harder, _, _ = network(known, _of(turns, "shape", at))
    with torch.no_grad():
        theta = skills()[models]
    return (known[:, : len(DOMAINS)] * theta).sum(1) - known[:, len(DOMAINS)] - harder, torch.tensor(scores, dtype=torch.float32)


@torch.no_grad()
def measures(network, texts, skills, table, heads, seed):
    """On test texts: error of ln tokens where the shape tells them, what changes where it does not, MT-bench's Brier; with and without the network."""
    base, rows = said(heads, table), drawn(texts, 2, seed + 1)
    every = np.arange(len(rows.text))
    known, shape = base[rows.text], _of(rows, "shape", every)
    _, longer, marks = network(known, shape)
    tokens, flags = _targets(known, rows, every)
    told = ~torch.isnan(_of(rows, "tokens", every))
    error = (tokens - known[:, len(DOMAINS) + 1], tokens - known[:, len(DOMAINS) + 1] - longer)
    kinds = {"schema": told & (shape[:, 3] > 0), "call": told & (shape[:, 3] == 0), "others": ~told}
    found = {
        name: {kind: round(float(e[chosen].abs().mean()), 4) for kind, chosen in kinds.items()}
        for name, e in zip(("ln_tokens_error_without", "ln_tokens_error"), error)}
    chance = torch.sigmoid(known[:, len(DOMAINS) + 2 :] + marks)
    attached = shape[:, 2] > 0
    found["document_chance_attached"] = round(float(chance[attached, FLAGS.index("document")].mean()), 4)
    found["flags_moved_otherwise"] = round(float((chance - flags)[~attached].abs().mean()), 4)
    turns = further(texts, 2)
    for name, way in (("mtbench_brier_without", Still()), ("mtbench_brier", network)):
        logit, score = _answered(way, base, skills, turns, _outcomes(table, turns))
        found[name] = round(float(((torch.sigmoid(logit) - score) ** 2).mean()), 4)
    found["mtbench_answers"] = len(score)
    return found


class Still(nn.Module):
    """Changes nothing."""

    def forward(self, known, shape):
        return torch.zeros(len(known)), torch.zeros(len(known)), torch.zeros(len(known), len(FLAGS))
