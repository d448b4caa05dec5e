"""Is what was trained anew what is shipped? By its measures, and by what both say of the golden texts.

Training is deterministic on one machine; on another, sums are taken in other orders, and 1,500 steps make small differences larger.
Tolerances are what a user would not notice: a point of accuracy, a hundredth of Brier, a few points of a probability.
"""

import base64
import json

import numpy as np
import onnxruntime as ort

from . import complexity, delivery, request

MEASURE = 0.01  # absolute, of a measure over all texts
PART = 0.05  # of one over a single domain, flag or language, of some dozens of texts
SAID = {"domains": 0.03, "difficulty": 0.15, "ln_tokens": 0.1, "flags": 0.03, "involved": 0.05, "languages": 0.03}  # mean absolute difference
PARTS = {"domain_accuracy_by_domain", "flag_auc", "by_language", "f1", "ln_tokens_error", "ln_tokens_error_without"}
COMPARED = ("labels", "quality", "lexical", "involved", "languages", "request", "onboarding_brier")


def compared(files, manifest, shipped, progress):
    """0 if the same within tolerance, else 1; says what differs. shipped is the folder of the gateway's files."""
    old = json.loads((shipped / "heads.json").read_text())
    wrong = [text for key in COMPARED for text in _measures(key, old.get(key), manifest[key], MEASURE)]
    for name, content in files.items():
        for output, difference in _said(content, (shipped / name).read_bytes()).items():
            progress(f"{name}: {output} differ by {difference:.5f} on average (tolerated {SAID[output]})")
            if not difference <= SAID[output]:
                wrong.append(f"{name}: {output} differ by {difference:.4f} on average, more than {SAID[output]}")
    same = [name for name, sha in manifest["sha256"].items() if old["sha256"].get(name) == sha]
    progress("bit for bit the same: " + (", ".join(same) or "no file"))
    progress("\n".join(wrong) if wrong else "what was trained is what is shipped, within tolerance")
    return 1 if wrong else 0


def _measures(name, old, new, tolerance):
    if isinstance(new, dict):
        for key, value in new.items():
            yield from _measures(f"{name}.{key}", (old or {}).get(key), value, PART if key in PARTS else tolerance)
    elif old is None:
        yield f"{name} is not in the shipped manifest"
    elif abs(old - new) > tolerance:
        yield f"{name} is {new}, shipped {old}: tolerated is {tolerance}"


def _said(new, old):
    """Mean absolute difference by output, on the golden texts."""
    pair = [ort.InferenceSession(content, providers=["CPUExecutionProvider"]) for content in (new, old)]
    if "shape" in [i.name for i in pair[0].get_inputs()]:
        return _corrected(pair)
    sums = {}
    for line in delivery.GOLDEN.read_text().splitlines():
        columns = line.split("\t")
        text = base64.b64decode(columns[0]).decode()
        feat, emb = np.array(complexity.features(text), dtype=np.float32), _embedding(columns)
        feeds = [delivery.feed(session, text, feat, emb) for session in pair]
        if None in feeds:
            continue
        for output in (o for o in delivery.outputs(pair[0]) if o in delivery.outputs(pair[1])):
            said = [session.run([output], feed)[0] for session, feed in zip(pair, feeds)]
            sums.setdefault(output, []).append(np.abs(said[0] - said[1]).mean())
    return {output: float(np.mean(values)) for output, values in sums.items()}


def _corrected(pair):
    """The same of the network that looks at the request, on its golden rows."""
    sums = {}
    for line in delivery.REQUESTS.read_text().splitlines():
        shape, said, _ = ([float(v) for v in column.split(" ")] for column in line.split("\t"))
        feed = {"said": np.array([said], dtype=np.float32), "shape": np.array([request.features(shape)], dtype=np.float32)}
        for output in delivery.outputs(pair[0]):
            new, old = (session.run([output], feed)[0] for session in pair)
            sums.setdefault(output, []).append(np.abs(new - old).mean())
    return {output: float(np.mean(values)) for output, values in sums.items()}


def _embedding(columns):
    return np.frombuffer(base64.b64decode(columns[5]), dtype=np.float32) if len(columns) > 5 and columns[5] else None
