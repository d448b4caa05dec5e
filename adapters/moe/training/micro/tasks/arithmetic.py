"""parley-math: sums, differences, comparison, parity, the multiplication table."""

from collections.abc import Callable
from random import Random

from micro.tasks.arithmetic_forms import MORE
from micro.tasks.phrasing import Forms
from micro.tasks.sample import Sample, Task, normalised

ADD = Forms(
    (
        "What is {a} + {b}?", "What is {a}+{b}?", "{a} + {b}", "{a}+{b}", "{a}+{b}=", "{a} + {b} =",
        "{a} + {b} = ?", "Compute {a} + {b}", "Compute {a} plus {b}", "Calculate {a} + {b}",
        "Calculate {a} plus {b}", "What is {a} plus {b}?", "What's {a} + {b}?", "Add {a} and {b}",
        "Add {b} to {a}", "How much is {a} + {b}?", "How much is {a} plus {b}?", "Solve {a} + {b}",
        "What is the sum of {a} and {b}?", "Give me the sum of {a} and {b}", "{a} plus {b}",
        "Can you add {a} and {b}?", "What do you get if you add {a} and {b}?", "Sum {a} and {b}",
        "What does {a} + {b} make?", "Find {a} + {b}", "Tell me {a} plus {b}",
    ),
    (
        "Work out {a} + {b}", "Evaluate {a}+{b}", "What does {a} plus {b} equal?",
        "Find the sum of {a} and {b}", "Can you tell me what {a} + {b} is?", "Could you compute {a} + {b}?",
    ),
)  # fmt: skip
SUBTRACT = Forms(
    (
        "What is {a} - {b}?", "What is {a}-{b}?", "{a} - {b}", "{a}-{b}", "{a}-{b}=", "{a} - {b} =",
        "{a} - {b} = ?", "Compute {a} - {b}", "Compute {a} minus {b}", "Calculate {a} - {b}",
        "Calculate {a} minus {b}", "What is {a} minus {b}?", "What's {a} - {b}?",
        "Subtract {b} from {a}", "How much is {a} - {b}?", "How much is {a} minus {b}?", "Solve {a} - {b}",
        "What is the difference between {a} and {b}?", "{a} minus {b}", "Take {b} away from {a}",
        "What is left if you take {b} from {a}?", "Can you subtract {b} from {a}?",
        "What does {a} - {b} make?", "Find {a} - {b}", "Tell me {a} minus {b}",
    ),
    (
        "Work out {a} - {b}", "Evaluate {a}-{b}", "What does {a} minus {b} equal?",
        "Find the difference between {a} and {b}", "Can you tell me what {a} - {b} is?",
        "Could you compute {a} - {b}?",
    ),
)  # fmt: skip
TIMES = Forms(
    (
        "What is {a} * {b}?", "What is {a} times {b}?", "{a} * {b}", "{a}*{b}", "{a}*{b}=", "{a} x {b}",
        "{a} x {b} =", "What is {a} x {b}?", "Compute {a} times {b}", "Calculate {a} * {b}",
        "Multiply {a} by {b}", "Multiply {a} and {b}", "How much is {a} times {b}?", "{a} times {b}",
        "What's {a} times {b}?", "What is the product of {a} and {b}?", "Compute {a} * {b}",
        "What is {a} multiplied by {b}?", "Solve {a} * {b}",
    ),
    ("Work out {a} * {b}", "Find the product of {a} and {b}", "What does {a} times {b} equal?"),
)  # fmt: skip
LARGER = Forms(
    (
        "Which is larger, {a} or {b}?", "Which is bigger, {a} or {b}?", "Which is greater, {a} or {b}?",
        "Which number is larger, {a} or {b}?", "Which number is bigger: {a} or {b}?",
        "What is larger, {a} or {b}?", "What is bigger, {a} or {b}?", "max({a}, {b})",
        "What is the maximum of {a} and {b}?", "Maximum of {a} and {b}", "The larger of {a} and {b}",
        "Which is more, {a} or {b}?", "Give me the larger of {a} and {b}",
    ),
    (
        "Which one is larger: {a} or {b}?", "What is the larger of {a} and {b}?",
        "Which of {a} and {b} is bigger?", "Which number is greater, {a} or {b}?",
    ),
)  # fmt: skip
SMALLER = Forms(
    (
        "Which is smaller, {a} or {b}?", "Which is less, {a} or {b}?", "Which is lower, {a} or {b}?",
        "Which number is smaller, {a} or {b}?", "Which number is less: {a} or {b}?",
        "What is smaller, {a} or {b}?", "What is less, {a} or {b}?", "min({a}, {b})",
        "What is the minimum of {a} and {b}?", "Minimum of {a} and {b}", "The smaller of {a} and {b}",
        "Give me the smaller of {a} and {b}",
    ),
    (
        "Which one is smaller: {a} or {b}?", "What is the smaller of {a} and {b}?",
        "Which of {a} and {b} is smaller?", "Which number is lower, {a} or {b}?",
    ),
)  # fmt: skip
PARITY = Forms(
    (
        "Is {a} even or odd?", "Is {a} odd or even?", "Is the number {a} even or odd?",
        "Even or odd: {a}", "{a}: even or odd?", "Odd or even, {a}?",
    ),
    ("Tell me whether {a} is even or odd", "Would you say {a} is odd or even?"),
)  # fmt: skip


