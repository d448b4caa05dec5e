"""Which language a text is written in: 31 common ones, or code. Learnt from sentences that Python packages carry (texts.txt).

Django's message catalogues (BSD-3-Clause), the ChatterBot corpus (BSD-3-Clause) and spaCy's stop words (MIT) train; spaCy's example
sentences, written by other people, test. English also has the benchmarks' questions; code has the packages' own sources.
"""

import ast
import random
import re
import zipfile

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from . import everyday, grams

# Our name (ISO 639-1): ChatterBot's folder, Django's where it has another name.
LANGUAGES = {
    "en": ("english",), "zh": ("chinese traditionalchinese", "zh_Hans zh_Hant"), "es": ("spanish",), "de": ("german",), "fr": ("french",),
    "ja": ("japanese",), "pt": ("portuguese", "pt pt_BR"), "ru": ("russian",), "it": ("italian",), "nl": ("dutch",), "pl": ("",), "tr": ("turkish",),
    "ko": ("korean",), "ar": ("",), "fa": ("persian",), "he": ("hebrew",), "hi": ("hindi",), "bn": ("bengali",), "id": ("indonesian",), "vi": ("",),
    "th": ("thai",), "uk": ("ukrainian",), "cs": ("",), "sv": ("swedish",), "da": ("",), "nb": ("", "nb nn"), "fi": ("",), "hu": ("",), "ro": ("",),
    "el": ("",), "bg": ("",), "code": ("",),
}
NAMES = list(LANGUAGES)
BUCKETS = 1 << 14
LOOKED_AT = 80  # UTF-16 units; more tell a language no better and take an event loop's time
EACH = 2500  # pieces of a language
STEPS = 2000
BATCH = 256
ENGLISH = 0.1  # beyond its share: of a word that could be of several languages it is the likeliest
LONGEST = 160  # characters of a training text; a text of more is told the more easily
CODE = (".py", ".js", ".css", ".html", ".pyx", ".toml", ".txt")
SNIPPETS = everyday.SNIPPETS + [
    "func main() {\n\tfmt.Println(len(os.Args))\n}", "fn main() -> Result<(), Error> {\n    let n = args.len();\n    Ok(())\n}",
    "val total = items.filter { it.active }.sumOf { it.price }", "public record Point(int x, int y) {\n    Point {\n        if (x < 0) throw new IllegalArgumentException();\n    }\n}",
    "var list = new List<string>();\nforeach (var s in list) Console.WriteLine(s);", "items.each do |i|\n  puts i.name unless i.nil?\nend",
    "<?php\n$sum = array_sum($values);\necho $sum;", "for f in *.txt; do\n  wc -l \"$f\" | awk '{print $1}'\ndone", "SELECT id, name FROM users WHERE age > 30 ORDER BY name LIMIT 10;",
    "CREATE TABLE orders (id INT PRIMARY KEY, total DECIMAL(10,2));", "{\"id\": 7, \"tags\": [\"a\", \"b\"], \"active\": true}", "services:\n  web:\n    image: nginx\n    ports:\n      - \"80:80\"",
    "template <typename T>\nT max(T a, T b) { return a > b ? a : b; }", "interface User { id: number; name?: string }", "UPDATE t SET x = x + 1 WHERE id = 3;",
    "let rec fact n = if n = 0 then 1 else n * fact (n - 1)", "x <- c(1, 2, 3)\nmean(x)", "git rebase -i HEAD~3 && git push --force",
]


def hashes(text):
    start = "".join(grams._units(text)[:LOOKED_AT])
    return grams.hashes(start) + grams.signs(start)


class Languages(nn.Module):
    """ids of n-grams in a bag -> logits [B, languages]. A linear model (fastText, Joulin et al. 2016, of width = classes)."""

    def __init__(self):
        super().__init__()
        self.bag = nn.EmbeddingBag(BUCKETS, len(NAMES), mode="mean")
        nn.init.zeros_(self.bag.weight)
        self.bias = nn.Parameter(torch.zeros(len(NAMES)))

    def forward(self, ids, offsets):
        return 8 * self.bag(ids, offsets) + self.bias


def load(folder, english, seed):
    """Training and test texts by language, {name: [text]}; english are questions of the benchmarks."""
    django, chatter, spacy = (next(folder.glob(pattern)) for pattern in ("django-*.whl", "chatterbot_corpus-*.whl", "spacy-*.whl"))
    train, test = {name: [] for name in NAMES}, {name: [] for name in NAMES}
    for name, dirs in LANGUAGES.items():
        own = dirs[1] if len(dirs) > 1 else name
        train[name] += _messages(django, own.split(), name) + _talk(chatter, dirs[0].split())
        train[name] += _stop_words(spacy, name)
        test[name] = _examples(spacy, name)
    train["en"] += english
    train["code"] = SNIPPETS + _sources([django, spacy], seed)
    rng = random.Random(seed)
    test["code"] = [train["code"].pop(rng.randrange(len(SNIPPETS), len(train["code"]))) for _ in range(60)]
    return {n: sorted(set(t)) for n, t in train.items()}, test


