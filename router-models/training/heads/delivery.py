"""Writes what the gateway ships: heads.onnx, heads.json (manifest with measures), and golden values for the Java tests."""

import base64
import hashlib
import json

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper

from . import complexity, corpus, grams, measures
from .lexical import BUCKETS
from .network import EMBEDDING

QUANTILES = 9


def write(heads, lexical, skills, table, texts, facts, resources, tests):
    """texts is the corpus; resources and tests are folders."""
    _, difficulty, _, _ = measures.predicted(heads, table)
    yardsticks, prior = _yardsticks(texts, table, difficulty), _prior(skills, table)
    metadata = {
        "domains": ",".join(corpus.DOMAINS), "flags": ",".join(corpus.FLAGS), "usual": ",".join(map(str, prior["mean"])),
        "yardsticks": ",".join(f"{name}|{'+'.join(y['domains'])}|{' '.join(map(str, y['difficulties']))}" for name, y in yardsticks.items())}
    files = {"heads.onnx": _semantic(heads, metadata), "lexical.onnx": _lexical(lexical.model, metadata)}
    for name, content in files.items():
        (resources / name).write_bytes(content)
    manifest = {
        "sha256": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
        "encoder": "minilm-l6-q8",
        "domains": corpus.DOMAINS,
        "flags": corpus.FLAGS,
        "complexity": complexity.NAMES,
        "yardsticks": yardsticks,
        "prior": prior,
        **facts,
    }
    (resources / "heads.json").write_text(json.dumps(manifest, indent=1) + "\n")
    _golden(files, lexical, table, texts.texts, tests / "golden.tsv")
    return manifest


def _yardsticks(texts, table, difficulty):
    """What scores are known on: each domain, and public benchmarks. With the difficulties that a score is an average over."""
    truth, tasks = table.domain.numpy(), np.array(texts.tasks)
    known = {name: ([name], truth == d) for d, name in enumerate(corpus.DOMAINS)}
    # A domain of that name is the wider one: its scores are what people declare for it.
    known |= {n: (domains, np.isin(tasks, own)) for n, (domains, own) in corpus.BENCHMARKS.items() if n not in known}
    levels = np.linspace(0, 1, 2 * QUANTILES + 1)[1::2]
    return {
        name: {"domains": domains, "texts": int(rows.sum()), "difficulties": [round(float(v), 4) for v in np.quantile(difficulty[rows], levels)]}
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

    def bytes(self, inputs, weights, metadata):
        info = helper.make_tensor_value_info
        outputs = [info("domains", TensorProto.FLOAT, ["n", len(corpus.DOMAINS)]), info("difficulty", TensorProto.FLOAT, ["n", 1]),
                   info("ln_tokens", TensorProto.FLOAT, ["n", 1]), info("flags", TensorProto.FLOAT, ["n", len(corpus.FLAGS)])]
        for name in weights:
            self.node("Identity", [name], "weights." + name)
            shape = next(list(c.dims) for c in self.constants if c.name == name)
            outputs.append(info("weights." + name, TensorProto.FLOAT, shape))
        graph = helper.make_graph(self.nodes, "heads", inputs, outputs, self.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8, producer_name="parley")
        helper.set_model_props(model, metadata)
        onnx.checker.check_model(model)
        return model.SerializeToString()


FEAT = helper.make_tensor_value_info("feat", TensorProto.FLOAT, ["n", len(complexity.NAMES)])


def _semantic(heads, metadata):
    g = _Graph(heads.state_dict())
    embedded = g.linear("emb", "of_embedding", "embedded", scale=8)
    shown = g.node("MatMul", ["feat", g.constant("of_complexity.w", g.state["of_complexity.weight"].T)], "shown")
    joined = g.node("Add", [embedded, shown], "joined")
    norm = [g.constant("norm.w", g.state["norm.weight"]), g.constant("norm.b", g.state["norm.bias"])]
    first = g.node("Relu", [g.node("LayerNormalization", [joined, *norm], "normed", epsilon=1e-5)], "first")
    g.said(g.node("Relu", [g.linear(first, "mix", "mixed")], "hidden"))
    return g.bytes([helper.make_tensor_value_info("emb", TensorProto.FLOAT, ["n", EMBEDDING]), FEAT], [], metadata)


def _lexical(model, metadata):
    """One text a run: ids [grams] of its n-grams. Its weights are outputs too, so that a kernel elsewhere can have them."""
    g = _Graph(model.state_dict())
    rows = g.node("Gather", [g.constant("bag.w", 8 * g.state["bag.weight"]), "ids"], "rows")
    bag = g.node("ReduceMean", [rows], "bag", axes=[0], keepdims=1)
    joined = g.node("Add", [bag, g.linear("feat", "of_complexity", "shown")], "joined")
    hidden = g.node("Relu", [g.linear(g.node("Relu", [joined], "first"), "mix", "mixed")], "hidden")
    g.said(hidden)
    layers = ["of_complexity", "mix", "domain", "difficulty", "tokens", "flags"]
    weights = ["bag.w"] + [f"{layer}.{kind}" for layer in layers for kind in "wb"]
    return g.bytes([helper.make_tensor_value_info("ids", TensorProto.INT64, ["grams"]), FEAT], weights, metadata)


def _golden(files, lexical, table, texts, file):
    """Base64 of a text; its complexity; what the semantic heads say of it; what the lexical ones say; a sum over its n-grams."""
    semantic, bag = (ort.InferenceSession(files[name], providers=["CPUExecutionProvider"]) for name in ("heads.onnx", "lexical.onnx"))
    rng = np.random.default_rng(7)
    lines = []
    for i in rng.choice(len(texts), 60, replace=False).tolist():
        emb, feat = table.emb[i : i + 1].numpy(), table.feat[i : i + 1].numpy()
        lines.append(_row(texts[i], feat[0], semantic.run(OUTPUTS, {"emb": emb, "feat": feat}), bag))
    for text in ODD:
        lines.append(_row(text, np.array(complexity.features(text), dtype=np.float32), [], bag))
    file.write_text("\n".join(lines) + "\n")


OUTPUTS = ["domains", "difficulty", "ln_tokens", "flags"]
ODD = [
    "", "\n", "Ünïcode 漢字 🤖 ¿qué? x²", "a\u2028b\u00a0c\u3000d\x1ce", "SELECT 1;\n  return x", "(A) one\n(B) two\nC. three", "1,000.50 x 2^10 = ?!",
    "١٢٣ ǅ ª İstanbul", "word " * 300, "At LEAST 3, at leastwise; no more than 4 Words! (E) x\n\t(F) y\n (A).z\nA: b ſonly mustard must",
    "import os\n from x\nFROM y\n``` `a``` \treturn", "a.b . c! d?e?\n.",
]


def _row(text, feat, said, bag):
    ids = np.array([h & BUCKETS - 1 for h in grams.hashes(text)] or [0], dtype=np.int64)
    lexical = bag.run(OUTPUTS, {"ids": ids, "feat": feat[None]})
    return "\t".join([
        base64.b64encode(text.encode()).decode(), " ".join(f"{v:.6f}" for v in feat), " ".join(f"{v:.5f}" for out in said for v in out[0]),
        " ".join(f"{v:.6f}" for out in lexical for v in out[0]), str(sum(grams.hashes(text)) & 0xFFFFFFFF)])
