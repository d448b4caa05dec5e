"""The gateway's sentence encoder (all-MiniLM-L6-v2, 8-bit, from its Maven jar), row by row as the gateway runs it."""

import zipfile

import numpy as np
import onnxruntime as ort
from tokenizers import Tokenizer

MAX_TOKENS = 128
MAX_CHARS = 40 * MAX_TOKENS


def _file(jar, suffix):
    with zipfile.ZipFile(jar) as archive:
        name = next(n for n in archive.namelist() if n.endswith(suffix))
        return archive.read(name)


class Encoder:
    def __init__(self, jar, threads=1):
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        self.session = ort.InferenceSession(_file(jar, ".onnx"), options, providers=["CPUExecutionProvider"])
        self.tokenizer = Tokenizer.from_str(_file(jar, "tokenizer.json").decode())
        self.tokenizer.enable_truncation(MAX_TOKENS)
        self.tokenizer.no_padding()

    def embed(self, text):
        """Text to a unit vector [384], float32."""
        ids = np.array([self.tokenizer.encode(text[:MAX_CHARS]).ids], dtype=np.int64)
        feed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        hidden = self.session.run(None, feed)[0][0]
        mean = hidden.mean(axis=0)
        return (mean / max(1e-12, float(np.linalg.norm(mean)))).astype(np.float32)


def cached(texts, jar, folder, progress):
    """Embeddings [n, 384] of texts; each text is computed once, over all runs."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "embeddings.npz"
    known = {}
    if file.exists():
        with np.load(file, allow_pickle=False) as stored:
            known = dict(zip(stored["texts"].tolist(), stored["vectors"]))
    missing = list(dict.fromkeys(t for t in texts if key(t) not in known))
    if missing:
        encoder = Encoder(jar)
        for i, text in enumerate(missing):
            known[key(text)] = encoder.embed(text)
            if i % 2000 == 1999 or i == len(missing) - 1:
                progress(f"embedded {i + 1} of {len(missing)} new texts")
                np.savez(file, texts=np.array(list(known)), vectors=np.stack(list(known.values())))
    return np.stack([known[key(t)] for t in texts])


def key(text):
    import hashlib

    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:24]
