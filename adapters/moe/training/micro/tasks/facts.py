"""parley-facts: capitals, continents, symbols of chemical elements, units."""

from functools import partial
from random import Random

from micro.tasks.elements import ELEMENTS
from micro.tasks.fact_forms import MORE
from micro.tasks.phrasing import Forms
from micro.tasks.places import CAPITALS, CONTINENTS
from micro.tasks.sample import Sample, Task, normalised
from micro.tasks.units import UNITS, american

CAPITAL = Forms(
    (
        "What is the capital of {x}?", "Which city is the capital of {x}?", "What's the capital of {x}?",
        "Capital of {x}", "The capital of {x}?", "Name the capital of {x}", "Tell me the capital of {x}",
        "What is {x}'s capital?", "What is the capital city of {x}?", "Give me the capital of {x}",
        "The capital of {x} is?", "Do you know the capital of {x}?", "{x}: capital?",
        "What city is the capital of {x}?", "Can you tell me the capital of {x}?",
    ),
    ("What is the name of the capital of {x}?", "Which is the capital of {x}?", "{x}'s capital city?"),
)  # fmt: skip
COUNTRY = Forms(
    (
        "Which country has the capital {x}?", "{x} is the capital of which country?",
        "Of which country is {x} the capital?", "What country is {x} the capital of?",
        "{x} is the capital of what country?", "Whose capital is {x}?", "Name the country whose capital is {x}",
        "Which country's capital is {x}?", "{x} is the capital of?", "What country has {x} as its capital?",
        "{x} is the capital of", "Which country has {x} as its capital?", "Country with the capital {x}",
    ),
    ("What is the country whose capital is {x}?", "Tell me the country whose capital is {x}"),
)  # fmt: skip
CONTINENT = Forms(
    (
        "On which continent is {x}?", "Which continent is {x} in?", "What continent is {x} on?",
        "In which continent is {x}?", "What continent is {x} in?", "{x} is on which continent?",
        "Continent of {x}", "Name the continent of {x}", "On what continent does {x} lie?",
        "Tell me the continent of {x}",
    ),
    ("On what continent is {x}?", "Which continent is {x} on?"),
)  # fmt: skip
SYMBOL = Forms(
    (
        "What is the chemical symbol for {x}?", "What is the symbol for {x}?", "What is the symbol of {x}?",
        "Chemical symbol of {x}", "Symbol for {x}", "What is the chemical symbol of {x}?", "The symbol of {x}?",
        "Give me the symbol for {x}", "Which symbol does {x} have?", "What symbol stands for {x}?",
        "Name the symbol of {x}", "What's the symbol for {x}?", "What is the element symbol of {x}?",
        "Tell me the chemical symbol of {x}",
    ),
    ("Which chemical symbol does {x} have?", "What is the symbol of the element {x}?", "{x}: chemical symbol?"),
)  # fmt: skip
ELEMENT = Forms(
    (
        "Which element has the symbol {x}?", "What element has the symbol {x}?", "Which element is {x}?",
        "What element is {x}?", "Name the element with the symbol {x}", "{x} is the symbol of which element?",
        "{x} is the symbol for which element?", "What does {x} stand for in chemistry?",
        "Element with the symbol {x}", "Which chemical element has the symbol {x}?",
        "What chemical element is {x}?", "Tell me the element with the symbol {x}",
    ),
    ("Which element does {x} stand for?", "What is the element with the symbol {x}?"),
)  # fmt: skip
COUNT = Forms(
    (
        "How many {s} are in {a} {b}?", "How many {s} are there in {a} {b}?", "How many {s} does {a} {b} have?",
        "{S} in {a} {b}?", "How many {s} in {a} {b}?", "Number of {s} in {a} {b}", "How many {s} make {a} {b}?",
        "What is the number of {s} in {a} {b}?", "How many {s} are in one {b}?",
        "Tell me how many {s} are in {a} {b}",
    ),
    ("How many {s} does one {b} have?", "How many {s} are there in one {b}?", "How many {s} has {a} {b}?"),
)  # fmt: skip

_WITH_ARTICLE = (
    "United States", "United Kingdom", "Netherlands", "Philippines", "Bahamas", "Gambia", "Maldives",
    "Central African Republic", "Democratic Republic of the Congo", "Republic of the Congo", "Comoros",
    "Czechia", "Dominican Republic", "United Arab Emirates", "Solomon Islands", "Marshall Islands", "Seychelles",
)  # fmt: skip
_COUNTRY_OF = {city: country for country, city in CAPITALS.items()}
_ELEMENT_OF = {symbol: name for name, symbol in ELEMENTS.items()}


def _sample(rng: Random, task: str, prompt: str, answer: str, may_lower: bool = True) -> Sample:
    if may_lower and rng.random() < 0.12:
        prompt = prompt.lower()
    return Sample(task, prompt, answer, normalised(prompt))


def _named(rng: Random, country: str) -> str:
    return f"the {country}" if country in _WITH_ARTICLE and rng.random() < 0.7 else country


def _capital(forms: Forms, rng: Random, held_out: bool) -> Sample:
    country = rng.choice(list(CAPITALS))
    return _sample(rng, "capital", forms.fill(rng, held_out, x=_named(rng, country)), CAPITALS[country])


def _country(forms: Forms, rng: Random, held_out: bool) -> Sample:
    city = rng.choice(list(_COUNTRY_OF))
    return _sample(rng, "country", forms.fill(rng, held_out, x=city), _COUNTRY_OF[city])


def _continent(forms: Forms, rng: Random, held_out: bool) -> Sample:
    country = rng.choice(list(CONTINENTS))
    return _sample(rng, "continent", forms.fill(rng, held_out, x=_named(rng, country)), CONTINENTS[country])


def _symbol(forms: Forms, rng: Random, held_out: bool) -> Sample:
    name = rng.choice(list(ELEMENTS))
    shown = name if rng.random() < 0.85 else name.capitalize()
    return _sample(rng, "symbol", forms.fill(rng, held_out, x=shown), ELEMENTS[name])


def _element(forms: Forms, rng: Random, held_out: bool) -> Sample:
    symbol = rng.choice(list(_ELEMENT_OF))
    return _sample(rng, "element", forms.fill(rng, held_out, x=symbol), _ELEMENT_OF[symbol], may_lower=False)


def _unit(forms: Forms, rng: Random, held_out: bool) -> Sample:
    big, small, count = rng.choice(UNITS)
    if rng.random() < 0.3:
        big, small = american(big), american(small)
    article = "an" if big[0] in "aeio" or big == "hour" else "a"
    prompt = forms.fill(rng, held_out, a=article, b=big, s=small, S=small.capitalize())
    return _sample(rng, "unit", prompt, str(count))


_DRAWN = (
    ("capital", CAPITAL, _capital), ("country", COUNTRY, _country), ("continent", CONTINENT, _continent),
    ("symbol", SYMBOL, _symbol), ("element", ELEMENT, _element), ("unit", COUNT, _unit),
)  # fmt: skip


def _tasks(weights: tuple[float, ...], more: dict[str, tuple[str, ...]]) -> tuple[Task, ...]:
    return tuple(
        Task(name, weight, partial(draw, Forms(forms.common + more.get(name, ()), forms.held_out)))
        for (name, forms, draw), weight in zip(_DRAWN, weights, strict=True)
    )


FIRST_TASKS = _tasks((0.27, 0.26, 0.09, 0.14, 0.14, 0.1), {})
TASKS = _tasks((0.21, 0.2, 0.17, 0.17, 0.17, 0.08), MORE)
