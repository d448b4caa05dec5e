"""Slips of the keyboard."""

from random import Random


def misspelt(rng: Random, words: str) -> str:
    """One letter dropped, doubled or swapped with the next; short words stay as they are."""
    if len(words) < 6:
        return words
    at = rng.randrange(1, len(words) - 1)
    kind = rng.randrange(3)
    if kind == 0:
        return words[:at] + words[at + 1 :]
    if kind == 1:
        return words[:at] + words[at] + words[at:]
    return words[:at] + words[at + 1] + words[at] + words[at + 2 :]
