"""The gateway's sentence encoder (all-MiniLM-L6-v2, 8-bit, from its Maven jar), row by row as the gateway runs it."""

import hashlib
import zipfile

import numpy as np
import onnxruntime as ort
from tokenizers import Tokenizer

MAX_TOKENS = 128
DIMENSION = 384
ROW = 4 * DIMENSION  # bytes
MAX_CHARS = 40 * MAX_TOKENS


def _file(jar, suffix):
    with zipfile.ZipFile(jar) as archive:
        name = next(n for n in archive.namelist() if n.endswith(suffix))
        return archive.read(name)


class Encoder:
    """exact: sums of 8-bit products as CPUs with VNNI give them. On other x86 they saturate now and then, unless asked for so, which is slower."""

    def __init__(self, jar, threads=1, exact=False):
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        if exact:
            options.add_session_config_entry("session.x64quantprecision", "1")
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


def cached(name, texts, jar, folder, progress):
    """Embeddings [n, 384] of texts, each computed once: the files are those of the lab (EmbeddingCache.java), [n, 384] little-endian
    floats named by a digest of the texts, so that one pass serves both. A pass that was stopped goes on where it was."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}-{_digest(texts)}.f32"
    if not file.exists():
        part, encoder = file.with_name(file.name + ".part"), Encoder(jar)
        with part.open("ab") as rows:
            known = rows.tell() // ROW
            rows.truncate(known * ROW)
            for i, text in enumerate(texts[known:], known):
                rows.write(encoder.embed(text).astype("<f4").tobytes())
                if i % 1000 == 999 or i == len(texts) - 1:
                    rows.flush()
                    progress(f"{name}: embedded {i + 1} of {len(texts)} texts")
        part.rename(file)
    return np.fromfile(file, dtype="<f4").reshape(len(texts), DIMENSION)


def _digest(texts):
    sha = hashlib.sha256()
    for text in texts:
        sha.update((text + "\0").encode("utf-8", "replace"))
    return sha.hexdigest()[:12]
