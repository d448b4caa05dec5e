"""Further phrasings of the facts, for the second course of parley-facts. [a|b] is a choice."""

_TELL = "[Tell me|Tell us|Name|Give me|Say|Show me|Find|State|Write|Please give|I want|I need|Let me know|I want to know]"
_KNOW = "[Do you know|Can you tell me|Could you tell me|Can you name|Could you name|Would you tell me]"
_WHICH = "[Which|What]"

MORE = {
    "capital": (
        f"{_TELL} [the capital|the capital city|the name of the capital] of {{x}}", "Name {x}'s capital", "{x}'s capital",
        f"{_KNOW} the [capital|capital city|name of the capital] of {{x}}?", "[{x} has which capital|{x} has what capital]?",
        f"{_WHICH} [city|town|place] is [the capital|the capital city] [of|in] {{x}}?", "{x}, [capital|what is the capital]?",
        f"{_WHICH} capital [does {{x}} have|has {{x}}|belongs to {{x}}]?", "How is the capital of {x} called?",
        "What do you call the capital of {x}?", "What is [{x}'s capital city|the capital town of {x}]?", "Capital city of {x}",
        "In which city is the government of {x}?", "Where is the [capital|government] of {x}?",
    ),
    "country": (
        f"{_TELL} the country [with the capital|that has the capital|of which the capital is] {{x}}", "Capital {x}: which country?",
        f"{_KNOW} [the country whose capital is {{x}}|which country has the capital {{x}}]?", "{x} is the capital city of [which|what] country?",
        f"{_WHICH} [country|nation|state] has [{{x}} as its capital|{{x}} as capital|the capital {{x}}|the capital city {{x}}]?",
        f"{_WHICH} [country|nation|state] is [governed from|ruled from] {{x}}?", "{x}: capital of [which country|what country|what]?",
        f"[Name|Say|Give] the [country|nation|state] whose capital is {{x}}", "To which country does the capital {x} belong?",
        f"{_WHICH} [country|nation] is {{x}} the capital [city of|of]?", "What is {x} the capital of?", "{x} is which country's capital?",
        "Of [what|which] [country|nation] is {x} the capital [city|]?", "The capital is {x}. [Which|What] country is it?",
    ),
    "continent": (
        f"{_TELL} [the continent of {{x}}|the continent {{x}} is on|the continent where {{x}} is|on which continent {{x}} is]",
        f"{_KNOW} [the continent of {{x}}|on which continent {{x}} is|which continent {{x}} is on]?", "Where is {x}, on which continent?",
        f"{_WHICH} continent [does {{x}} belong to|has {{x}}|contains {{x}}|is home to {{x}}|does {{x}} lie on|is {{x}} part of]?",
        "[In|On|To] [which|what] continent [does {x} lie|is {x} found|is {x} located|is {x} situated|does {x} belong]?",
        "{x} [lies|is|is located|is situated] [on|in] [which|what] continent?", "What is the continent of {x}?",
        "{x}: [continent|which continent|what continent]?", "{x} is part of [which|what] continent?", "[The continent|Continent] of {x}?",
    ),
    "symbol": (
        f"{_TELL} the [symbol|chemical symbol|element symbol] [of|for] {{x}}", "{x}: [symbol|what symbol|element symbol]?",
        f"{_KNOW} the [symbol|chemical symbol|element symbol] [of|for] {{x}}?", "How is {x} [written|abbreviated] in chemistry?",
        f"{_WHICH} [symbol|letters|element symbol] [has {{x}}|does {{x}} have|stands for {{x}}|stand for {{x}}|is used for {{x}}]?",
        f"{_WHICH} is the [symbol|chemical symbol] [of|for] [{{x}}|the element {{x}}]?", "Abbreviation of {x}", "Element {x}: symbol?",
        "What is the [abbreviation|short form] [of|for] [{x}|the element {x}]?", "What does chemistry write for {x}?",
        "[Symbol|Chemical symbol|The chemical symbol] [for|of] [{x}|the element {x}]", "What symbol does the element {x} have?",
        "What is the [chemical symbol|symbol] for the element {x}?", "{x} has [which|what] [symbol|chemical symbol]?",
    ),
    "element": (
        f"{_TELL} the [element|chemical element] [with symbol|with the symbol|of the symbol|that has the symbol] {{x}}",
        f"{_KNOW} [the element with the symbol {{x}}|which element {{x}} is|which element has the symbol {{x}}]?", "Symbol {x}: which element?",
        f"{_WHICH} [element|chemical element] [has|has got|carries|goes by] [the symbol|symbol|the chemical symbol|the letters] {{x}}?",
        f"{_WHICH} [element|chemical element] [is meant by|is written|is called|is abbreviated|is abbreviated as] {{x}}?", "{x}: element?",
        "What does [{x} mean|the symbol {x} mean|the symbol {x} stand for|{x} stand for] [in chemistry|as an element|]?",
        "{x} [stands for|is short for|is] [which|what] [element|chemical element]?", "[The element|Element|Chemical element] {x}",
        "{x} is the [chemical symbol|symbol] of [which|what] element?", "What is the name of the element {x}?", "In chemistry, what is {x}?",
        "[Which|What] element is [behind|represented by|shown as] [{x}|the symbol {x}]?", "Which element does the symbol {x} stand for?",
    ),
    "unit": (
        "[Tell me|Say|Do you know|Can you tell me|I want to know|Please tell me] how many {s} [are in|there are in|make up|make] {a} {b}",
        "[Tell me|Give me|Say|Find|State] the number of {s} in {a} {b}", "{a} {b} [has|is|makes|contains] how many {s}?",
        "How many {s} [go into|fit in|are contained in|make up|form|are] {a} {b}?", "One {b} [has|is|makes] how many {s}?",
        "How many {s} does {a} {b} [contain|consist of|make]?", "How many {s} [make up|go into|make|in] one {b}?", "{b}: how many {s}?",
        "How many {s} [do you find|can I count|do we have|would be] in {a} {b}?", "Count the {s} in {a} {b}", "{S} per {b}?",
        "What is {a} {b} in {s}?", "[Convert|Change|Turn] {a} {b} [to|into] {s}", "How many {s} per {b}?", "Each {b} has how many {s}?",
    ),
}  # fmt: skip