Draw = Callable[[Random, bool], Sample]


def _number(rng: Random) -> int:
    """Up to three digits; short numbers are more frequent than by chance."""
    if rng.random() < 0.65:
        return rng.randrange(1000)
    return rng.randrange(10 ** rng.randint(1, 3))


def _digits(number: int) -> list[int]:
    """Units first."""
    return [int(c) for c in reversed(str(number))]


def add_steps(a: int, b: int) -> str:
    """Addition as taught at school, units first: 346 + 87 is '6+7=13 4+8+1=13 3+1=4: '."""
    x, y, carry, steps = _digits(a), _digits(b), 0, []
    for place in range(max(len(x), len(y))):
        terms = [d[place] for d in (x, y) if place < len(d)] + [1] * carry
        steps.append("+".join(map(str, terms)) + f"={sum(terms)}")
        carry = sum(terms) // 10
    return " ".join(steps) + ": "


def subtract_steps(a: int, b: int) -> str:
    """Subtraction with borrowing, units first: 346 - 87 is '16-7=9 13-8=5 2=2: '; a negative result turns the operands round."""
    x, y, borrow, steps = _digits(max(a, b)), _digits(min(a, b)), 0, []
    for place, digit in enumerate(x):
        other = y[place] if place < len(y) else 0
        top = digit - borrow
        borrow = int(top < other)
        top += 10 * borrow
        steps.append((f"{top}-{other}" if place < len(y) else f"{top}") + f"={top - other}")
    return " ".join(steps) + ": "


def compare_steps(a: int, b: int) -> str:
    """Digit by digit from the front, as far as they are the same: 346 or 352 is '3=3 4<5: '; shorter numbers get zeros in front."""
    width, steps = max(len(str(a)), len(str(b))), []
    for x, y in zip(f"{a:0{width}}", f"{b:0{width}}", strict=True):
        steps.append(x + ("=" if x == y else "<" if x < y else ">") + y)
        if x != y:
            break
    return " ".join(steps) + ": "


def _add(forms: Forms) -> Draw:
    def draw(rng: Random, held_out: bool) -> Sample:
        a, b = _number(rng), _number(rng)
        return Sample("add", forms.fill(rng, held_out, a=a, b=b), str(a + b), f"add {min(a, b)} {max(a, b)}", add_steps(a, b))

    return draw


def _subtract(forms: Forms) -> Draw:
    def draw(rng: Random, held_out: bool) -> Sample:
        a, b = _number(rng), _number(rng)
        if a < b and rng.random() < 0.9:
            a, b = b, a
        return Sample("subtract", forms.fill(rng, held_out, a=a, b=b), str(a - b), f"subtract {a} {b}", subtract_steps(a, b))

    return draw


def _times(forms: Forms) -> Draw:
    def draw(rng: Random, held_out: bool) -> Sample:
        a, b = rng.randrange(13), rng.randrange(13)
        prompt = forms.fill(rng, held_out, a=a, b=b)
        return Sample("multiply", prompt, str(a * b), normalised(prompt))

    return draw


def _compare(larger: Forms, smaller: Forms, written: bool) -> Draw:
    """`written`: with its steps."""

    def draw(rng: Random, held_out: bool) -> Sample:
        a = _number(rng)
        b = _number(rng) if rng.random() < 0.5 else min(999, max(0, a + rng.choice((-1, 1)) * rng.randint(1, 60)))
        forms, pick, task = rng.choice(((larger, max, "larger"), (smaller, min, "smaller")))
        steps = compare_steps(a, b) if written else ""
        return Sample(task, forms.fill(rng, held_out, a=a, b=b), str(pick(a, b)), f"compare {a} {b}", steps)

    return draw


def _parity(forms: Forms) -> Draw:
    def draw(rng: Random, held_out: bool) -> Sample:
        a = _number(rng)
        return Sample("parity", forms.fill(rng, held_out, a=a), ("even", "odd")[a % 2], f"parity {a}")

    return draw


def _more(name: str, forms: Forms) -> Forms:
    return Forms(forms.common + MORE[name], forms.held_out)


FIRST_TASKS = (
    Task("add", 0.36, _add(ADD)),
    Task("subtract", 0.38, _subtract(SUBTRACT)),
    Task("multiply", 0.09, _times(TIMES)),
    Task("compare", 0.13, _compare(LARGER, SMALLER, written=False)),
    Task("parity", 0.04, _parity(PARITY)),
)
TASKS = (
    Task("add", 0.27, _add(_more("add", ADD))),
    Task("subtract", 0.36, _subtract(_more("subtract", SUBTRACT))),
    Task("multiply", 0.09, _times(_more("multiply", TIMES))),
    Task("compare", 0.24, _compare(_more("larger", LARGER), _more("smaller", SMALLER), written=True)),
    Task("parity", 0.04, _parity(_more("parity", PARITY))),
)

_BARE_ADD = Forms(("{a}+{b}", "{a}+{b}", "{a} + {b}"), ())
_BARE_SUBTRACT = Forms(("{a}-{b}", "{a}-{b}", "{a} - {b}"), ())


# Arithmetic is learnt in bare sums first, then in sentences.
BARE_SUMS = (Task("add", 0.5, _add(_BARE_ADD)), Task("subtract", 0.5, _subtract(_BARE_SUBTRACT)))
