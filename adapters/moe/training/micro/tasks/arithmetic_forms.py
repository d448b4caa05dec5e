"""Further phrasings of the arithmetic tasks, for the second course of parley-math. [a|b] is a choice."""

_DO = "[Compute|Calculate|Find|Solve|Work out|Evaluate|Determine|Give me|Tell me|Show me|Say|I need|What is|What's]"
_ASK = "[Can|Could|Would] you [compute|calculate|work out|solve|evaluate|tell me|find]"
_ASK_WHAT = "[Do you know|Can you say|Tell me|Say|I want to know|Show me] what [{a} %s {b}|{a} %s {b}] [is|equals|makes|gives]"
_MAKES = "[makes|gives|equals|is|come to|result in|yield]"


def _operation(sign: str, word: str) -> tuple[str, ...]:
    """What the operations have in common."""
    return (
        f"{_DO} {{a}} [{sign}|{word}] {{b}}", f"{_ASK} {{a}} [{sign}|{word}] {{b}}?", _ASK_WHAT % (sign, word),
        f"What [does|do] {{a}} [{sign}|{word}] {{b}} [make|give|yield|come to|equal]?", f"{{a}} {word} {{b}} {_MAKES}?",
        f"How much [is|are|does one get for] {{a}} [{sign}|{word}] {{b}}?", f"{{a}} [{sign}|{word}] {{b}} is [what|how much]?",
        f"[Result|The result|Answer|The answer|Value] of {{a}} [{sign}|{word}] {{b}}", f"What is the [result|value|answer] of {{a}} [{sign}|{word}] {{b}}?",
    )  # fmt: skip


def _comparison(words: str, extreme: str) -> tuple[str, ...]:
    return (
        f"Which [one|number|value|of them|of the two|of these] is [{words}][,|:] {{a}} or {{b}}?", f"{{a}} or {{b}}: which is [{words}]?",
        f"[Tell me|Say|Show me|Name|Find|Pick|Choose|Take|I want] the [{words}] [of|number of|one of] {{a}} and {{b}}",
        f"[What|Which] is the [{words}] [number|one] of {{a}} and {{b}}?", f"Which [number|one] of {{a}} and {{b}} is the [{words}]?",
        f"[Which|What] of {{a}} or {{b}} is [{words}]?", f"The {extreme} of {{a}} and {{b}}", f"Is {{a}} or {{b}} [{words}]?",
        f"[Of|Among|Between] {{a}} and {{b}}, which is [{words}]?", f"Compare {{a}} and {{b}}: which is [{words}]?",
    )  # fmt: skip


MORE = {
    "add": _operation("+", "plus") + (
        "[Give|Tell me|Find|Compute|Say] the [sum|total] of {a} and {b}", "What is the total of {a} and {b}?", "Add {a} [to|+] {b}",
        "[Put|Take] {a} and {b} together", "The sum of {a} and {b}", "What is {a} and {b} [together|added]?", "{a} [added to|and] {b}",
    ),
    "subtract": _operation("-", "minus") + (
        "[Give|Tell me|Compute|Say] the difference [of|between] {a} and {b}", "The difference of {a} and {b}", "{a} less {b}",
        "[Take|Remove|Deduct] {b} from {a}", "What is {a} less {b}?", "What remains of {a} without {b}?", "From {a} take {b}",
    ),
    "multiply": _operation("*", "times") + (
        "[Give|Tell me|Compute|Say] the product of {a} and {b}", "The product of {a} and {b}", "{a} multiplied by {b}",
        "[Multiply|Multiply together] {a} [with|and|by] {b}", "What do you get if you multiply {a} by {b}?",
    ),
    "larger": _comparison("larger|bigger|greater|higher", "maximum"),
    "smaller": _comparison("smaller|less|lower|lesser", "minimum"),
    "parity": (
        "Is {a} [an even or an odd number|odd, or even|an odd or an even number]?", "[Tell me|Say|Check|Find out] if {a} is [even or odd|odd or even]",
        "[Would you call|Do you call] {a} [even or odd|odd or even]?", "What is {a}, even or odd?", "The number {a} is [even or odd|odd or even]?",
        "[Parity of {a}|What is the parity of {a}]?", "Do you know whether {a} is [odd or even|even or odd]?",
    ),
}  # fmt: skip
