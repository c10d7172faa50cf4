"""Misspell texts as people do who type fast, on a phone, or by ear: what the guard must not take for names."""

import random
import re
from collections.abc import Callable

_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_BESIDE = {
    key: row[max(0, place - 1) : place] + row[place + 1 : place + 2] for row in _KEYS for place, key in enumerate(row)
}
_TEXTING = {
    "you": "u", "your": "ur", "are": "r", "to": "2", "for": "4", "please": "pls", "people": "ppl", "what": "wot",
    "when": "wen", "does": "dose", "who": "hoo", "and": "n", "with": "wiv", "the": "teh", "that": "dat",
    "their": "there", "because": "cos", "before": "b4", "would": "wud", "should": "shud", "could": "cud",
    "about": "abt", "have": "av",
    "know": "no", "where": "were", "which": "wich", "friends": "frends", "really": "realy", "patient": "pashent",
    "patients": "pts", "doctor": "docter", "appointment": "apointment", "until": "til", "though": "tho",
    "through": "thru", "this": "dis", "want": "wnt", "any": "ne", "anyone": "ne1",
}  # fmt: skip
_BY_EAR = [
    ("ea", "ee"), ("ie", "ei"), ("ei", "ie"), ("ph", "f"), ("wh", "w"), ("ck", "k"), ("tion", "shun"), ("tion", "sion"),
    ("ough", "uff"), ("ght", "te"), ("kn", "n"), ("wr", "r"), ("ou", "ow"), ("ai", "ay"), ("ence", "ance"),
    ("ance", "ence"), ("able", "ible"), ("c", "k"), ("c", "s"), ("s", "z"), ("y", "i"), ("i", "y"), ("er", "a"),
    ("or", "er"), ("e", "i"), ("a", "e"), ("qu", "kw"), ("x", "ks"), ("oo", "u"), ("ee", "ea"), ("our", "or"),
    ("mm", "m"), ("ll", "l"), ("ss", "s"), ("tt", "t"), ("nn", "n"), ("rr", "r"), ("ate", "8"),
]  # fmt: skip
_WORD = re.compile(r"[A-Za-z]+(?:'[a-z]+)?")


def misspelt(text: str, chance: random.Random) -> str:
    """`text` with slips of one or several kinds: between one and about one a word. Its digits stay as they are."""
    manner = chance.random()
    if manner < 0.55:
        return _with_slips(text, chance, 1 + chance.randrange(5))
    share = chance.choice([0.15, 0.3, 0.5, 0.8])
    changes = chance.choice([(_texting, _by_ear), (_by_ear,), (_without_vowels, _texting), (_texting,), _ALL])
    changed = _WORD.sub(
        lambda word: chance.choice(changes)(word[0], chance) if chance.random() < share else word[0], text
    )
    if manner > 0.9:
        changed = changed.lower()
    return _with_slips(changed, chance, chance.randrange(3))


def _with_slips(text: str, chance: random.Random, slips: int) -> str:
    for _ in range(slips):
        places = [place for place, char in enumerate(text[:-1]) if not char.isdigit() and not text[place + 1].isdigit()]
        if places:
            text = _slip(text, chance.choice(places), chance)
    return text


def _slip(text: str, place: int, chance: random.Random) -> str:
    before, char, after = text[:place], text[place], text[place + 1 :]
    match chance.randrange(6):
        case 0:
            return before + after
        case 1:
            return before + after[0] + char + after[1:]
        case 2:
            return before + char + char + after
        case 3:
            return before + chance.choice("abcdefghijklmnopqrstuvwxyz") + after
        case 4:
            return before + chance.choice(_BESIDE.get(char.lower(), char)) + after
        case _:
            return before + char + chance.choice("abcdefghijklmnopqrstuvwxyz ") + after


def _texting(word: str, chance: random.Random) -> str:
    return _TEXTING.get(word.lower(), word)


def _by_ear(word: str, chance: random.Random) -> str:
    fitting = [pair for pair in _BY_EAR if pair[0] in word.lower()]
    if not fitting:
        return word
    heard, written = chance.choice(fitting)
    return word.replace(heard, written, 1)


def _without_vowels(word: str, chance: random.Random) -> str:
    return word[0] + re.sub("[aeiou]", "", word[1:]) if len(word) > 3 else word


_Change = Callable[[str, random.Random], str]
_ALL: tuple[_Change, ...] = (_texting, _by_ear, _without_vowels)
