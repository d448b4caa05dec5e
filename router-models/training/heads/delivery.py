"""Writes what the gateway ships: heads.onnx, heads.json (manifest with measures), and golden values for the Java tests."""

import base64
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper

from torch import nn

from . import complexity, corpus, grams, languages, measures, request
from .lexical import BUCKETS
from .network import EMBEDDING

QUANTILES = 9
LEAST = 1e-6  # chance of a flag whose odds are still reckoned with
ROOM = Path(__file__).resolve().parents[2]
SHIPPED = ROOM / "src/main/resources/dev/parley/routermodels/models"
GOLDEN = ROOM / "src/test/resources/heads/golden.tsv"
REQUESTS = GOLDEN.with_name("requests.tsv")


@dataclass
class Trained:
    heads: nn.Module
    light: nn.Module  # lexical.Bound
    skills: nn.Module
    involved: nn.Module  # on what light has seen
    languages: nn.Module
    request: nn.Module  # on what heads say


def made(trained, table, texts, facts):
    """Contents of the ONNX files by name, and the manifest; texts is the corpus."""
    _, difficulty, _, _ = measures.predicted(trained.heads, table)
    yardsticks, prior = _yardsticks(texts, table, difficulty), _prior(trained.skills, table)
    metadata = {
        "domains": ",".join(corpus.DOMAINS), "flags": ",".join(corpus.FLAGS), "usual": ",".join(map(str, prior["mean"])),
        "yardsticks": ",".join(f"{name}|{'+'.join(y['domains'])}|{' '.join(map(str, y['difficulties']))}" for name, y in yardsticks.items())}
    named = metadata | {"languages": ",".join(languages.NAMES)}
    files = {"heads.onnx": _semantic(trained.heads, metadata), "lexical.onnx": _lexical(trained, named), "request.onnx": _request(trained.request)}
    manifest = {
        "sha256": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
        "encoder": "minilm-l6-q8",
        "domains": corpus.DOMAINS,
        "flags": corpus.FLAGS,
        "language_names": languages.NAMES,
        "complexity": complexity.NAMES,
        "shape": request.NAMES,
        "yardsticks": yardsticks,
        "prior": prior,
        **facts,
    }
    return files, manifest


def write(files, manifest, golden_rows, request_rows):
    for name, content in files.items():
        (SHIPPED / name).write_bytes(content)
    (SHIPPED / "heads.json").write_text(json.dumps(manifest, indent=1) + "\n")
    GOLDEN.write_text(golden_rows)
    REQUESTS.write_text(request_rows)


def _yardsticks(texts, table, difficulty):
    """What scores are known on: each domain, and public benchmarks. With the difficulties that a score is an average over."""
    truth, tasks = table.domain.numpy(), np.array(texts.tasks)
    known = {name: ([name], truth == d) for d, name in enumerate(corpus.DOMAINS)}
    # A domain of that name is the wider one: its scores are what people declare for it.
    known |= {n: (domains, np.isin(tasks, own)) for n, (domains, own) in corpus.BENCHMARKS.items() if n not in known}
    levels = np.linspace(0, 1, 2 * QUANTILES + 1)[1::2]
    return {
        name: {"domains": domains, "texts": int(rows.sum()), "difficulties": [
            round(float(v), 4) for v in np.quantile(difficulty[rows], levels) - corpus.EASIER.get(name, 0)]}
        for name, (domains, rows) in known.items()}


def _prior(skills, table):
    """Mean skills of the models seen, and how much they vary: for a model that nothing is known of."""
    theta = skills().detach().numpy()
    seen = np.unique(table.outcomes[:, 1].astype(int))
    return {
        "mean": [round(float(v), 4) for v in theta[seen].mean(0)],
        "general_sd": round(float(theta[seen].mean(1).std()), 4),
        "special_sd": round(float((theta[seen] - theta[seen].mean(1, keepdims=True)).std()), 4),
    }


