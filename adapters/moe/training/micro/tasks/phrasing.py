"""Many ways of putting one question: forms, capitals, punctuation, politeness."""

import re
from dataclasses import dataclass
from random import Random

from micro.tasks.sample import normalised

OPENINGS = (
    "Hi, ", "Hello, ", "Hey, ", "Hi! ", "Quick question: ", "Question: ", "Tell me: ", "Ok, ",
    "So, ", "Now, ", "One more: ", "Next: ", "Hello! ", "Hey there, ", "I have a question. ",
)  # fmt: skip


@dataclass(frozen=True)
class Forms:
    """Phrasings with named gaps, and choices as [a|b]. Those in `held_out` are never trained on."""

    common: tuple[str, ...]
    held_out: tuple[str, ...]

    def fill(self, rng: Random, held_out: bool, **gaps: object) -> str:
        if held_out:
            return varied(rng, rng.choice(self.held_out), **gaps)
        kept = {normalised(form) for form in self.held_out}
        while normalised(form := chosen(rng, rng.choice(self.common))) in kept:
            pass
        return varied(rng, form, **gaps)


_CHOICE = re.compile(r"\[([^\[\]]*)\]")


def chosen(rng: Random, form: str) -> str:
    """The form with one of each choice, inner ones first."""
    while found := _CHOICE.search(form):
        form = form[: found.start()] + rng.choice(found[1].split("|")) + form[found.end() :]
    return " ".join(form.split())


def varied(rng: Random, form: str, **gaps: object) -> str:
    """The form, filled, after random changes that keep its meaning. A question's form ends with '?'."""
    question = form.endswith("?")
    body = form.rstrip("?.")
    wordy = " " in form.strip("{}") and body[0].isalpha()
    if rng.random() < 0.25:
        body = body[0].lower() + body[1:]
    text = body.format(**gaps)
    if wordy and rng.random() < 0.06:
        text += rng.choice((" please", ", please"))
    elif wordy and not question and rng.random() < 0.1:
        text = rng.choice(("Please ", "please ")) + body[0].lower() + body[1:].format(**gaps)
    if wordy and rng.random() < 0.06:
        opening = rng.choice(OPENINGS)
        text = opening + (text[0].lower() + text[1:] if rng.random() < 0.5 else text)
    return text + _ending(rng, question, wordy)


def _ending(rng: Random, question: bool, wordy: bool) -> str:
    chance = rng.random()
    if question:
        return "?" if chance < 0.75 else "" if chance < 0.96 else " ?"
    if wordy:
        return "" if chance < 0.6 else "." if chance < 0.95 else "!"
    return "" if chance < 0.8 else "?"
