"""Further phrasings of the text tasks, for the second course of parley-text. [a|b] is a choice."""

_ASK = "[Can|Could|Would] you "
_WHICH = "[Which|What]"
_WORD = "[{w}|{w}|the word {w}|the string {w}]"
_COUNT = "[Count|Count up|Please count|Find the number of|Tell me the number of|Say the number of|Show the number of]"
_SAY = "[Say|Show|Show me|Give|Name|Find|Print|Return|Take|Pick|Get|Write down|Tell us|I want|I need|Let me see]"
_WRITE = "[Write|Spell|Say|Show|Show me|Print|Type|Return|Display|Output|Give me|Put|I want|I need|Let me see]"
_CAPITALS = "[capitals|capital letters|upper case|uppercase|all caps|block capitals|big letters|upper case letters]"
_BACK = "[backwards|backward|in reverse|in reverse order|reversed|from back to front|from the end to the start]"

MORE = {
    "upper": (
        f"{_WRITE} {_WORD} in {_CAPITALS}", f"{_ASK}write {_WORD} in {_CAPITALS}?",
        f"[Convert|Change|Turn|Transform|Switch|Set|Bring] {_WORD} [to|into] {_CAPITALS}",
        f"[How would you|How can I|How do I] [write|spell|put] {_WORD} in {_CAPITALS}?",
        f"How does {_WORD} look in {_CAPITALS}?", f"How is {_WORD} [written|spelled] in {_CAPITALS}?",
        f"[Make|Make all of] {_WORD} [all caps|upper case|uppercase|capitals]", f"What is {_WORD} in {_CAPITALS}?",
        f"[Capitalise|Uppercase|Upper-case] [every letter of|all letters of|all of|] {_WORD}",
        "{w} [to|in|as|into] [all caps|capital letters|uppercase|big letters]", "Give me the [capitals|upper case] of {w}",
    ),
    "reverse": (
        f"{_WRITE} {_WORD} {_BACK}", f"{_ASK}[write|spell|say|give me] {_WORD} {_BACK}?",
        f"[How would you|How can I|How do I] [spell|write|say] {_WORD} {_BACK}?",
        f"How is {_WORD} [spelled|written] {_BACK}?", f"How does {_WORD} look {_BACK}?",
        "[Reverse|Invert|Flip|Mirror|Turn around] [the letters of|the string|all of|] {w}",
        "[Reverse|Invert|Mirror|Turn around] the word {w}", f"{_WRITE} the letters of {{w}} {_BACK}",
        "[What is|Give me|Show me|I want|Find] the [reverse|mirror image|reversed form] of {w}",
        f"What [is|does one get for|would be] {_WORD} {_BACK}?", "{w} [in reverse|in reverse order|from back to front]",
        "Put {w} the other way round", "Read {w} [from right to left|from the end|backwards]",
    ),
    "first": (
        f"{_SAY} the [first|initial|starting] [letter|character] of {_WORD}", "{w}: [first letter|the first letter|starts with]?",
        f"[Tell me which|Say which|Tell me what|{_WHICH}] [letter|character] {_WORD} [starts|begins] with",
        f"What does {_WORD} [start|begin] with?", "{w} [starts|begins] with [which|what] letter?",
        f"Which is the first [letter|character] of {_WORD}?", f"Tell me what letter [is|comes] first in {_WORD}",
        f"{_WHICH} letter does {_WORD} begin with?", f"{_WHICH} letter [is at the start|is at the beginning|comes first] [of|in] {_WORD}?",
        f"{_ASK}tell me the first letter of {_WORD}?", f"Do you know the first letter of {_WORD}?",
        "{w}: [which|what] letter [is first|comes first|does it start with]?",
    ),
    "last": (
        f"{_SAY} the [last|final|ending] [letter|character] of {_WORD}", "{w}: [last letter|the last letter|ends with]?",
        f"[Tell me which|Say which|Tell me what|{_WHICH}] [letter|character] {_WORD} [ends|finishes] with",
        f"What does {_WORD} [end|finish] with?", "{w} [ends|finishes] with [which|what] letter?",
        f"Which is the last [letter|character] of {_WORD}?", f"Tell me what letter [is|comes] last in {_WORD}",
        f"{_WHICH} letter does {_WORD} end in?", f"{_WHICH} letter [is at the end|comes last] [of|in] {_WORD}?",
        f"{_ASK}tell me the last letter of {_WORD}?", f"Do you know the last letter of {_WORD}?",
        "{w}: [which|what] letter [is last|comes last|does it end with]?",
    ),
    "vowels": (
        f"{_COUNT} [vowels|all vowels|the vowels] [in|of] {_WORD}", "{w}: [how many vowels|number of vowels|vowels]?",
        f"[Tell me|Say|I want to know|Do you know|Find out] how many vowels [are|there are] in {_WORD}",
        f"How many vowels [are|can be|] [there|found] in {_WORD}?", f"{_ASK}count the vowels [in|of] {_WORD}?",
        f"How many vowels [do you see|do you count|do we have|are there] in {_WORD}?", f"How many vowels has {_WORD}?",
        f"[Tell me|Give me|What is] the vowel count of {_WORD}", f"[Say|Find out] how many vowels {_WORD} has",
        f"How many [of the letters of|letters in] {_WORD} are vowels?", f"{_WORD} has how many vowels?",
    ),
    "length": (
        f"{_COUNT} [letters|all letters|the letters|the characters] [in|of] {_WORD}", "{w}: [how many letters|number of letters|length]?",
        f"[Tell me|Say|I want to know|Do you know|Find out] how many [letters|characters] [are|there are] in {_WORD}",
        f"How many letters [are|can be|] [there|found] in {_WORD}?", f"{_ASK}count the letters [in|of] {_WORD}?",
        f"How many letters [do you see|do you count|do we have|are there] in {_WORD}?", f"How many letters has {_WORD}?",
        f"[Tell me|Give me|What is|Find|Say] the [length|letter count] of {_WORD}", f"[Say|Find out] how many letters {_WORD} has",
        "How long is the [string|name|text] {w}?", f"What length [does {{w}} have|has {{w}}]?", f"{_WORD} [is how long|has how many letters]?",
        "[Tell me|Say] how long [{w}|the word {w}] is",
    ),
}  # fmt: skip