class _Graph:
    """An ONNX graph by hand, from standard operators: the file does not depend on an exporter's version."""

    def __init__(self, state):
        self.state = {name: value.detach().numpy().astype(np.float32) for name, value in state.items()}
        self.constants, self.nodes = [], []

    def constant(self, name, value):
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, kind, inputs, output, **attributes):
        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def linear(self, source, layer, output, scale=1):
        w, b = self.state[layer + ".weight"], self.state[layer + ".bias"]
        return self.node("Gemm", [source, self.constant(layer + ".w", scale * w.T), self.constant(layer + ".b", scale * b)], output)

    def said(self, hidden):
        """The heads, as served: probabilities instead of logits."""
        self.node("Softmax", [self.linear(hidden, "domain", "domain_logits")], "domains", axis=1)
        self.linear(hidden, "difficulty", "difficulty")
        self.linear(hidden, "tokens", "ln_tokens")
        self.node("Sigmoid", [self.linear(hidden, "flags", "flag_logits")], "flags")

    def bytes(self, inputs, outputs, weights, metadata):
        outputs = list(outputs)
        for name in weights:
            self.node("Identity", [name], "weights." + name)
            shape = next(list(c.dims) for c in self.constants if c.name == name)
            outputs.append(_rows("weights." + name, *shape))
        graph = helper.make_graph(self.nodes, "heads", inputs, outputs, self.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8, producer_name="parley")
        helper.set_model_props(model, metadata)
        onnx.checker.check_model(model)
        return model.SerializeToString()


def _rows(name, *shape):
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


FEAT = _rows("feat", "n", len(complexity.NAMES))
CORRECTED = [_rows("difficulty", "n", 1), _rows("ln_tokens", "n", 1), _rows("flags", "n", len(corpus.FLAGS))]
SAID = [_rows("domains", "n", len(corpus.DOMAINS)), *CORRECTED]


def _semantic(heads, metadata):
    g = _Graph(heads.state_dict())
    embedded = g.linear("emb", "of_embedding", "embedded", scale=8)
    shown = g.node("MatMul", ["feat", g.constant("of_complexity.w", g.state["of_complexity.weight"].T)], "shown")
    joined = g.node("Add", [embedded, shown], "joined")
    norm = [g.constant("norm.w", g.state["norm.weight"]), g.constant("norm.b", g.state["norm.bias"])]
    first = g.node("Relu", [g.node("LayerNormalization", [joined, *norm], "normed", epsilon=1e-5)], "first")
    g.said(g.node("Relu", [g.linear(first, "mix", "mixed")], "hidden"))
    return g.bytes([_rows("emb", "n", EMBEDDING), FEAT], SAID, [], metadata)


def _lexical(trained, metadata):
    """One text a run: ids [grams] of its n-grams, signs [grams and pages] of languages.py. Its weights are outputs too, so that a
    kernel elsewhere can have them."""
    more = [(f"{head}.{name}", value) for head in ("involved", "languages") for name, value in getattr(trained, head).state_dict().items()]
    g = _Graph(trained.light.model.state_dict() | dict(more))
    rows = g.node("Gather", [g.constant("bag.w", 8 * g.state["bag.weight"]), "ids"], "rows")
    bag = g.node("ReduceMean", [rows], "bag", axes=[0], keepdims=1)
    joined = g.node("Add", [bag, g.linear("feat", "of_complexity", "shown")], "joined")
    hidden = g.node("Relu", [g.linear(g.node("Relu", [joined], "first"), "mix", "mixed")], "hidden")
    g.said(hidden)
    several = g.node("Relu", [g.linear(joined, "involved.mix", "involved_mixed")], "involved_hidden")
    g.node("Sigmoid", [g.linear(several, "involved.domain", "involved_logits")], "involved")
    seen = g.node("Gather", [g.constant("languages.w", 8 * g.state["languages.bag.weight"]), "signs"], "seen")
    mean = g.node("ReduceMean", [seen], "mean", axes=[0], keepdims=1)
    g.node("Softmax", [g.node("Add", [mean, g.constant("languages.b", g.state["languages.bias"])], "language_logits")], "languages", axis=1)
    layers = ["of_complexity", "mix", "domain", "difficulty", "tokens", "flags", "involved.mix", "involved.domain"]
    weights = ["bag.w", "languages.w", "languages.b"] + [f"{layer}.{kind}" for layer in layers for kind in "wb"]
    inputs = [helper.make_tensor_value_info("ids", TensorProto.INT64, ["grams"]), FEAT, helper.make_tensor_value_info("signs", TensorProto.INT64, ["signs"])]
    more = [_rows("involved", "n", len(corpus.DOMAINS)), _rows("languages", "n", len(languages.NAMES))]
    return g.bytes(inputs, SAID + more, weights, metadata)


