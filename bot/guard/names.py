"""Names of patients: a name that the words around it make a patient's. Names of staff and public figures pass."""

import re

from bot.guard.people import GIVEN, GIVEN_TOO, NO_NAMES, PUBLIC_SURNAMES, SURNAMES, is_public_figure
from bot.guard.reading import Reading
from bot.guard.words import ONE_PATIENT, PERSON, RELATION, pattern, words_of

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
_A_MAN_HERE = pattern(
    rf"\b(?:there'?s|there is|got|have|i've|we've) (?:an?|this|some) (?:(?:old|young|elderly|older) )?{PERSON}"
    r"(?: (?:here|in|outside|waiting|on the (?:phone|line)|at (?:the )?(?:desk|reception|window|counter)|"
    r"in reception)){0,2}"
    r",? (?:called |named )?(?=[a-z])"
)
_OURS = re.compile(r"\W?(?:[Mm]y|[Oo]ur) (?:patient|pt) \Z")
# Somebody one works with, unless the text says what happened to them.
_SPOKEN_TO = pattern(r"\b(?:ask|hi|hello|dear|thanks|thank you|email|e-mail|cc|by|with|told|colleagues?|follows?) \Z")
_SPEAKS = pattern(
    r",? (?:said|says|asked|spoke|wrote|writes|thinks|told|will|would|is coming|presented|from|at|of|who|to|and|or)\b"
)
# "Who leads on that?" "Ms Jones does."
_ANSWERS = pattern(r" (?:does|did|do|is|was|will)\W{0,3}\Z")
_NEW_SENTENCE = re.compile(r"(?:\A|[.?!\n]) {0,3}\Z")
_IS_OF_A_JOB = pattern(
    r"(?:'s)?(?: [A-Z][a-z]+)?(?:,| \(| -|, who is| who is| is| was|'s)?(?: our| the| my| an?)?(?: [a-z]+){0,2} "
    r"\(?(?:manager|nurse|matron|surgeon|consultant|cleaner|(?:parish |county )?councillor|chair|member|secretary|"
    r"receptionist|physio(?:therapist)?|pharmacist|midwife|registrar|director|governor|officer|teacher|pm|locum|mp|"
    r"anaesthetist|physician|psychiatrist|radiologist|cardiologist|paediatrician|solicitor|librarian|trainer)"
    r"(?!'?s?\w|'s(?! (?:contract|job|post|pay|leave|pension)\b)|"
    r" (?:says|said|appointment|appt|clinic|letter|review|list)\b)"
)
_HOUSE = pattern(
    r"(?:'s)? (?:hospice|foundation|society|trust|house|centre|center|unit|wing|institute|inquiry|nurses|charity|"
    r"academy|fund|health centre|medical centre|surgery|practice|"
    r"hospital(?! (?:app|letter|ref|stay|visit|rec|note|tran|want)))\b"
)
_SUBJECT_LINE = pattern(r"\bre:? \Z")

# "Patient E.H.W.", "pt initials KMT".
_INITIALS_OF = pattern(
    rf"(?:{ONE_PATIENT})'?s?,?(?: is| with)?(?:(?: \(?initials?:?(?: are| is)?:? (?-i:(?:[A-Z][.' -]{{0,2}}){{2,4}}))|"
    r"(?::| -)? (?-i:[A-Z]\.(?:[A-Z](?:['-][A-Z])?\.?){1,3}))(?!\w)|"
    r"\binitials? (?-i:(?:[A-Z]\.?){2,4})(?![\w]), ?(?:\d|she|he|born|aged)"
)
# "Surname: PENNY Forename: Jack", "Patient: MAY, June".
_FORM = pattern(
    r"\b(?:surname|last name|family name)[:=] {0,2}[a-z][a-z'-]+[,;]?\s{1,3}(?:forenames?|first names?|given names?|"
    r"christian name)[:=] {0,2}[a-z]|"
    r"\b(?:patient|pt|name)(?: name)?[:=] {0,2}(?-i:[A-Z][A-Z'-]+, ?[A-Z][a-z]+)\b"
)
_IS_PATIENT = re.compile(
    r"\b([A-Z][A-Za-z'-]+)(?:\)|,| \(|,? who| yes|,? she| he|\W{1,3}yes really, (?:s?he|it)){0,2}"
    r"(?: is|'s|'s also|, also|is)"
    r"(?: also| actually| now| both)? (?:an? |our |my |one of our |one of my )(?:registered |long.?standing |new )?"
    r"(?:patient (?:here|of ours|of mine|with us|at (?:this|our|the) (?:practice|surgery))|"
    r"patients?(?= with\b|\)|,? (?:and|but)\b|\Z|\. |, ))"
)

# Doctors, ministers and hospitals.
_HONOURS = frozenset(words_of("dr|sir|dame|lord|lady|baroness|prof|professor|st|saint|earl|minister|nurse"))


def has_name(reading: Reading) -> bool:
    return (
        _has_after_patient(reading)
        or _has_titled(reading)
        or _has_untitled(reading)
        or _INITIALS_OF.search(reading.text) is not None
        or _FORM.search(reading.text) is not None
        or _is_said_to_be_patient(reading.text)
    )


def _is_said_to_be_patient(text: str) -> bool:
    """ "Vikram (Vikram is our patient)", "Canon Thistlethwaite, who is a patient here"."""
    return any(_may_be_name(found[1]) and not _is_public(text, *found.span(1)) for found in _IS_PATIENT.finditer(text))


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
    for found in _A_MAN_HERE.finditer(text):
        name = _WORD.match(text, found.end())
        if name and name[0].lower() in GIVEN and not _is_staff(reading, *name.span()):
            return True
    named = (name for found in _NAMED.finditer(text) if (name := _WORD.match(text, found.end())))
    return any(_may_be_name(name[0]) and not _is_public(text, name.start(), name.end() + 20) for name in named)


def _is_name(text: str, name: re.Match[str], after_pt: str) -> bool:
    """Whether the word after "patient" is a name, by itself or by its capital and the next one's."""
    first = name[0].lower().removesuffix("'s")
    following = _WORD.match(text, name.end() + 1)
    has_two_capitals = _is_capital(name[0]) and following is not None and _is_capital(following[0])
    is_one_capital = _is_capital(name[0]) and name[0][1:].islower() and _OURS.match(after_pt) is not None
    if first in GIVEN_TOO:
        is_full = following is not None and following[0].lower() in SURNAMES
        return has_two_capitals or is_one_capital or is_full
    # "Patient Access Project" is a heading; "pt Xyz Abc" and "my patient Xyz Abc" are not.
    is_heading = "Patient" in after_pt and ":" not in after_pt
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
            is_name = is_near or not (speaks or _is_answer(reading.text, start, end))
        if is_name:
            return True
    return False


def _is_answer(text: str, start: int, end: int) -> bool:
    return bool(_NEW_SENTENCE.search(text, max(0, start - 4), start) and _ANSWERS.match(text, end))


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
    """Whether a job stands right before the name or soon after: "our chair Mrs Green", "Mrs Green, our chair".

    Or whether it is a house's name: "the Michael Sobell hospice".
    """
    is_staff = reading.staff.near(start, end, before=4, after=14)
    return is_staff or _IS_OF_A_JOB.match(reading.text, end) is not None or _HOUSE.match(reading.text, end) is not None
