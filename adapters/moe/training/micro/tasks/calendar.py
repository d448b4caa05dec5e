"""The calendar half of parley-chat: days, months, leap years, seasons."""

from random import Random

from micro.tasks.phrasing import Forms
from micro.tasks.sample import Sample, Task, normalised

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
          "November", "December")  # fmt: skip
LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
SEASONS = ("winter", "winter", "spring", "spring", "spring", "summer", "summer", "summer", "autumn", "autumn",
           "autumn", "winter")  # fmt: skip
_ORDINALS = (
    ("first", "1st"), ("second", "2nd"), ("third", "3rd"), ("fourth", "4th"), ("fifth", "5th"), ("sixth", "6th"),
    ("seventh", "7th"), ("eighth", "8th"), ("ninth", "9th"), ("tenth", "10th"), ("eleventh", "11th"),
    ("twelfth", "12th"),
)  # fmt: skip

NEXT = Forms(
    (
        "What {u} comes after {x}?", "Which {u} comes after {x}?", "What {u} follows {x}?",
        "Which {u} follows {x}?", "What is the {u} after {x}?", "What comes after {x}?", "The {u} after {x}",
        "Name the {u} after {x}", "What is the next {u} after {x}?", "Which {u} is after {x}?", "After {x} comes?",
        "Tell me which {u} comes after {x}", "Say which {u} follows {x}", "Give me the {u} after {x}",
        "{x} is followed by which {u}?", "What is the {u} following {x}?", "Which {u} comes next after {x}?",
        "After {x}, which {u} comes?", "The {u} that follows {x}", "What {u} comes directly after {x}?",
        "What {u} do we have after {x}?", "If it is {x}, what is the next {u}?", "Tell me what comes after {x}",
        "Can you tell me the {u} that comes after {x}?",
    ),
    ("Tell me the {u} after {x}", "What {u} is after {x}?", "Which {u} comes right after {x}?"),
)  # fmt: skip
PREVIOUS = Forms(
    (
        "What {u} comes before {x}?", "Which {u} comes before {x}?", "What {u} precedes {x}?",
        "Which {u} precedes {x}?", "What is the {u} before {x}?", "What comes before {x}?", "The {u} before {x}",
        "Name the {u} before {x}", "What was the {u} before {x}?", "Which {u} is before {x}?",
        "Tell me which {u} comes before {x}", "Say which {u} precedes {x}", "Give me the {u} before {x}",
        "{x} is preceded by which {u}?", "What is the {u} preceding {x}?", "Which {u} comes last before {x}?",
        "Before {x}, which {u} comes?", "The {u} that precedes {x}", "What {u} comes directly before {x}?",
        "What {u} do we have before {x}?", "If it is {x}, what was the previous {u}?",
        "Tell me what comes before {x}", "Can you tell me the {u} that comes before {x}?",
    ),
    ("Tell me the {u} before {x}", "What {u} is before {x}?", "Which {u} comes right before {x}?"),
)  # fmt: skip
LENGTH = Forms(
    (
        "How many days are in {x}?", "How many days does {x} have?", "How many days are there in {x}?",
        "Number of days in {x}", "How long is {x}?", "Days in {x}?", "How many days in {x}?",
        "Give me the number of days in {x}", "How many days has {x}?",
        "Tell me the number of days in {x}", "Tell me the length of {x} in days", "How many days make {x}?",
        "What is the length of {x} in days?", "How many days long is {x}?", "{x} has how many days?",
        "Count all days of {x}", "Can you count the days of {x}?", "Do you know how many days {x} has?",
        "Say how many days are in {x}", "{x}: how many days?",
    ),
    ("Tell me how many days {x} has", "What is the number of days in {x}?", "Count the days in {x}"),
)  # fmt: skip
LEAP = Forms(
    (
        "Is {x} a leap year?", "Was {x} a leap year?", "Is the year {x} a leap year?", "Leap year: {x}?",
        "{x}: leap year?", "Is {x} a leap year or not?", "Will {x} be a leap year?", "Was the year {x} a leap year?",
        "Tell me if {x} is a leap year", "Tell me if the year {x} is a leap year", "Say if {x} is a leap year",
        "Do you know if {x} is a leap year?", "Can you tell me if {x} is a leap year?", "Is {x} leap?",
        "Does {x} have a leap day?", "Check whether {x} was a leap year", "Is or was {x} a leap year?",
        "Would {x} be a leap year?", "I want to know if {x} is a leap year", "Do people call {x} a leap year?",
    ),
    ("Tell me whether {x} is a leap year", "Do we call {x} a leap year?"),
)  # fmt: skip
SEASON = Forms(
    (
        "Which season is {x} in?", "What season is {x} in?", "In which season is {x}?", "What season is {x}?",
        "In what season does {x} fall?", "Which season does {x} belong to?", "Season of {x}", "{x} is in which season?",
        "Tell me which season {x} is in", "Tell me what season {x} is", "Name the season of {x}",
        "Give me the season of {x}", "What is the season of {x}?", "To what season does {x} count?",
        "Which season has the month {x}?", "{x} belongs to which season?", "What season do we have in {x}?",
        "What season does {x} belong to?", "{x}: which season?",
    ),
    ("Tell me the season of {x}", "To which season does {x} belong?"),
)  # fmt: skip
POSITION = Forms(
    (
        "Which month number is {x}?", "What number month is {x}?", "What is the number of the month {x}?",
        "What month number is {x}?", "Number of the month {x}", "{x} is which month of the year?",
        "Tell me which number the month {x} has", "Tell me the month number of {x}", "Give me the number of {x}",
        "What is the month number of {x}?", "Which number does the month {x} have?", "{x} as a number",
        "What number does {x} have?", "What number has {x}?", "Say the number of the month {x}", "{x} is month number?",
        "{x} is what number of month?",
    ),
    ("Tell me the number of the month {x}", "Which number has the month {x}?"),
)  # fmt: skip
NAMED = Forms(
    (
        "What is the {x} month?", "Which month is the {x} month of the year?", "What is the {x} month of the year?",
        "Name the {x} month", "The {x} month of the year", "Which is the {x} month?",
        "Tell me which month is the {x}", "Tell me the {x} month", "Give me the {x} month", "Say the {x} month",
        "Which month comes {x}?", "Give me the {x} month of the year", "What do we call the {x} month?",
        "What is the name of the {x} month?", "How is the {x} month called?", "Which month is the {x} one?",
    ),
    ("Tell me the {x} month of the year", "Give me the name of the {x} month"),
)  # fmt: skip


