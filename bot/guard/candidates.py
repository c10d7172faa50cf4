"""What in a text may be somebody's name, address, number or e-mail address, whoever's it is."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from bot.guard.contacts import BRITISH_PHONE, EMAIL
from bot.guard.lexicon import Sort, sort_of
from bot.guard.people import NO_NAMES, PUBLIC_SURNAMES, is_public_figure
from bot.guard.words import pattern, words_of

MOST_WORDS = 4  # of one name
MOST_CAPITAL = 5  # letters of an abbreviation


class Shape(IntEnum):
    """How a candidate looks."""

    TITLED = 0
    FULL = 1  # two names or more
    INITIALS = 2  # and a surname
    FIRST = 3  # a single name
    TURNED = 4  # "Singh, Harjit"
    EMAIL = 5
    PHONE = 6
    POSTCODE = 7
    STREET = 8
    DATE = 9  # written as a day


@dataclass(frozen=True)
class Candidate:
    start: int
    end: int
    shape: Shape
    stands_for: str  # what is read in its place

    @property
    def is_name(self) -> bool:
        return self.shape <= Shape.TURNED


_WORD = re.compile(r"[A-Za-z][A-Za-z'-]*")
_BETWEEN = re.compile(r"\.? |\.")
_TITLES = {"mr": "Mr", "mrs": "Mrs", "miss": "Miss", "ms": "Ms", "master": "Master"}
_HONOURS = frozenset(words_of("dr|drs|doctor|sir|dame|lord|lady|baroness|prof|professor|st|saint|earl"))
_PARTICLES = frozenset(words_of("al|el|de|di|da|von|van|der|le|la|ni|bin|ibn|o|du|dos|mac"))
_AND = frozenset({"and"})
_MONTHS_AND_DAYS = frozenset(
    words_of(
        "jan|january|feb|february|march|april|may|june|july|aug|august|sept|september|oct|october|nov|november|dec|"
        "december|monday|tuesday|wednesday|thursday|friday|saturday|sunday|xmas|christmas|easter"
    )
)
_NEVER = NO_NAMES | _MONTHS_AND_DAYS | _HONOURS

_EMAIL = pattern(
    rf"{EMAIL}|"
    r"(?<![\w.+-])[\w.+-]{2,64} at [a-z\d-]{1,63} dot [a-z]{2,10}(?: dot [a-z]{2,10})?\b"
)
_PHONE = pattern(BRITISH_PHONE)
_POSTCODE = pattern(r"(?<![\w£.])[a-z]{1,2}\d[a-z\d]?[ -]{0,2}\d(?!(?:st|nd|rd|th)\b)[abd-hjlnp-uw-z]{2}\b")
_ROAD = (
    r"(?:street|str?|road|rd|avenue|ave|lane|ln|close|cl|drive|dr|way|court|ct|crescent|cres|gardens|gdns|grove|"
    r"terrace|place|square|sq|hill|walk|row|mews|rise|green|parade|park|villas?|cottages?|house|view|yard|bank|croft|"
    r"fold|buildings|lodge|farm|gate|mount|approach|fields?|meadows?|bay)"
)
_STREET = pattern(
    rf"(?<![\w£.])(?:(?:flat|apt|apartment|room|plot|unit|house number|no\.?) )?\d{{1,4}}[a-z]?,? "
    rf"(?:on |at )?(?:[a-z][a-z'.-]{{1,20}} ){{1,3}}{_ROAD}\b|"
    r"(?<!\w)(?:flat|apt|apartment) \d{1,3}[a-z]?\b|"
    r"(?<![\w£.])\d{1,4}[a-z]?,? the [a-z]{3,20}s\b|"
    rf"(?<!\w)the (?:[a-z]{{3,20}} ){{0,1}}[a-z]{{3,20}}, (?:[a-z][a-z'-]{{1,20}} ){{1,2}}{_ROAD}\b|"
    rf"(?<!\w)(?:[a-z][a-z'-]{{2,20}} ){{1,2}}(?:cottage|villa|farm|lodge),? (?:[a-z][a-z'-]{{1,20}} ){{1,2}}{_ROAD}\b"
)
# Of 2012 and later are the dates of policies.
_YEAR = r"(?:19\d\d|200\d|201[01]|(?!1[2-9])\d\d)"
_DATE = pattern(
    rf"(?<![\d./-])\d{{1,2}} {{0,2}}[-/.] {{0,2}}\d{{1,2}} {{0,2}}[-/.] {{0,2}}{_YEAR}(?![\d/-])|"
    r"(?<!\d)\d{1,2}(?:st|nd|rd|th)?(?: of)? (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*,? "
    rf"{_YEAR}(?!\d)"
)
_CONTACTS = {
    Shape.EMAIL: (_EMAIL, "john@mail.com"),
    Shape.PHONE: (_PHONE, "01234 567890"),
    Shape.POSTCODE: (_POSTCODE, "AB1 2CD"),
    Shape.STREET: (_STREET, "12 High Street"),
    Shape.DATE: (_DATE, "1 May 1950"),
}


def candidates(text: str) -> list[Candidate]:
    """In the order of the text; names do not overlap each other or a contact."""
    contacts = list(_contacts(text))
    taken = [(one.start, one.end) for one in contacts if one.shape in (Shape.EMAIL, Shape.STREET)]
    names = [name for name in _names(text) if not any(name.start < end and start < name.end for start, end in taken)]
    return sorted([*contacts, *names], key=lambda one: one.start)


def _contacts(text: str) -> Iterator[Candidate]:
    for shape, (form, stands_for) in _CONTACTS.items():
        for found in form.finditer(text):
            yield Candidate(*found.span(), shape, stands_for)


def _names(text: str) -> Iterator[Candidate]:
    words = list(_WORD.finditer(text))
    shouts = sum(word[0].isupper() for word in words if len(word[0]) > 2) > len(words) / 2
    at = 0
    while at < len(words):
        if words[at][0].lower() in _HONOURS and words[at][0] != "lady":
            at += 1 + _doctor(text, words, at + 1)
            continue
        run = _run(text, words, at, shouts)
        name = _name(text, words, at, run, shouts) if run else None
        if name:
            yield name
        at += max(run, 1)


def _doctor(text: str, words: Sequence[re.Match[str]], at: int) -> int:
    """How many words from `at` on are the doctor's own name, without a comma."""
    length = 0
    while at + length < len(words) and length < 3:
        word = words[at + length]
        if not re.fullmatch(r"\.? ", text[words[at + length - 1].end() : word.start()]):
            break
        if length and not (word[0][0].isupper() or sort_of(word[0]) is Sort.NAME):
            break
        length += 1
    return length


