"""Dates of birth: a date that the words around it make one."""

from bot.guard.dictated import DATE_IN_WORDS, MONTH
from bot.guard.reading import Reading, Spots
from bot.guard.words import pattern

_DATE = pattern(
    r"(?<![\d.])(?:\d{1,2} {0,2}[-/. \\\n] {0,2}\d{1,2} {0,2}[-/. \\\n] {0,2}(?:\d{4}|\d\d)|"
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|"
    rf"\d{{1,2}} ?(?:st|nd|rd|th)?(?: of)?[ -./]?(?: the )?{MONTH}(?:,? year)?[ ,.'-]{{0,3}}(?:\d{{4}}|\d\d)|"
    r"\b[a-z']{2,10} (?:day|eve),? (?:19|20)\d\d|"
    rf"{MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? (?:\d{{4}}|\d\d)|\d{{8}}|\d{{6}})(?![\d])|"
    rf"{DATE_IN_WORDS}"
)
# Said of one person. "Born" is said of cohorts and of institutions too.
_BIRTH = pattern(
    r"\b(?:dobs?|d\.? ?o\.? ?b\b\.?|(?:date|day) of (?:birth|brith|bith)|birth ?date|birth ?day|b\.?day|b\.(?= ?\d)|"
    r"born(?! (?:after|before|between|since|from|on or after|on or before|in or after)\b)|"
    r"came into (?:this|the) world)(?=[\W\d_]|\Z)"
)
_MANY = pattern(
    r"\b(?:babies|children|people|everyone|everybody|those|anyone|women|men|adults|"
    r"patients(?! (?:date of birth|dob) (?:is|was))|nhs|board|ccgs?|cohort|"
    r"mandate|"
    r"service|act|before|after|between|cut.?off|cutoff)\b"
)
# "Pt (f, 14/02/1988)": beside a patient, and before anything that a question about the mandate is about.
_LONG_AGO = pattern(r"(?:\A|\D)19\d\d(?:\D|\Z)")
_BETWEEN_THEM = 30  # characters
_BESIDE = 16


def has_date_of_birth(reading: Reading) -> bool:
    births = Spots(_BIRTH, reading.text)
    if not births.starts and not _LONG_AGO.search(reading.text):
        return False
    many = Spots(_MANY, reading.text)
    for found in _DATE.finditer(reading.text):
        start, end = found.span()
        if _LONG_AGO.search(found[0]) and reading.patients.last_before(start) >= start - _BESIDE:
            return True
        before, after = births.last_before(start), births.first_after(end)
        if start - before <= _BETWEEN_THEM and not _speaks_of_many(many, int(before), start):
            return True
        if after - end <= _BETWEEN_THEM and not _speaks_of_many(many, end, int(after)):
            return True
    return False


def _speaks_of_many(many: Spots, first: int, last: int) -> bool:
    """Whether the birth and its date, from `first` to `last`, are those of a cohort or of an institution."""
    return many.near(first, first, before=35, after=last - first)
