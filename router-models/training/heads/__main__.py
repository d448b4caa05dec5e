"""python -m heads DATA ENCODER_JAR TEXTS CACHE [--check]: trains the heads and writes them where the gateway finds them.

DATA is a folder of routing outcomes, TEXTS one of the packages of texts.txt, CACHE one for embeddings, which the lab reads too. With
--check nothing is shipped: what was trained is written to CACHE and compared with what is shipped, and the exit code tells whether it
is the same within tolerance (check.py).
"""

import sys
import time
from pathlib import Path

import numpy as np
import torch

from . import check, complexity, corpus, delivery, encoder, involved, languages, lexical, measures, request, training

SEED = 1
FOLDS = 4
FOLD_STEPS = 800
ROOM = Path(__file__).resolve().parents[2]


def main(data, jar, packages, cache, checking):
    def progress(text):
        print(f"[{time.process_time():6.0f} s of CPU] {text}", flush=True)

    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    texts = corpus.load(Path(data), SEED)
    progress(f"{len(texts.texts)} texts, {len(texts.outcomes)} outcomes of {len(texts.models)} models")

    emb = np.concatenate([
        encoder.cached(name, texts.texts[rows], jar, Path(cache), progress) for name, rows in texts.sources.items()])
    table = training.Table.of(texts, emb, [complexity.features(text) for text in texts.texts])
    heads, skills = training.train(table, SEED, progress=progress)
    facts = {"seed": SEED, "labels": measures.labels(heads, table), "quality": measures.quality(heads, skills, table)}
    progress(f"labels {facts['labels']}\nquality {facts['quality']}")
    own = lexical.bags(texts.texts)
    light = lexical.Bound(lexical.train(table, own, heads, SEED, progress), own)
    light.eval()
    facts["lexical"] = {"labels": measures.labels(light, table), "quality": measures.quality(light, skills, table)}
    progress(f"lexical {facts['lexical']}")
    several, facts["involved"] = involvement(texts, table, light)
    progress(f"involved {facts['involved']}")
    samples, unseen = languages.load(Path(packages), english(texts, table), SEED)
    tongues = languages.train(samples, SEED, progress)
    facts["languages"] = languages.measures(tongues, unseen)
    progress(f"languages {facts['languages']}")
    company = request.train(texts, skills, table, heads, SEED)
    facts["request"] = request.measures(company, texts, skills, table, heads, SEED)
    progress(f"request {facts['request']}")
    facts["onboarding_brier"] = onboarding(table, measures.by_model(heads, skills, table), progress)
    facts["data"] = {
        "sets": "zeroeval (Apache-2.0), routellm (Apache-2.0), llmrouter9 (MIT) of shared/data/routing; everyday.py",
        "languages": "Django (BSD-3-Clause), ChatterBot corpus (BSD-3-Clause), spaCy (MIT): texts.txt",
        "texts": len(texts.texts), "outcomes": len(texts.outcomes)}
    trained = delivery.Trained(heads, light, skills, several, tongues, company)
    files, manifest = delivery.made(trained, table, texts, facts)
    for name, content in files.items():
        (Path(cache) / name).write_bytes(content)
    if checking:
        sys.exit(check.compared(files, manifest, delivery.SHIPPED, progress))
    delivery.write(files, manifest, delivery.golden(files, table, texts.texts, encoder.Encoder(jar, exact=True)), delivery.request_golden(files, table))
    progress(f"wrote {manifest['sha256']}")


def english(texts, table):
    """Of the benchmarks' questions every tenth, of everyday requests all; none about code."""
    return [
        text for i, text in enumerate(texts.texts)
        if table.part[i] == 0 and texts.flags[i][0] == 0 and (not texts.tasks[i] or i % 10 == 0)]


def involvement(texts, table, light):
    """The network that tells all domains involved, and how good it is."""
    known = involved.labels(texts)
    pairs = involved.pairs(texts, known, SEED)
    joined = [text for text, _, _ in pairs]
    feat = torch.cat([table.feat, torch.tensor([complexity.features(text) for text in joined], dtype=torch.float32)])
    known = np.concatenate([known, np.stack([labels for _, labels, _ in pairs])])
    part = np.concatenate([table.part, [part for _, _, part in pairs]])
    bags = light.own + lexical.bags(joined)
    with torch.no_grad():
        bag = torch.cat([
            light.model.seen(*lexical.packed(bags, range(start, min(start + 1024, len(bags)))), feat[start : start + 1024])
            for start in range(0, len(bags), 1024)])
    is_pair = np.arange(len(part)) >= len(table.part)
    network = involved.train(bag, known, part, is_pair, SEED)
    return network, involved.measures(network, bag, known, part, is_pair)


def onboarding(table, reference, progress):
    """Every model is left out of training once, then met with 50 probes or its scores."""
    order = np.random.default_rng(SEED).permutation(len(table.models))
    sums = {}
    for fold in range(FOLDS):
        newcomers = order[fold::FOLDS]
        heads, skills = training.train(table, SEED, models=np.setdiff1d(order, newcomers), steps=FOLD_STEPS)
        for way, briers in measures.onboarding(heads, skills, table, newcomers, reference, SEED + fold).items():
            sums.setdefault(way, []).extend(briers)
        progress(f"left out a quarter of the models, {fold + 1} of {FOLDS}")
    return {way: round(float(np.mean(briers)), 4) for way, briers in sums.items()} | {"models": len(next(iter(sums.values())))}


if __name__ == "__main__":
    if len(sys.argv) not in (5, 6) or sys.argv[5:] not in ([], ["--check"]):
        sys.exit(__doc__)
    main(*sys.argv[1:5], checking=sys.argv[5:] == ["--check"])
