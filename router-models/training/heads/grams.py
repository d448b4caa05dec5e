"""Hashed n-grams of a text, as `Grams.java` makes them: words alone and in pairs, two and four characters in a row."""

import unicodedata

LOOKED_AT = 512
IN_A_ROW = (2, 4)
OFFSET = 0x811C9DC5
PRIME = 0x01000193
MASK = 0xFFFFFFFF
SPACES = {chr(c) for c in list(range(9, 14)) + list(range(28, 33))}


def hashes(text):
    """Unsigned 32-bit hashes, repeated as often as the n-gram occurs."""
    folded = _folded(text)
    if len(folded) <= 2:
        return []
    found = list(_words(folded))
    for n in IN_A_ROW:
        found += _in_a_row(folded, n)
    return found


def signs(text):
    """What tells a language beyond that: three characters in a row, and of each beyond ASCII its page of 128: what script it is of."""
    folded = _folded(text)
    pages = [_mixed(PRIME * (ord(c) >> 7) & MASK) for c in _units(text)[:LOOKED_AT] if ord(c) > 127]
    return pages if len(folded) <= 2 else _in_a_row(folded, 3) + pages


def _in_a_row(folded, n):
    return [_hash(folded, at, at + n) for at in range(len(folded) - n + 1)]


def _units(text):
    raw = text.encode("utf-16-le", "surrogatepass")
    return [chr(raw[i] | raw[i + 1] << 8) for i in range(0, len(raw), 2)]


def _folded(text):
    folded = [" "]
    for c in _units(text)[:LOOKED_AT]:
        plain = " " if _space(c) else "0" if unicodedata.category(c) == "Nd" else _lower(c)
        if plain != " " or folded[-1] != " ":
            folded.append(plain)
    if folded[-1] != " ":
        folded.append(" ")
    return folded


def _space(c):
    return c in SPACES or (unicodedata.category(c) in ("Zs", "Zl", "Zp") and c not in "\u00a0\u2007\u202f")


def _lower(c):
    lower = c.lower()
    return lower if len(lower) == 1 else lower[0]  # one character for one, as in Java: a dotted capital I


def _letter(c):
    return unicodedata.category(c) in ("Lu", "Ll", "Lt", "Lm", "Lo", "Nd")


def _words(folded):
    before, start = OFFSET, 1
    while start < len(folded):
        end = start + 1
        if _letter(folded[start]):
            while _letter(folded[end]):
                end += 1
        if folded[start] != " ":
            word = PRIME * _hash(folded, start, end) & MASK
            yield word
            yield _mixed((31 * before + word) & MASK)
            before = word
        start = end
    yield _mixed(31 * before & MASK)


def _hash(chars, start, end):
    value = OFFSET
    for i in range(start, end):
        value = (value ^ ord(chars[i])) * PRIME & MASK
    return _mixed(value)


def _mixed(value):
    high = (value ^ value >> 16) * 0x7FEB352D & MASK
    return high ^ high >> 15
