"""Texts with labels: the shared routing outcomes (real questions, real scores) and everyday requests (everyday.py).

A text belongs to training, validation or test by a hash of its words, so that a question two sets share is never on both sides.
"""

import gzip
import hashlib
import json
import re
from dataclasses import dataclass, field

import numpy as np

from . import everyday

DOMAINS = ["math", "code", "science", "professional", "humanities", "trivia", "reasoning", "writing", "language", "chat"]
FLAGS = ["code", "math", "tools", "document"]
INDEX = {name: i for i, name in enumerate(DOMAINS)}

SETS = ("zeroeval", "routellm", "llmrouter9")

SUBJECTS = {
    "math": "abstract_algebra college_mathematics elementary_mathematics high_school_mathematics high_school_statistics",
    "code": "college_computer_science computer_security high_school_computer_science machine_learning",
    "science": "anatomy astronomy college_biology college_chemistry college_physics conceptual_physics electrical_engineering"
    " high_school_biology high_school_chemistry high_school_physics medical_genetics virology nutrition human_aging",
    "professional": "business_ethics clinical_knowledge college_medicine econometrics high_school_macroeconomics"
    " high_school_microeconomics international_law jurisprudence management marketing professional_accounting professional_law"
    " professional_medicine professional_psychology public_relations",
    "humanities": "high_school_european_history high_school_us_history high_school_world_history high_school_geography"
    " high_school_government_and_politics high_school_psychology human_sexuality moral_disputes moral_scenarios philosophy"
    " prehistory security_studies sociology us_foreign_policy world_religions",
    "trivia": "global_facts miscellaneous",
    "reasoning": "formal_logic logical_fallacies",
}
TASKS = {
    "gsm": "math", "gsm8k": "math", "agentverse-mgsm": "math", "math": "math", "math-l5": "math",
    "crux": "code", "mbpp": "code", "human_eval": "code",
    "gpqa": "science", "arc_challenge": "science", "openbook_qa": "science",
    "natural_qa": "trivia", "trivia_qa": "trivia",
    "commonsense_qa": "reasoning", "agentverse-logicgrid": "reasoning", "commongen": "writing",
    "mtbench_writing": "writing", "mtbench_roleplay": "writing", "mtbench_reasoning": "reasoning", "mtbench_math": "math",
    "mtbench_coding": "code", "mtbench_extraction": "language", "mtbench_stem": "science", "mtbench_humanities": "humanities",
}
TASKS.update({"mmlu_" + subject: domain for domain, subjects in SUBJECTS.items() for subject in subjects.split()})

# Public benchmarks whose texts we know: a score on one says what a model can do in these domains.
BENCHMARKS = {
    "gsm8k": (["math"], ["gsm", "gsm8k"]),
    "math-all": (["math"], ["math"]),
    "math-500": (["math"], ["math"]),
    "math-l5": (["math"], ["math-l5"]),
    "cruxeval": (["code"], ["crux"]),
    "mbpp": (["code"], ["mbpp"]),
    "humaneval": (["code"], ["human_eval"]),
    "gpqa": (["science"], ["gpqa"]),
    "arc-challenge": (["science"], ["arc_challenge"]),
    "openbookqa": (["science"], ["openbook_qa"]),
    "mmlu": (["science", "professional", "humanities"], [task for task in TASKS if task.startswith("mmlu_")]),
    "triviaqa": (["trivia"], ["trivia_qa"]),
    "naturalquestions": (["trivia"], ["natural_qa"]),
    "commonsenseqa": (["reasoning"], ["commonsense_qa"]),
}

# llmrouter9 misses many right answers on MATH, so its texts seem harder than they are. Linked: with this, the skills of the catalogue's
# models from MATH are those from GSM8K and MATH level 5, on average (34 models; mean linking, Loyd and Hoover 1980).
EASIER = {"math-all": 0.75, "math-500": 0.75}

# Cells that measure how an answer was cut out, not what a model can do (README of the data): left out.
ARTEFACT_BELOW = 0.05


@dataclass
class Corpus:
    texts: list = field(default_factory=list)
    domains: list = field(default_factory=list)  # index or -1
    flags: list = field(default_factory=list)  # [4] of 0, 1 or nan
    tokens: list = field(default_factory=list)  # natural log of expected output tokens, or nan
    tasks: list = field(default_factory=list)  # of the set, or ""
    models: list = field(default_factory=list)  # "set/model"
    outcomes: list = field(default_factory=list)  # (text, model, score)
    sources: dict = field(default_factory=dict)  # name of a set: slice of the texts

    def add(self, text, domain, flags=None, tokens=float("nan"), task=""):
        self.texts.append(text)
        self.domains.append(INDEX[domain] if domain else -1)
        self.flags.append(flags or _flags(domain))
        self.tokens.append(tokens)
        self.tasks.append(task)
        return len(self.texts) - 1

    def parts(self):
        """0 training, 1 validation, 2 test: 70, 10 and 20 %."""
        return np.array([part(text) for text in self.texts])


def _flags(domain):
    if not domain:
        return [float("nan")] * 4
    return [float(domain == "code"), float(domain == "math"), 0.0, 0.0]


def part(text):
    words = " ".join(re.findall(r"\w+", text.lower()))
    bucket = int.from_bytes(hashlib.sha256(words.encode()).digest()[:4], "big") % 10
    return 0 if bucket < 7 else 1 if bucket == 7 else 2


def load(folder, seed):
    corpus = Corpus()
    for name in SETS:
        first = len(corpus.texts)
        _outcomes(corpus, folder, name)
        corpus.sources[name] = slice(first, len(corpus.texts))
    first = len(corpus.texts)
    for text, domain, flags, tokens in everyday.requests(seed):
        corpus.add(text, domain, flags, tokens)
    corpus.sources["everyday"] = slice(first, len(corpus.texts))
    return corpus


def _outcomes(corpus, folder, name):
    meta = json.loads((folder / f"{name}.meta.json").read_text())
    names = [m["name"] if isinstance(m, dict) else m for m in meta["models"]]
    with gzip.open(folder / f"{name}.jsonl.gz", "rt") as lines:
        rows = [json.loads(line) for line in lines]
    skip = _artefacts(rows, len(names)) if name == "llmrouter9" else set()
    first = len(corpus.models)
    corpus.models += [f"{name}/{model}" for model in names]
    for row in rows:
        out = [t for t in row.get("out") or [] if t]
        tokens = float(np.mean(np.log(out))) if out else float("nan")
        text = corpus.add(row["query"], TASKS.get(row["task"], ""), None, tokens, row["task"])
        for m, score in enumerate(row["score"]):
            if score is not None and (row["task"], m) not in skip:
                corpus.outcomes.append((text, first + m, float(score)))


def _artefacts(rows, models):
    sums = {}
    for row in rows:
        for m, score in enumerate(row["score"]):
            if score is not None:
                sums.setdefault((row["task"], m), []).append(score)
    return {cell for cell, scores in sums.items() if np.mean(scores) < ARTEFACT_BELOW}