def _run(text: str, words: Sequence[re.Match[str]], at: int, shouts: bool) -> int:
    """How many words from `at` on may be parts of one name; 0 for none."""
    length = 0
    while at + length < len(words) and length < MOST_WORDS:
        word = words[at + length]
        if length and not _BETWEEN.fullmatch(text, words[at + length - 1].end(), word.start()):
            turned = length == 1 and text[words[at].end() : word.start()] == ", " and word[0][0].isupper()
            if not turned:
                break
        before = words[at + length - 1][0] if length else ""
        if before.lower().endswith("'s"):
            break
        # "Keith may"; but "keith hill", "Keith Hill".
        falls = len(before) > 1 and before[0].isupper() and word[0][0].islower() and sort_of(word[0]) is not Sort.NAME
        if not (
            _may_be_part(word[0], length, shouts) and not (falls and word[0].lower() not in _PARTICLES)
        ) and not _joins(words, at, length):
            break
        length += 1
    while length and words[at + length - 1][0].lower() in _PARTICLES | _AND:
        length -= 1
    return length


def _joins(words: Sequence[re.Match[str]], at: int, length: int) -> bool:
    """The middle of "Sam and Di Prescott"."""
    if words[at + length][0].lower() not in _AND or length != 1 or at + 3 >= len(words):
        return False
    first, second = words[at + length + 1][0], words[at + length + 2][0]
    return _may_be_part(first, 1, False) and sort_of(second) is Sort.NAME and second.lower() not in _NEVER


def _may_be_part(word: str, place: int, shouts: bool) -> bool:
    plain = word.lower().removesuffix("'s")
    if not place and plain in _TITLES:
        return True
    if plain in _NEVER or plain in _TITLES:
        return False
    if len(word) == 1:
        return (word.isupper() and word not in "IA") or (not place and word not in "iau")
    if plain in _PARTICLES:
        return bool(place) or plain == "al"
    if word.isupper() and not shouts and len(word) <= MOST_CAPITAL:
        return False
    sort = sort_of(word)
    is_capital = word[0].isupper()
    return (
        sort == Sort.NAME
        or (sort == Sort.NAME_TOO and (is_capital or place > 0))
        or (sort == Sort.UNLISTED and (is_capital or place > 0))
    )


def _name(text: str, words: Sequence[re.Match[str]], at: int, length: int, shouts: bool) -> Candidate | None:
    parts = [word[0] for word in words[at : at + length]]
    start, end = words[at].start(), words[at + length - 1].end()
    title = _TITLES.get(parts[0].lower())
    if title:
        return _titled(text, words, at, length, title)
    plain = [part.lower().removesuffix("'s") for part in parts]
    if is_public_figure(plain):
        return None
    initials = sum(len(part) == 1 for part in parts)
    full = [part for part in parts if len(part) > 1 and part.lower() not in _PARTICLES | _AND]
    sorts = [sort_of(part) for part in full]
    known = sorts.count(Sort.NAME)
    capitals = sum(part[0].isupper() for part in full) if not shouts else 0
    if not full or (len(full) == 1 and not initials and (not known or plain[0] in PUBLIC_SURNAMES)):
        return None
    if not known and (capitals < len(full) or (len(full) == 1 and Sort.WORD in sorts)):
        return None
    if initials and len(full) == 1 and not known and not capitals:
        return None
    tail = "'s" if parts[-1].lower().endswith("'s") else ""
    if "," in text[start:end]:
        return Candidate(start, end, Shape.TURNED, "John Smith" + tail)
    if len(full) > 1:
        return Candidate(start, end, Shape.FULL, "John Smith" + tail)
    if initials:
        return Candidate(start, end, Shape.INITIALS, "J Smith" + tail)
    return Candidate(start, end, Shape.FIRST, "John" + tail)


def _titled(text: str, words: Sequence[re.Match[str]], at: int, length: int, title: str) -> Candidate | None:
    """Takes the word after a title whatever it is, if only it is no function word."""
    last = at + length - 1
    if length == 1:
        following = words[at + 1] if at + 1 < len(words) else None
        if following is None or not _BETWEEN.fullmatch(text, words[at].end(), following.start()):
            return None
        if following[0].lower() in _NEVER or len(following[0]) < 2:
            return None
        is_word = title in ("Miss", "Ms", "Master") and not following[0][0].isupper()
        if is_word and sort_of(following[0]) is Sort.WORD:
            return None
        last = at + 1
    surname = words[last][0].lower().removesuffix("'s")
    if surname in PUBLIC_SURNAMES:
        return None
    tail = "'s" if words[last][0].lower().endswith("'s") else ""
    return Candidate(words[at].start(), words[last].end(), Shape.TITLED, f"{title} Smith{tail}")