def _sample(rng: Random, task: str, prompt: str, answer: str) -> Sample:
    if rng.random() < 0.12:
        prompt = prompt.lower()
    return Sample(task, prompt, answer, normalised(prompt))


def _neighbour(rng: Random, held_out: bool) -> Sample:
    unit, names = rng.choice((("day", DAYS), ("month", MONTHS)))
    at = rng.randrange(len(names))
    forms, step, task = rng.choice(((NEXT, 1, "next"), (PREVIOUS, -1, "previous")))
    shown = unit if unit == "month" or rng.random() < 0.8 else "day of the week"
    prompt = forms.fill(rng, held_out, u=shown, x=names[at])
    return _sample(rng, f"{task}-{unit}", prompt, names[(at + step) % len(names)])


def _length(rng: Random, held_out: bool) -> Sample:
    named = {month: str(days) for month, days in zip(MONTHS, LENGTHS, strict=True)}
    named |= {"a week": "7", "a year": "365", "a leap year": "366", "February": "28, or 29 in a leap year"}
    name = rng.choice(list(named))
    return _sample(rng, "days-in", LENGTH.fill(rng, held_out, x=name), named[name])


def _leap(rng: Random, held_out: bool) -> Sample:
    year = rng.choice((rng.randint(1901, 2099), rng.randint(1980, 2040), rng.randint(475, 524) * 4, rng.randint(1601, 2399)))
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    answer = "Yes, it is a leap year." if leap else "No, it is not a leap year."
    return Sample("leap-year", LEAP.fill(rng, held_out, x=year), answer, f"leap {year}")


def _season(rng: Random, held_out: bool) -> Sample:
    at = rng.randrange(12)
    return _sample(rng, "season", SEASON.fill(rng, held_out, x=MONTHS[at]), SEASONS[at])


def _position(rng: Random, held_out: bool) -> Sample:
    at = rng.randrange(12)
    if rng.random() < 0.5:
        return _sample(rng, "month-number", POSITION.fill(rng, held_out, x=MONTHS[at]), str(at + 1))
    return _sample(rng, "nth-month", NAMED.fill(rng, held_out, x=rng.choice(_ORDINALS[at])), MONTHS[at])


TASKS = (
    Task("neighbour", 0.19, _neighbour),
    Task("days-in", 0.07, _length),
    Task("leap-year", 0.13, _leap),
    Task("season", 0.04, _season),
    Task("position", 0.08, _position),
)
