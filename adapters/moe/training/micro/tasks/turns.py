"""Wraps a question into the conversation a client would send."""

from collections.abc import Callable
from random import Random

from micro import vocabulary
from micro.tasks.sample import Sample

_WHO = ("a helpful assistant", "an assistant", "a friendly assistant", "a helpful AI", "an AI assistant",
        "a careful expert", "a language model", "a chatbot", "a useful tool", "a polite helper")  # fmt: skip
_STARTS = ("You are {who}.", "You're {who}.", "Act as {who}.", "You are {who}!", "you are {who}", "Be {who}.")
_RULES = (
    "Be concise.", "Answer briefly.", "Answer in English.", "Be polite.", "Keep it short.", "Think first.",
    "Do not make things up.", "Answer the user's question.", "Answer with one word if you can.",
    "Reply in plain text.", "Use no Markdown.", "Give only the answer.", "Never be rude.", "Be accurate.",
    "If you do not know, say so.", "The user is a developer.", "Follow the instructions carefully.",
    "Your answers are shown on a small screen.", "Today is a good day.", "Respond truthfully.",
)  # fmt: skip


def system_text(rng: Random) -> str:
    """A short generic system prompt, sometimes with a rule or three."""
    start = rng.choice(_STARTS).format(who=rng.choice(_WHO))
    rules = rng.sample(_RULES, rng.choices((0, 1, 2, 4), (5, 3, 2, 1))[0])
    parts = [start, *rules] if rng.random() < 0.85 else rules or [start]
    return rng.choice((" ", " ", " ", "\n")).join(parts)


def conversation(rng: Random, sample: Sample, earlier: Callable[[], Sample]) -> list[tuple[str, str]]:
    """15 % with a system turn, 10 % with an earlier exchange."""
    turns = [("system", system_text(rng))] if rng.random() < 0.15 else []
    if rng.random() < 0.1:
        before = earlier()
        turns += [("user", before.prompt), ("assistant", before.said)]
    return [*turns, ("user", sample.prompt)]


def encoded(turns: list[tuple[str, str]], answer: str) -> tuple[list[int], int]:
    """Token ids with the answer and its end, and the number of prompt tokens."""
    prompt = vocabulary.encode_prompt(turns)
    return [*prompt, *answer.encode("utf-8"), vocabulary.END], len(prompt)