def _request(network):
    """said [n, 16] as the other files give it, shape [n, 4] -> what of it is told otherwise. Weights are outputs here too."""
    g = _Graph(network.state_dict())
    text, flags = len(corpus.DOMAINS) + 2, len(corpus.FLAGS)
    at = {name: g.constant(name, np.array([value], dtype=np.int64)) for name, value in (
        ("zero", 0), ("difficulty_at", text - 2), ("tokens_at", text - 1), ("flags_at", text), ("end", text + flags), ("one", 1), ("two", 2), ("six", 2 + flags))}

    def columns(source, start, stop, output):
        return g.node("Slice", [source, at[start], at[stop], at["one"]], output)

    least, most = (g.constant(name, np.array(value, dtype=np.float32)) for name, value in (("least", LEAST), ("most", 1 - LEAST)))
    chances = g.node("Clip", [columns("said", "flags_at", "end", "told"), least, most], "chances")
    odds = g.node("Sub", [g.node("Log", [chances], "ln"), g.node("Log", [g.node("Sub", [g.constant("whole", np.ones(1, np.float32)), chances], "rest")], "ln_rest")], "odds")
    seen = g.linear(g.node("Concat", [columns("said", "zero", "flags_at", "read"), odds], "seen", axis=1), "of_said", "text")
    both = g.node("Add", [seen, g.node("MatMul", ["shape", g.constant("of_shape.w", g.state["of_shape.weight"].T)], "shown")], "both")
    change = g.node("Sub", [g.node("Relu", [both], "first"), g.node("Relu", [seen], "alone")], "moved")
    change = g.node("MatMul", [change, g.constant("out.w", g.state["out.weight"].T)], "change")
    g.node("Add", [columns("said", "difficulty_at", "tokens_at", "hard"), columns(change, "zero", "one", "harder")], "difficulty")
    g.node("Add", [columns("said", "tokens_at", "flags_at", "long"), columns(change, "one", "two", "longer")], "ln_tokens")
    g.node("Sigmoid", [g.node("Add", [odds, columns(change, "two", "six", "marked")], "marks")], "flags")
    return g.bytes([_rows("said", "n", text + flags), _rows("shape", "n", len(request.NAMES))], CORRECTED, ["of_said.w", "of_said.b", "of_shape.w", "out.w"], {})


def golden(files, table, texts, exact):
    """Lines: base64 of a text; its complexity; what the semantic heads say of it; what the lexical ones say; sums over its n-grams and
    over the signs of its language; base64 of its embedding; what the semantic heads say of its embedding by exact, an exact Encoder: where
    the training's CPU saturates, the two differ, and a test may run on either kind."""
    semantic, bag = (ort.InferenceSession(files[name], providers=["CPUExecutionProvider"]) for name in ("heads.onnx", "lexical.onnx"))
    rng = np.random.default_rng(7)
    lines = []
    for i in rng.choice(len(texts), 60, replace=False).tolist():
        lines.append(_row(texts[i], table.feat[i].numpy(), table.emb[i].numpy(), semantic, bag, exact.embed(texts[i])))
    for text in ODD:
        lines.append(_row(text, np.array(complexity.features(text), dtype=np.float32), None, semantic, bag, None))
    return "\n".join(lines) + "\n"


