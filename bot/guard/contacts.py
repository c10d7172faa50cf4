"""Phone numbers, e-mail addresses, postcodes and streets, where they are a patient's."""

from bot.guard.reading import Reading
from bot.guard.words import COMPOUNDS, ONE_PATIENT, any_of, pattern, words_of

_BEFORE, _AFTER = 90, 60  # characters in which the owner is looked for
_BESIDE = 16

BRITISH_PHONE = (
    r"(?=[+(0])(?<![\w.+])(?:\(?(?:\+|00) ?44\)?[ .-]{0,2}(?:\(0\))?|\(?0)[ .-]{0,2}\d(?:[ ().-]{0,3}\d){8,9}(?!\d)"
)
_PHONE = pattern(rf"{BRITISH_PHONE}|(?=\+)(?<![\w.+])\+[1-9](?:[ ().-]{{0,2}}\d){{7,13}}(?!\d)")
_MOBILE = pattern(r"\D*(?:(?:\+|00)\s?44\D{0,5}|0\D{0,2})7")
_AT = r"(?: ?@ ?| ?[\[(]at[\])] ?)"
EMAIL = rf"(?<![\w.+-])[\w.+-]{{1,64}}{_AT}[a-z\d-]{{1,63}}(?:\.[a-z\d-]{{1,63}}){{1,6}}"
_EMAIL = pattern(EMAIL)
_PUBLIC_BODY = pattern(r"(?:nhs\.net|nhs\.uk|gov\.uk|ac\.uk|police\.uk|nhs\.org)\Z")
# "Do we reply to ...? It's a patient asking."
_PATIENT_AFTER = pattern(rf"[^@\n]{{0,60}}?(?:{ONE_PATIENT})")
_HERS = pattern(r"\b(?:her|his|patient'?s?|pt'?s?)(?: own| home| personal)? (?:e-?mail|address|addr)\b")

_AREAS = words_of(
    """
    AB|AL|B|BA|BB|BD|BH|BL|BN|BR|BS|BT|CA|CB|CF|CH|CM|CO|CR|CT|CV|CW|DA|DD|DE|DG|DH|DL|DN|DT|DY|E|EC|EH|EN|EX|FK|FY|G
    GL|GU|HA|HD|HG|HP|HR|HS|HU|HX|IG|IP|IV|KA|KT|KW|KY|L|LA|LD|LE|LL|LN|LS|LU|M|ME|MK|ML|N|NE|NG|NN|NP|NR|NW|OL|OX|PA
    PE|PH|PL|PO|PR|RG|RH|RM|S|SA|SE|SG|SK|SL|SM|SN|SO|SP|SR|SS|ST|SW|SY|TA|TD|TF|TN|TQ|TR|TS|TW|UB|W|WA|WC|WD|WF|WN|WR
    WS|WV|YO|ZE
    """
)
_POSTCODE = pattern(r"(?<![\w£.])([a-z]{1,2})\d[a-z\d]?[ -]{0,2}[\do](?!(?-i:st|nd|rd|th)\b)[abd-hjlnp-uw-z]{2}\b")

_NOT_A_STREET = any_of(
    """
    weeks?|days?|months?|years?|yrs?|hours?|minutes?|patients?|pts?|people|on|in|the|a|an|of|to|is|are|by|from|per
    and|or
    for|with|at|million|thousand|objectives?|domains?|practices|ccgs?|points?|times?|percent|parts?|more|yr|mins|wks?
    old
    """
)
_STREET = pattern(
    rf"(?<![\w£.])\d{{1,4}}[a-z]?,? (?:(?:(?!(?:{_NOT_A_STREET})\b)[a-z][a-z'.-]{{1,20}} ){{1,3}}"
    r"(?:street|str?|road|rd|avenue|ave?|lane|ln|close|cl|drive|dr|way|court|ct|crescent|cres|gardens|gdns|grove|"
    r"terrace|"
    r"place|square|sq|hill|walk|row|mews|rise|green|parade|park|villas?|cottages?|house|view)|"
    r"the (?:crescent|close|green|parade|grove|avenue|drive|square|street|lane|mews|row|walk|terrace|hill|limes|"
    r"elms))\b"
)
_IS_PATIENTS = pattern(
    r"\W{0,3}(?:(?:is|was|thats|that's|=|-|for) (?:the |my |our |this )?(?:pt|patient|her|his)(?:'?s)?\b|"
    r"(?:pt|patient|her|his)(?:'?s)? (?:mobile|mob|phone|tel|number|email|e-mail|address|postcode|home|contact)\b)"
    rf"(?! (?:{COMPOUNDS})\b)"
)


def has_phone(reading: Reading) -> bool:
    """A patient's number; a mobile also where nobody says whose it is."""
    for found in _PHONE.finditer(reading.text):
        is_patients = _is_patients(reading, *found.span())
        if is_patients or (is_patients is None and _MOBILE.match(found[0]) and not _is_others(reading, found.end())):
            return True
    return False


def has_email(reading: Reading) -> bool:
    """A patient's address; one of the NHS or the Government only where the text says it is hers or his."""
    for found in _EMAIL.finditer(reading.text):
        start, end = found.span()
        if _PUBLIC_BODY.search(found[0]):
            hers = _HERS.search(reading.text, max(0, start - 30), start)
            # "Our CCG lead gave her address as ..."
            if hers and reading.others.last_before(hers.start()) < hers.start() - _BESIDE:
                return True
        elif _is_patients(reading, start, end) or _is_patients_by_what_follows(reading, start, end):
            return True
    return False


def _is_patients_by_what_follows(reading: Reading, start: int, end: int) -> bool:
    """Whether a patient is named soon after and nobody else before her."""
    after = _PATIENT_AFTER.match(reading.text, end)
    return after is not None and reading.others.last_before(after.end()) < start - _BEFORE


def has_postcode(reading: Reading) -> bool:
    found = (match.span() for match in _POSTCODE.finditer(reading.text) if match[1].upper() in _AREAS)
    return any(_is_where_a_patient_lives(reading, *span) for span in found)


def has_address(reading: Reading) -> bool:
    return any(_is_where_a_patient_lives(reading, *found.span()) for found in _STREET.finditer(reading.text))


def _is_patients(reading: Reading, start: int, end: int) -> bool | None:
    """Whether whoever is named last before it is a patient; None when nobody is named."""
    if _IS_PATIENTS.match(reading.text, end):
        return True
    patient, other = reading.patients.last_before(start), reading.others.last_before(start)
    if max(patient, other) < start - _BEFORE:
        return None
    return patient > other


def _is_where_a_patient_lives(reading: Reading, start: int, end: int) -> bool:
    """As `_is_patients`; where nobody is named before, whoever is named first after it counts."""
    is_patients = _is_patients(reading, start, end)
    if is_patients is None:
        patient = reading.patients.first_after(end)
        return patient <= end + _AFTER and patient < reading.others.first_after(end)
    return is_patients


def _is_others(reading: Reading, end: int) -> bool:
    return reading.others.first_after(end) <= end + _AFTER
