"""Names of patients: a name that the words around it make a patient's. Names of staff and public figures pass."""

import re

from bot.guard.people import GIVEN, GIVEN_TOO, NO_NAMES, PUBLIC_SURNAMES, SURNAMES, is_public_figure
from bot.guard.reading import Reading
from bot.guard.words import ONE_PATIENT, RELATION, pattern, words_of

_NEAR = 90  # characters between a name with a title and what shows that it is a patient's
_NEAR_UNTITLED = 60  # the same for a name without a title
_MOST_BETWEEN = 4  # characters between the words of one name

_WORD = re.compile(r"[A-Za-z][A-Za-z'-]*")
_TITLE = r"(?:(?:mr (?:and|&) )?mrs|mr|miss|ms|master|mstr)\b\.?"
_INITIALS = r"(?:[A-Za-z]\.? ){0,2}"
_TITLED = pattern(rf"\b({_TITLE}) ({_INITIALS})([a-z][a-z'-]+)")

# What may stand between "patient" and a name: "patient's name is", "pt:", "my mum".
_LINK = r"(?: is| was|:| -|,|\.| \()? ?(?:(?:called|named) )?"
_BEFORE_NAME = pattern(
    rf"(?:{ONE_PATIENT}|\bof (?:my|our|the|your) (?:[a-z]{{3,10}} )?patients|"
    rf"\b(?:patients|pts)(?=:)|\b(?:my|our|his|her) {RELATION})"
    rf"{_LINK}(?={_TITLE} |[a-z])"
)
_NAMED = pattern(
    rf"(?:(?:{ONE_PATIENT}|\b(?:gentleman|lady|chap|man|woman|boy|girl|child|baby)) (?:called|named|by the name of)|"
    r"\b(?:patients?|pts?)(?:'s)? (?:full |sur)?name(?: is| was|:| -|=)?) ?(?=[a-z])"
)
_OURS = re.compile(r"\W?(?:my|our) (?:patient|pt) \Z")
# Somebody one works with, unless the text says what happened to them.
_SPOKEN_TO = pattern(r"\b(?:ask|hi|hello|dear|thanks|thank you|email|e-mail|cc|by|with|told|colleagues?|follows?) \Z")
_SPEAKS = pattern(
    r",? (?:said|says|asked|spoke|wrote|writes|thinks|told|will|would|is coming|presented|from|at|of|who|to|and|or)\b"
)
_SUBJECT_LINE = pattern(r"\bre:? \Z")

# Doctors, ministers and hospitals.
_HONOURS = frozenset(words_of("dr|sir|dame|lord|lady|baroness|prof|professor|st|saint|earl|minister|nurse"))


def has_name(reading: Reading) -> bool:
    return _has_after_patient(reading) or _has_titled(reading) or _has_untitled(reading)


def _has_after_patient(reading: Reading) -> bool:
    """ "My patient John", "pt: Ahmed Khan", "a lady called Kowalski"."""
    text = reading.text
    for found in _BEFORE_NAME.finditer(text):
        name = _WORD.match(text, found.end())
        if titled := _TITLED.match(text, found.end()):
            if _may_be_name(titled[3]) and not _is_staff(reading, *titled.span()):
                return True
        elif name and _is_name(text, name, after_pt=text[max(0, found.start() - 4) : found.end()]):
            end = name.end() + 20
            if not _is_public(text, name.start(), end) and not _is_staff(reading, found.start(), name.end()):
                return True
    named = (name for found in _NAMED.finditer(text) if (name := _WORD.match(text, found.end())))
    return any(_may_be_name(name[0]) and not _is_public(text, name.start(), name.end() + 20) for name in named)


def _is_name(text: str, name: re.Match[str], after_pt: str) -> bool:
    """Whether the word after "patient" is a name, by itself or by its capital and the next one's."""
    first = name[0].lower().removesuffix("'s")
    following = _WORD.match(text, name.end() + 1)
    has_two_capitals = _is_capital(name[0]) and following is not None and _is_capital(following[0])
    if first in GIVEN_TOO:
        return has_two_capitals or (following is not None and following[0].lower() in SURNAMES)
    # "Patient Access Project" is a heading; "pt Xyz Abc" and "my patient Xyz Abc" are not.
    is_heading = "Patient" in after_pt and ":" not in after_pt
    is_one_capital = _is_capital(name[0]) and name[0][1:].islower() and _OURS.match(after_pt) is not None
    return first in GIVEN or first in SURNAMES or is_one_capital or (has_two_capitals and not is_heading)


def _has_titled(reading: Reading) -> bool:
    """Mrs and a surname, near to what happens to patients or where nothing says that she is a colleague."""
    for found in _TITLED.finditer(reading.text):
        start, end = found.span()
        surname = found[3].lower().removesuffix("'s")
        if not _may_be_name(surname) or _is_staff(reading, start, end):
            continue
        if surname in PUBLIC_SURNAMES:
            if reading.personal.near(start, end, _NEAR, _NEAR):
                return True
            continue
        is_near = reading.events.near(start, end, _NEAR, _NEAR) or reading.patients.near(start, end, _NEAR, _NEAR)
        # "Miss", "ms" and "master" are words too: we miss targets, MS Office, a master copy.
        is_word = not found[1].lower().startswith("mr") and surname not in SURNAMES and not surname.startswith("o'")
        if is_word:
            is_name = found[1].istitle() and found[3][0].isupper() and (is_near or found[1] == "Miss")
        else:
            speaks = _SPOKEN_TO.search(reading.text, max(0, start - 14), start) or _SPEAKS.match(reading.text, end)
            is_name = is_near or not speaks
        if is_name:
            return True
    return False


def _has_untitled(reading: Reading) -> bool:
    """A given name, with a surname or without, near to what happens to one person and to no policy."""
    text = reading.text
    words = list(_WORD.finditer(text))
    for place, name in enumerate(words):
        first = name[0].lower().removesuffix("'s")
        if first not in GIVEN and first not in GIVEN_TOO:
            continue
        surname = words[place + 1] if place + 1 < len(words) else None
        if surname and (surname.start() - name.end() > _MOST_BETWEEN or not _may_be_name(surname[0])):
            surname = None
        is_name = (first in GIVEN and (surname or _is_capital(name[0]))) or (
            surname and _is_capital(name[0]) and _is_capital(surname[0])
        )
        if not is_name or (place and words[place - 1][0].lower() in _HONOURS):
            continue
        start, end = name.start(), (surname or name).end()
        if _is_public(text, start, end) or _is_staff(reading, start, end):
            continue
        is_subject = surname and _SUBJECT_LINE.search(text, max(0, start - 5), start)
        if is_subject or reading.personal.near(start, end, _NEAR_UNTITLED, _NEAR_UNTITLED):
            return True
    return False


def _is_capital(word: str) -> bool:
    return word[0].isupper() and len(word) > 1 and _may_be_name(word)


def _may_be_name(word: str) -> bool:
    return word.lower().removesuffix("'s") not in NO_NAMES


def _is_public(text: str, start: int, end: int) -> bool:
    """Whether the two words from `start` on name a public figure: "Andrew Lansley", "andrew lansleys"."""
    return is_public_figure([word[0].lower().removesuffix("'s") for word in _WORD.finditer(text, start, end)])


def _is_staff(reading: Reading, start: int, end: int) -> bool:
    """Whether a job stands right before the name or soon after: "our chair Mrs Green", "Mrs Green, our chair"."""
    return reading.staff.near(start, end, before=4, after=14)
