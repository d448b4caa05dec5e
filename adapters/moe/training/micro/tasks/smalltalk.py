"""The talking half of parley-chat: an intent's words in many dresses."""

from random import Random

from micro.tasks.intents import INTENTS, Intent
from micro.tasks.noise import misspelt
from micro.tasks.sample import UNSEEN, Sample, Task, normalised

_BEFORE = ("well, ", "so, ", "ok, ", "oh, ", "hm, ", "ah, ", "hey, ", "and ", "now, ", "parley, ")
_AFTER = (", parley", " parley", ", my friend", " then", ", then", " now", " really", ", friend", " again", " today")
_SAME = (
    ("i am ", "i'm "), ("you are ", "you're "), ("that is ", "that's "), ("what is ", "what's "),
    ("how is ", "how's "), ("do not ", "don't "), ("very ", "really "), ("very ", "so "), ("so much", "very much"),
    ("good", "great"), ("please ", "kindly "), ("tell me ", "tell us "), ("can you ", "could you "),
)  # fmt: skip
_QUESTION = ("who ", "what", "how", "are ", "can ", "do ", "does ", "is ", "will ", "which ", "where ", "when ",
             "am i", "any", "by ", "could ", "may ", "have you ", "your name", "your age")  # fmt: skip
_HELD_OUT = {normalised(words) for intent in INTENTS for words in intent.held_out.split("|")}


def _reworded(rng: Random, words: str) -> str:
    """One expression for another of the same meaning, either way."""
    pairs = [(a, b) for one, other in _SAME for a, b in ((one, other), (other, one)) if a in words]
    return words.replace(*rng.choice(pairs), 1) if pairs else words


def _said(rng: Random, words: str) -> str:
    """The words with another capital, an opening, an end."""
    asks = any(part.startswith(_QUESTION) for part in words.split(", "))
    if " " in words and rng.random() < 0.12:
        words = rng.choice(_BEFORE) + words
    if asks and rng.random() < 0.08:
        words += rng.choice((" please", ", please"))
    elif rng.random() < 0.08:
        words += rng.choice(_AFTER)
    if rng.random() < 0.5:
        words = words[0].upper() + words[1:]
    return words + rng.choice(("?", "?", "?", "?", "", "", " ?") if asks else ("", "", "", ".", "!", "!"))


def _common(rng: Random, common: list[str]) -> str:
    """A trained way of saying it, at times reworded or misspelt, never one of those held out."""
    while True:
        words = rng.choice(common)
        if rng.random() < 0.25:
            words = _reworded(rng, words)
        said = _said(rng, misspelt(rng, words) if rng.random() < 0.1 else words)
        if normalised(said) not in _HELD_OUT:
            return said


def _talk(intent: Intent) -> Task:
    common, held_out = intent.common.split("|"), intent.held_out.split("|")
    plain = {normalised(words) for words in common}

    def draw(rng: Random, kept_out: bool) -> Sample:
        prompt = _said(rng, rng.choice(held_out)) if kept_out else _common(rng, common)
        # Short familiar phrases are trained in every dress, so only their dress could be held out.
        key = UNSEEN + normalised(prompt) if kept_out else normalised(prompt)
        return Sample(intent.name, prompt, intent.answer, "familiar" if key in plain else key)

    return Task(intent.name, 0.5 * len(common) ** 0.5 / _ROOTS, draw)


_ROOTS = sum(len(i.common.split("|")) ** 0.5 for i in INTENTS)
TASKS = tuple(_talk(intent) for intent in INTENTS)
