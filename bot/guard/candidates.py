"""What in a text may be somebody's name, address, number or e-mail address, whoever's it is."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from bot.guard.contacts import BRITISH_PHONE, EMAIL
from bot.guard.lexicon import Sort, may_be_slip, sort_of
from bot.guard.people import GIVEN_WORDS, NO_NAMES, PUBLIC_SURNAMES, is_public_figure
from bot.guard.words import RELATION, pattern, words_of

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
    FAMILY = 10  # "the Duckworths", "the Kowalczyk twins"
    LETTERS = 11  # initials alone
    WORDS = 12  # two names that are words too, in small letters
    ALONE = 13  # a single word that may be a name
    HONOURED = 14  # "Sir Geoffrey Tarn"


@dataclass(frozen=True)
class Candidate:
    start: int
    end: int
    shape: Shape
    stands_for: str  # what is read in its place

    @property
    def is_name(self) -> bool:
        return self.shape <= Shape.TURNED or self.shape > Shape.DATE


_WORD = re.compile(r"[A-Za-z][A-Za-z'-]*")
_BETWEEN = re.compile(r"\.? |\.")
_TITLES = {"mr": "Mr", "mrs": "Mrs", "miss": "Miss", "ms": "Ms", "master": "Master"}
_HONOURS = frozenset(words_of("dr|drs|doctor|sir|dame|lord|lady|baroness|prof|professor|st|saint|earl"))
# Patients bear these as well; doctors and hospitals bear the others.
_HONOURED = pattern(
    r"\b(?:sir|dame|lord|lady|baroness|rev(?:erend)?(?: canon)?|canon|father|fr|captain|capt|major|colonel|col|pc)\.? "
    r"(?-i:[A-Z][A-Za-z'-]+(?: (?:[A-Z]\.? )?[A-Z][A-Za-z'-]+){0,2})"
)
_PARTICLES = frozenset(words_of("al|el|de|di|da|von|van|der|le|la|ni|bin|ibn|o|du|dos|mac"))
_AND = frozenset({"and"})
_MONTHS_AND_DAYS = frozenset(
    words_of(
        "jan|january|feb|february|march|april|may|june|july|aug|august|sept|september|oct|october|nov|november|dec|"
        "december|monday|tuesday|wednesday|thursday|friday|saturday|sunday|xmas|christmas|easter"
    )
)
_NEVER = NO_NAMES | _MONTHS_AND_DAYS | _HONOURS
_SAID_OF_A_NAME = frozenset(words_of("little|wee|poor|old|young|dear|good|sister|nurse|matron"))  # "little Aoife"
_FIELDS = frozenset(words_of("field|fields|park|gate|lake|street|bank|land|day|light|water|waters|dale|mill|house"))
_NO_FAMILIES = frozenset(
    words_of("lords|commons|netherlands|boards|midlands|highlands|states|philippines|jones|trusts")
)

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
_FAMILY = pattern(
    r"\b(?:the|all the|all of the|those|them|both)(?: [a-z]{3,9})? ([a-z][a-z'-]{2,20})'?s?,? "
    r"(?:family|twins|triplets|children|childrens|kids?|boys?|girls?|lads?|brothers?|sisters?|siblings|lot|baby|babies|"
    r"household|couple)\b|"
    r"\b(?:the|all the|all of the|those|them|both) ((?-i:[A-Z])[a-z'-]{2,20}s)(?! [A-Z])\b|"
    r"\bbaby (?:boy |girl |of )?((?-i:[A-Z])[a-z'-]{2,20})\b"
)
_LETTERS = re.compile(
    r"(?<![\w.@])(?!(?:G\.P|N\.H\.S|U\.K|D\.O\.B|P\.C\.T|B\.M\.A|U\.S|A\.M|P\.M|E\.G|I\.E|A\.Q\.P|D\.E\.S|L\.E\.S)\b)"
    r"[A-Z](?:\.[A-Z](?:['-][A-Z])?){1,3}\.?(?![\w@])"
)
# What somebody does that no policy does; after a word that may be a name.
_DOES = pattern(
    rf"(?:'s|s)? (?:{RELATION}|missus|hubby|carer|family|partner|parents|nanna|nana|da|mam|kids?)\b|"
    r",?(?: has| have| had)?(?: just| again)? (?:rang|rung|phoned|came in|came back|come in|been in|been told|"
    r"popped in|turned up|wants|needs|keeps|kicked off|hasn'?t|hasnt|is asking|is back|is our|is my|is dying|is on|"
    r"is in|was seen|who we|from the|at number|at no\b|on the phone|on oxygen|in reception"
    r"|in clinic|on ward|in the (?:asthma|waiting|"
    r"diabetic|leg|baby)|the (?:postman|milkman|baker|butcher|farmer|window cleaner|taxi driver|vicar|one who)|"
    r"and (?:her|his) (?:newborn|baby|mum|wife|husband|kids|children)|died|fell)\b|"
    r",? (?:aged )?\d{1,2}(?!\w| ?%| ?(?:weeks?|wks?|months?|days?|million|practices|patients|of)\b)"
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
    names: list[Candidate] = []
    for name in (*_set_phrases(text), *_names(text)):
        if not any(name.start < end and start < name.end for start, end in taken):
            names.append(name)
            if name.shape > Shape.DATE:
                taken.append((name.start, name.end))
    return sorted([*contacts, *names], key=lambda one: one.start)


def _contacts(text: str) -> Iterator[Candidate]:
    for shape, (form, stands_for) in _CONTACTS.items():
        for found in form.finditer(text):
            yield Candidate(*found.span(), shape, stands_for)


def _set_phrases(text: str) -> Iterator[Candidate]:
    """Families, people with a title of honour, and initials alone."""
    for found in _FAMILY.finditer(text):
        name = found[1] or found[2] or found[3]
        sort = sort_of(name)
        is_name = sort is Sort.NAME or (sort is Sort.UNLISTED and (name[0].isupper() or not may_be_slip(name.lower())))
        if name.lower() not in _NEVER | _NO_FAMILIES and (is_name or (sort is Sort.NAME_TOO and name[0].isupper())):
            yield Candidate(*found.span(), Shape.FAMILY, "the Smith family")
    for found in _HONOURED.finditer(text):
        plain = [word.lower() for word in found[0].split()]
        if not is_public_figure(plain) and not is_public_figure(plain[1:]) and plain[-1] not in PUBLIC_SURNAMES:
            yield Candidate(*found.span(), Shape.HONOURED, "Mr Smith")
    for found in _LETTERS.finditer(text):
        yield Candidate(*found.span(), Shape.LETTERS, "J Smith")


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
        if not name and (name := _of_words(text, words, at)):
            run = 2 if name.shape is Shape.WORDS else 1
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
    if plain in _NEVER or plain in _TITLES or (not place and plain in _SAID_OF_A_NAME):
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


def _of_words(text: str, words: Sequence[re.Match[str]], at: int) -> Candidate | None:
    """ "hope springs", and "jools from the hostel": words that are names only by what they stand beside."""
    word = words[at][0]
    plain = word.lower()
    own = plain.removesuffix("'s")
    is_given = own in GIVEN_WORDS
    if not is_given and (own in _NEVER | _SAID_OF_A_NAME | PUBLIC_SURNAMES or own in _TITLES or len(own) < 3):
        return None
    if word.isupper() and len(word) <= MOST_CAPITAL:
        return None
    sort = sort_of(own)
    if is_given and word.islower() and own == plain and at + 1 < len(words):
        following = words[at + 1]
        after = following[0].lower().removesuffix("'s")
        is_beside = text[words[at].end() : following.start()] == " "
        is_two = is_beside and len(after) > 2 and (after not in _NEVER or after in _FIELDS)
        sort_after = sort_of(after)
        if is_public_figure([own, after]):
            return None
        is_surname = sort_after in (Sort.NAME_TOO, Sort.NAME) or after in _FIELDS
        if is_two and (is_surname or (sort_after is Sort.UNLISTED and not may_be_slip(after))):
            return Candidate(words[at].start(), following.end(), Shape.WORDS, "John Smith")
    is_rare = sort is Sort.UNLISTED and not may_be_slip(own)
    does = _DOES.match(text, words[at].start() + len(own))
    tail = "'s" if plain.endswith("'s") else ""
    if (is_rare and (word[0].isupper() or does)) or (does and is_given):
        return Candidate(words[at].start(), words[at].end(), Shape.ALONE, "John" + tail)
    return None


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
