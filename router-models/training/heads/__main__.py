"""python -m heads DATA ENCODER_JAR CACHE: trains the heads on real routing outcomes and writes them where the gateway finds them."""

import sys
import time
from pathlib import Path

import numpy as np
import torch

from . import complexity, corpus, delivery, encoder, lexical, measures, training

SEED = 1
FOLDS = 4
FOLD_STEPS = 800
ROOM = Path(__file__).resolve().parents[2]


def main(data, jar, cache):
    def progress(text):
        print(f"[{time.process_time():6.0f} s of CPU] {text}", flush=True)

    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    texts = corpus.load(Path(data), SEED)
    progress(f"{len(texts.texts)} texts, {len(texts.outcomes)} outcomes of {len(texts.models)} models")
    emb = encoder.cached(texts.texts, jar, Path(cache), progress)
    table = training.Table.of(texts, emb, [complexity.features(text) for text in texts.texts])
    heads, skills = training.train(table, SEED, progress=progress)
    facts = {"seed": SEED, "labels": measures.labels(heads, table), "quality": measures.quality(heads, skills, table)}
    progress(f"labels {facts['labels']}\nquality {facts['quality']}")
    own = lexical.bags(texts.texts)
    light = lexical.Bound(lexical.train(table, own, heads, SEED, progress), own)
    light.eval()
    facts["lexical"] = {"labels": measures.labels(light, table), "quality": measures.quality(light, skills, table)}
    progress(f"lexical {facts['lexical']}")
    facts["onboarding_brier"] = onboarding(table, measures.by_model(heads, skills, table), progress)
    facts["data"] = {
        "sets": "zeroeval (Apache-2.0), routellm (Apache-2.0), llmrouter9 (MIT) of shared/data/routing; everyday.py",
        "texts": len(texts.texts), "outcomes": len(texts.outcomes)}
    torch.save([heads.state_dict(), light.model.state_dict(), skills.state_dict(), facts], Path(cache) / "trained.pt")
    manifest = delivery.write(
        heads, light, skills, table, texts, facts, ROOM / "src/main/resources/dev/parley/routermodels/models", ROOM / "src/test/resources/heads")
    progress(f"wrote {manifest['sha256']}")


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
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
