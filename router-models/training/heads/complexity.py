"""What a text shows of its complexity, without a model. `Complexity.java` computes the same values; golden.tsv proves it.

Shares are of code points. Every feature is about 0..1, so that no scaling travels with the weights.
"""

import math
import re

NAMES = [
    "chars", "words", "lines", "digit_share", "numbers", "math_share", "code_share", "code_mark", "upper_share",
    "non_ascii_share", "questions", "choices", "constraints", "sentences",
]
MATH = set("+-*/=^<>\\$%")
CODE = set("{}()[];_`=<>")
CODE_MARK = re.compile(r"```|(?:^|\n)[ \t]*(?:def |class |import |from |public |function |#include|SELECT |return |assert )")
NUMBER = re.compile(r"[0-9]+")
CHOICE = re.compile(r"(?:^|\n)[ \t]*\(?[A-E][.):] ")
CONSTRAINT = re.compile(
    r"\b(?:must|exactly|at least|at most|only|no more than|without|words|sentences|bullet|json|table|step by step)\b",
    re.IGNORECASE | re.ASCII,
)
SENTENCE = re.compile(r"[.!?](?=[ \n]|$)")
LONGEST = 4000  # code points looked at


def features(text):
    text = text[:LONGEST]
    size = max(1, len(text))
    letters = sum(c.isalpha() for c in text)
    return [
        math.log1p(len(text)) / 9,
        math.log1p(len(text.split())) / 8,
        math.log1p(text.count("\n")) / 5,
        sum("0" <= c <= "9" for c in text) / size,
        min(1.0, math.log1p(len(NUMBER.findall(text))) / 4),
        min(1.0, 5 * sum(c in MATH for c in text) / size),
        min(1.0, 5 * sum(c in CODE for c in text) / size),
        1.0 if CODE_MARK.search(text) else 0.0,
        sum("A" <= c <= "Z" for c in text) / max(1, letters),
        sum(ord(c) > 127 for c in text) / size,
        min(1.0, text.count("?") / 3),
        min(1.0, len(CHOICE.findall(text)) / 4),
        min(1.0, math.log1p(len(CONSTRAINT.findall(text))) / 2),
        min(1.0, math.log1p(len(SENTENCE.findall(text))) / 4),
    ]
