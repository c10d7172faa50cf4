"""NHS numbers and National Insurance numbers."""

import re
from itertools import accumulate

from nhs_number.validate import is_valid

from bot.guard.reading import Reading
from bot.guard.words import pattern

_DIGITS = str.maketrans("OoIl|", "00111")
# Letters that stand for digits count only beside digits or by themselves.
_A_GROUP = r"(?:(?:(?<![A-Za-z0-9|])[OoIl|]{1,9})?\d[\dOoIl|]{0,40}|(?<![A-Za-z\d|])[OoIl|]{1,4}(?![A-Za-z\d|]))"
_GROUP = re.compile(_A_GROUP)
_RUN = re.compile(rf"{_A_GROUP}(?:[\s._/~*(),-]{{1,4}}{_A_GROUP})*")
_SPOKEN_OF = pattern(r"nhs|patient|\bpt\b|\bher\b|\bhis\b|\bshe\b|\bhe\b")
_MONEY = re.compile(r"[£$€+]\s?\Z")
_USUAL = {(10,), (3, 3, 4)}
_THOUSANDS = (1, 3, 3, 3)

_NI = pattern(
    r"(?<![a-z\d])(?!bg|gb|kn|nk|nt|tn|zz)(?:[a-ceghj-pr-tw-z][a-ceghj-npr-tw-z]|qq)"
    r"(?:\d{6}|[ -]{1,2}\d{6}|[ -]{0,2}\d\d[ -]{1,2}\d\d[ -]{1,2}\d\d|[ -]{0,2}\d{3}[ -]{1,2}\d{3})"
    r"[ -]{0,2}([a-d])?(?![a-z\d])"
)
_NI_SPOKEN_OF = pattern(r"\bni\b|\bn\.i|nino|nat(?:\.|ional)? ins|insurance n")


def has_nhs_number(reading: Reading) -> bool:
    """A number that passes Modulus 11 in a range issued to patients, or in the synthetic 999, however it is spaced."""
    text = reading.text
    is_spoken_of = bool(_SPOKEN_OF.search(text))
    return any(_is_among(text, *run.span(), is_spoken_of) for run in _RUN.finditer(text) if len(run[0]) >= 10)


def _is_among(text: str, start: int, end: int, is_spoken_of: bool) -> bool:
    """Whether neighbouring groups of digits are a patient's number; in unusual groups only if they are all there is."""
    groups = list(_GROUP.finditer(text, start, end))
    digits = "".join(group[0] for group in groups).translate(_DIGITS)
    ends = list(accumulate(len(group[0]) for group in groups))
    last_at = {position: index for index, position in enumerate(ends)}
    for first, position in enumerate([0, *ends[:-1]]):
        if (last := last_at.get(position + 10)) is None or not _is_patients(digits[position : position + 10]):
            continue
        shape = tuple(len(group[0]) for group in groups[first : last + 1])
        is_likely = shape in _USUAL or len(shape) == len(groups) or is_spoken_of
        if is_likely and shape != _THOUSANDS:
            begins, stops = groups[first].start(), groups[last].end()
            if not _is_code(text, begins, stops) and not _MONEY.search(text[max(0, begins - 2) : begins]):
                return True
    return False


def _is_code(text: str, start: int, end: int) -> bool:
    """Part of a code or of a Slack id, such as U0123456789. Words that ran into the number make no code."""
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    starts_as_code = before[-1:].isalpha() and not (len(before) == 2 and before.isalpha())
    return starts_as_code or (after[:1].isalpha() and not after.isalpha())


def _is_patients(digits: str) -> bool:
    # Issued in England and Wales: 400 to 499 and 600 to 799 million; 999 is for made-up patients.
    is_issued = digits.startswith(("4", "6", "7", "999"))
    return is_issued and digits != "9999999999" and is_valid(digits)


def has_national_insurance(reading: Reading) -> bool:
    """A National Insurance number; one without its last letter only where the text speaks of one."""
    is_spoken_of = bool(_NI_SPOKEN_OF.search(reading.text))
    return any(found[1] or is_spoken_of for found in _NI.finditer(reading.text))
