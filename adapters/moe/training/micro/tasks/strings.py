"""parley-text: small operations on one word."""

from random import Random

from micro.tasks.phrasing import Forms
from micro.tasks.sample import Sample, Task
from micro.tasks.string_forms import MORE
from micro.tasks.words import ENGLISH

_GIVEN = ("{w}", '"{w}"', "'{w}'")

UPPER = Forms(
    (
        "Write {w} in upper case", "Write {w} in capital letters", "Put {w} in upper case",
        "Upper-case {w}", "Uppercase {w}", "Uppercase the word {w}", "Upper-case the word {w}",
        "Convert {w} to upper case", "Convert {w} to uppercase", "Make {w} upper case", "Capitalise all of {w}",
        "What is {w} in upper case?", "What is {w} in capitals?", "Write the word {w} in capitals",
        "upper({w})", "Turn {w} into capital letters", "{w} in upper case", "{w} in capitals",
    ),
    ("Change {w} to upper case", "How do you write {w} in capitals?", "Give me {w} in capital letters"),
)  # fmt: skip
REVERSE = Forms(
    (
        "Reverse the word {w}", "Reverse {w}", "Reverse the string {w}", "Write {w} backwards",
        "Spell {w} backwards", "What is {w} backwards?", "What is {w} reversed?", "Reverse this word: {w}",
        "reverse({w})", "Write the word {w} in reverse", "Turn the word {w} around", "{w} backwards",
        "Reverse the letters of {w}", "Can you reverse {w}?", "Say {w} backwards", "{w} reversed",
        "Write the letters of {w} in reverse order", "What do you get when you reverse {w}?",
    ),
    ("Put the word {w} backwards", "How do you spell {w} backwards?", "Give me {w} in reverse", "Flip the word {w}"),
)  # fmt: skip
FIRST = Forms(
    (
        "What is the first letter of {w}?", "First letter of {w}", "Give me the first letter of {w}",
        "Which letter does {w} start with?", "What letter does {w} begin with?", "The first letter of {w}",
        "What is the first letter in {w}?", "What is the initial letter of {w}?",
        "What is the first character of {w}?", "Which letter is first in {w}?",
        "With which letter does {w} start?", "Find the first letter of {w}",
        "What is the first letter of the word {w}?",
    ),
    ("Tell me the first letter of {w}", "What letter does the word {w} start with?", "{w}: what is the first letter?"),
)  # fmt: skip
LAST = Forms(
    (
        "What is the last letter of {w}?", "Last letter of {w}", "Give me the last letter of {w}",
        "Which letter does {w} end with?", "What letter does {w} end in?", "The last letter of {w}",
        "What is the last letter in {w}?", "What is the final letter of {w}?",
        "What is the last character of {w}?", "Which letter is last in {w}?",
        "With which letter does {w} end?", "Find the last letter of {w}",
        "What is the last letter of the word {w}?",
    ),
    ("Tell me the last letter of {w}", "What letter does the word {w} end with?", "{w}: what is the last letter?"),
)  # fmt: skip
VOWELS = Forms(
    (
        "How many vowels are in {w}?", "How many vowels does {w} have?", "Count the vowels in {w}",
        "Count the vowels of {w}", "Number of vowels in {w}", "What is the number of vowels in {w}?",
        "How many vowels are there in {w}?", "How many vowels are in the word {w}?", "Vowels in {w}?",
        "Count vowels: {w}", "Give me the number of vowels in {w}", "How many vowels does the word {w} contain?",
    ),
    ("Tell me how many vowels {w} has", "How many vowels can you find in {w}?", "Count the vowels in the word {w}"),
)  # fmt: skip
LENGTH = Forms(
    (
        "How many letters are in {w}?", "How many letters does {w} have?", "Count the letters in {w}",
        "Count the letters of {w}", "Number of letters in {w}", "How long is the word {w}?",
        "How many letters are there in {w}?", "How many letters are in the word {w}?", "length({w})",
        "What is the length of {w}?", "What is the length of the word {w}?", "Length of {w}",
        "How many characters are in {w}?", "Count letters: {w}", "How many characters does {w} have?",
    ),
    ("Tell me how many letters {w} has", "How long is {w}?", "Count the letters in the word {w}"),
)  # fmt: skip

_CONSONANTS = ("b c d f g h j k l m n p r s t v w z th st br ch sh tr pl gr ck nd rt ll").split()
_VOWELS = ("a e i o u a e i o u ea ou ai ee y").split()


def _word(rng: Random) -> str:
    """An English word, a pronounceable invention or any letters, of 2 to 12 letters."""
    kind = rng.random()
    if kind < 0.25:
        return rng.choice(ENGLISH)
    if kind < 0.6:
        parts = [rng.choice(_CONSONANTS if i % 2 else _VOWELS) for i in range(rng.randint(2, 8))]
        return "".join(parts[rng.randint(0, 1) :])[:12]
    return "".join(rng.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(rng.randint(3, 11)))


def _vowel_count(word: str) -> str:
    return str(sum(c in "aeiou" for c in word))


def _task(name: str, weight: float, forms: Forms, answer) -> Task:
    def draw(rng: Random, held_out: bool) -> Sample:
        word = _word(rng)
        given = rng.choices(_GIVEN, (8, 1, 1))[0].format(w=word)
        return Sample(name, forms.fill(rng, held_out, w=given), answer(word), f"word {word}")

    return Task(name, weight, draw)


_NAMES = (("upper", UPPER), ("reverse", REVERSE), ("first", FIRST), ("last", LAST), ("vowels", VOWELS),
          ("length", LENGTH))  # fmt: skip
_ANSWERS = {
    "upper": str.upper,
    "reverse": lambda w: w[::-1],
    "first": lambda w: w[0],
    "last": lambda w: w[-1],
    "vowels": _vowel_count,
    "length": lambda w: str(len(w)),
}


def _tasks(weights: tuple[float, ...], more: dict[str, tuple[str, ...]]) -> tuple[Task, ...]:
    return tuple(
        _task(name, weight, Forms(forms.common + more.get(name, ()), forms.held_out), _ANSWERS[name])
        for (name, forms), weight in zip(_NAMES, weights, strict=True)
    )


FIRST_TASKS = _tasks((0.16, 0.36, 0.07, 0.08, 0.17, 0.16), {})
TASKS = _tasks((0.17, 0.3, 0.11, 0.11, 0.16, 0.15), MORE)