def request_golden(files, table):
    """Lines: shape of a request; what the semantic heads say of its text; what of it is told otherwise."""
    semantic, network = (ort.InferenceSession(files[name], providers=["CPUExecutionProvider"]) for name in ("heads.onnx", "request.onnx"))
    lines = []
    for i, shape in enumerate(SHAPES):
        row = 101 * i
        said = np.concatenate(semantic.run(outputs(semantic), {"emb": table.emb[row][None].numpy(), "feat": table.feat[row][None].numpy()}), axis=1)
        told = network.run(outputs(network), {"said": said, "shape": np.array([request.features(shape)], dtype=np.float32)})
        lines.append("\t".join(" ".join(f"{v:.9g}" if isinstance(v, np.floating) else str(v) for v in values) for values in (
            shape, said[0], np.concatenate(told, axis=1)[0])))
    return "\n".join(lines) + "\n"


SHAPES = [
    (1, 0, 0, 0), (2, 0, 0, 0), (40, 0, 0, 0), (1, 1, 0, 0), (1, 12, 0, 0), (3, 500, 0, 0), (1, 0, 1, 0), (1, 0, 90, 0), (1, 0, 0, 2), (1, 0, 0, 150),
    (1, 0, 0, 900), (2, 0, 0, 6000), (1, 0, 0, 1_000_000), (5, 20, 2, 700), (0, 0, 0, 0),
]


def outputs(session):
    """Names of what a file says, without its weights; in the order of the golden file."""
    return [output.name for output in session.get_outputs() if not output.name.startswith("weights.")]


def feed(session, text, feat, emb):
    """Inputs of a file for one text, or None if it wants an embedding and there is none."""
    known = {
        "feat": feat[None], "ids": np.array([h & BUCKETS - 1 for h in grams.hashes(text)] or [0], dtype=np.int64),
        "signs": np.array([h & languages.BUCKETS - 1 for h in languages.hashes(text)] or [0], dtype=np.int64),
        "emb": None if emb is None else emb[None]}
    wanted = {i.name: known[i.name] for i in session.get_inputs()}
    return None if any(value is None for value in wanted.values()) else wanted


ODD = [
    "", "\n", "Ünïcode 漢字 🤖 ¿qué? x²", "a\u2028b\u00a0c\u3000d\x1ce", "SELECT 1;\n  return x", "(A) one\n(B) two\nC. three", "1,000.50 x 2^10 = ?!",
    "١٢٣ ǅ ª İstanbul", "word " * 300, "At LEAST 3, at leastwise; no more than 4 Words! (E) x\n\t(F) y\n (A).z\nA: b ſonly mustard must",
    "import os\n from x\nFROM y\n``` `a``` \treturn", "a.b . c! d?e?\n.",
]


def _row(text, feat, emb, semantic, bag, exact):
    said = [
        [] if fed is None else [v for out in session.run(outputs(session), fed) for v in out[0]]
        for session, fed in ((s, feed(s, text, feat, e)) for s, e in ((semantic, emb), (bag, emb), (semantic, exact)))]
    return "\t".join([
        base64.b64encode(text.encode()).decode(), " ".join(f"{v:.6f}" for v in feat), " ".join(f"{v:.5f}" for v in said[0]),
        " ".join(f"{v:.6f}" for v in said[1]), f"{sum(grams.hashes(text)) & 0xFFFFFFFF} {sum(languages.hashes(text)) & 0xFFFFFFFF}",
        "" if emb is None else base64.b64encode(emb.astype(np.float32).tobytes()).decode(), " ".join(f"{v:.5f}" for v in said[2])])