def _messages(wheel, dirs, name):
    found = []
    with zipfile.ZipFile(wheel) as archive:
        for file in sorted(archive.namelist()):
            at = re.search(r"/locale/(\w+)/LC_MESSAGES/\w+\.po$", file)
            if at and at[1] in dirs:
                for entry in archive.read(file).decode().split("\n\n"):
                    said = {m[1]: _joined(m[2]) for m in re.finditer(r'^(msgid|msgstr(?:\[\d\])?) ((?:".*"\n?)+)', entry, re.MULTILINE)}
                    source = said.pop("msgid", "")
                    own = [source] if name == "en" else [text for text in said.values() if text != source]
                    found += [_plain(text) for text in own if source]
    return [text for text in found if len(text) > 2]


def _joined(quoted):
    return "".join(ast.literal_eval(line) for line in quoted.strip().split("\n"))


def _plain(text):
    return re.sub(r"\s+", " ", re.sub(r"%\(\w+\)[sd]|%[sd]|<[^>]+>|\{\w*\}", " ", text)).strip()


def _talk(wheel, dirs):
    found = []
    with zipfile.ZipFile(wheel) as archive:
        for file in sorted(archive.namelist()):
            if file.endswith(".yml") and file.split("/")[2] in dirs:
                lines = archive.read(file).decode().split("\n")
                found += [m[1].strip(" \"'") for m in (re.match(r"\s*-?\s*- (.+)", line) for line in lines) if m and len(m[1]) > 2]
    return found


def _spacy(wheel, name, file, variable):
    with zipfile.ZipFile(wheel) as archive:
        path = f"spacy/lang/{name}/{file}.py"
        if path not in archive.namelist():
            return None
        for node in ast.parse(archive.read(path).decode()).body:
            if isinstance(node, ast.Assign) and node.targets[0].id == variable:
                return node.value
    return None


def _stop_words(wheel, name):
    value = _spacy(wheel, name, "stop_words", "STOP_WORDS")
    words = sorted({w for c in ast.walk(value) if isinstance(c, ast.Constant) for w in str(c.value).split()}) if value else []
    # In a row too: which words meet is not true to life, which words there are is.
    return words + [" ".join(words[i : i + 5]) for i in range(0, len(words), 5)]


def _examples(wheel, name):
    value = _spacy(wheel, name, "examples", "sentences")
    return ast.literal_eval(value) if value else []


def _sources(wheels, seed):
    rng = random.Random(seed)
    found = []
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            files = sorted(f for f in archive.namelist() if f.endswith(CODE) and "/locale/" not in f and "/lang/" not in f and ".min." not in f and "dist-info" not in f)
            for file in rng.sample(files, min(500, len(files))):
                lines = [line for line in archive.read(file).decode(errors="replace").split("\n") if line.strip()]
                for _ in range(3):
                    size = rng.randint(1, 10)
                    start = rng.randrange(max(1, len(lines) - size))
                    found.append("\n".join(lines[start : start + size]))
    return [text for text in found if len(text) > 8 and re.search(r"[(){}=<>;:\[\]]", text)]


def train(texts, seed, progress=lambda text: None):
    """A model from {name: [text]}; each language but English as often as another."""
    torch.manual_seed(seed)
    rng = random.Random(seed)
    model = Languages()
    optimiser = torch.optim.Adam(model.parameters(), lr=0.1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, max_lr=0.1, total_steps=STEPS)
    pieces = [[_ids(_piece(rng, texts[name])) for _ in range(EACH)] for name in NAMES]
    for step in range(STEPS):
        labels = [0 if rng.random() < ENGLISH else rng.randrange(len(NAMES)) for _ in range(BATCH)]
        own = [rng.choice(pieces[label]) for label in labels]
        loss = F.cross_entropy(model(*_packed(own)), torch.tensor(labels), label_smoothing=0.02) + 1e-6 * (model.bag.weight**2).sum()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        if step % 500 == 499:
            progress(f"languages step {step + 1} of {STEPS}: loss {loss.item():.4f}")
    model.eval()
    return model


def _piece(rng, texts):
    """A text or some in a row, cut to a start of random length: people ask in three words and in thirty."""
    text = rng.choice(texts)
    while len(text) < 30 and rng.random() < 0.5:
        text += " " + rng.choice(texts)
    if rng.random() < 0.3:
        words = text.split(" ")
        start = rng.randrange(len(words))
        text = " ".join(words[start : start + rng.randint(2, 6)])
    return text[:LONGEST]


def _ids(text):
    return np.array([h & BUCKETS - 1 for h in hashes(text)] or [0], dtype=np.int64)


def _packed(own):
    return torch.tensor(np.concatenate(own)), torch.tensor(np.cumsum([0] + [len(c) for c in own[:-1]]))


@torch.no_grad()
def measures(model, test):
    """Share right, by language and over all; {name: [text]}."""
    right = {}
    for name, texts in test.items():
        if texts:
            said = model(*_packed([_ids(text) for text in texts])).argmax(1)
            right[name] = [NAMES[s] == name for s in said.tolist()]
    return {
        "accuracy": round(float(np.mean([r for rs in right.values() for r in rs])), 4), "texts": sum(len(r) for r in right.values()),
        "by_language": {name: round(float(np.mean(r)), 3) for name, r in right.items()}}
