"""How many small units make a big one: (big, small plural, count)."""

UNITS = (
    ("minute", "seconds", 60), ("hour", "minutes", 60), ("hour", "seconds", 3600), ("day", "hours", 24),
    ("day", "minutes", 1440), ("week", "hours", 168), ("decade", "years", 10), ("century", "years", 100),
    ("millennium", "years", 1000), ("century", "decades", 10), ("millennium", "centuries", 10),
    ("second", "milliseconds", 1000), ("kilometre", "metres", 1000), ("metre", "centimetres", 100),
    ("metre", "millimetres", 1000), ("centimetre", "millimetres", 10), ("kilometre", "centimetres", 100000),
    ("foot", "inches", 12), ("yard", "feet", 3), ("mile", "feet", 5280), ("mile", "yards", 1760),
    ("yard", "inches", 36), ("kilogram", "grams", 1000), ("tonne", "kilograms", 1000),
    ("gram", "milligrams", 1000), ("pound", "ounces", 16), ("stone", "pounds", 14), ("litre", "millilitres", 1000),
    ("litre", "centilitres", 100), ("gallon", "quarts", 4), ("quart", "pints", 2), ("gallon", "pints", 8),
    ("pint", "cups", 2), ("byte", "bits", 8), ("kilobyte", "bytes", 1000), ("kibibyte", "bytes", 1024),
    ("megabyte", "kilobytes", 1000), ("gigabyte", "megabytes", 1000), ("terabyte", "gigabytes", 1000),
    ("dozen", "items", 12), ("gross", "items", 144), ("score", "items", 20), ("pair", "items", 2),
    ("right angle", "degrees", 90), ("circle", "degrees", 360), ("triangle", "sides", 3),
    ("square", "sides", 4), ("pentagon", "sides", 5), ("hexagon", "sides", 6), ("octagon", "sides", 8),
    ("cube", "faces", 6), ("cube", "edges", 12), ("hectare", "square metres", 10000),
    ("kilowatt", "watts", 1000), ("megawatt", "kilowatts", 1000), ("kilojoule", "joules", 1000),
    ("fathom", "feet", 6), ("furlong", "yards", 220), ("dollar", "cents", 100), ("pound sterling", "pence", 100),
    ("euro", "cents", 100), ("fortnight", "days", 14), ("spider", "legs", 8), ("insect", "legs", 6),
    ("chess board", "squares", 64), ("deck of cards", "cards", 52), ("football team", "players", 11),
    ("piano", "keys", 88), ("violin", "strings", 4), ("guitar", "strings", 6), ("octave", "semitones", 12),
)  # fmt: skip


def american(text: str) -> str:
    """metre -> meter, litre -> liter."""
    return text.replace("metre", "meter").replace("litre", "liter")
