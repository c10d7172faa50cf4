"""One plain form of a text, only for looking: never kept, never shown."""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from functools import cached_property

from bot.guard.dictated import with_digits
from bot.guard.words import EVENT, OTHERS, PATIENTS, PERSONAL, STAFF

_MOST_FOLDED = 3  # characters that one may turn into; the few that stand for a whole phrase become a space
_LOOK_ALIKES = dict(
    zip("АВЕКМНОРСТУХІЈЅаеорсухіјѕΑΒΕΖΗΙΚΜΝΟΡΤΥΧοıℓ∣", "ABEKMHOPCTYXIJSaeopcyxijsABEZHIKMNOPTYXoil|", strict=True)
)
_QUOTES = "‘’ʼ`´′"
_DIGIT_NAMES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_SPELT = {name: str(digit) for digit, name in enumerate(_DIGIT_NAMES)}

_DIGIT_EMOJI = re.compile(rf":({'|'.join(_SPELT)}):", re.IGNORECASE)
_CONTACT_LINK = re.compile(r"<(?:tel|mailto):([^|>\s]{1,200})(?:\|([^>]{0,200}))?>", re.IGNORECASE)
_MENTION = re.compile(r"<[@#!][^>\s]{1,100}>")
_MESSAGE_LINK = re.compile(r"https?://[^\s/<>|]{1,100}/archives/[^\s<>|]{1,200}", re.IGNORECASE)
_TIMESTAMP = re.compile(r"(?<!\d)1\d{9}\.\d{6}(?!\d)")


def readable(text: str) -> str:
    """`text` in plain letters and digits, without marks, invisible characters, Slack's mark-up and its timestamps."""
    folded = text.translate({ord(char): _fold(char) for char in set(text)})
    plain = folded.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    plain = _DIGIT_EMOJI.sub(lambda found: _SPELT[found[1].lower()], plain)
    plain = _CONTACT_LINK.sub(lambda found: f" {found[1]} ; {found[2] or ''} ", plain)
    return with_digits(_TIMESTAMP.sub(" ", _MESSAGE_LINK.sub(" ", _MENTION.sub(" ", plain))))


def _fold(char: str) -> str:
    # Each character by itself: normalising a long run of combining marks takes quadratic time.
    if char.isascii():
        return char if char.isprintable() or char in "\n" else " " if char.isspace() else ""
    digit = unicodedata.digit(char, None)
    if digit is not None:
        return str(digit)
    if char in _LOOK_ALIKES:
        return _LOOK_ALIKES[char]
    if char in _QUOTES:
        return "'"
    category = unicodedata.category(char)
    if category == "Pd" or char == "−":
        return "-"
    if category.startswith("Z"):
        return " "
    kept = "".join(
        _LOOK_ALIKES.get(piece, piece)
        for piece in unicodedata.normalize("NFKD", char)
        if unicodedata.category(piece)[0] not in "MC"
    )
    return kept if len(kept) <= _MOST_FOLDED else " "


class Spots:
    """Where a pattern occurs in a text, so that "is one near?" costs nothing however often it is asked."""

    def __init__(self, pattern: re.Pattern[str], text: str) -> None:
        spans = [found.span() for found in pattern.finditer(text)]
        self.starts = [start for start, _ in spans]
        self.ends = [end for _, end in spans]

    def near(self, start: int, end: int, before: int, after: int) -> bool:
        """Whether one lies outside `start` to `end`, at most `before` or `after` characters away."""
        return self.last_before(start) >= start - before or self.first_after(end) <= end + after

    def within(self, start: int, end: int) -> bool:
        index = bisect_left(self.starts, start)
        return index < len(self.starts) and self.ends[index] <= end

    def last_before(self, position: int) -> float:
        """Where the last one that ends by `position` ends."""
        index = bisect_right(self.ends, position)
        return self.ends[index - 1] if index else float("-inf")

    def first_after(self, position: int) -> float:
        index = bisect_left(self.starts, position)
        return self.starts[index] if index < len(self.starts) else float("inf")


class Reading:
    """A text made readable, with where it speaks of a patient, of a practice or the CCG, and of an illness."""

    def __init__(self, text: str) -> None:
        self.text = readable(text)

    @cached_property
    def patients(self) -> Spots:
        return Spots(PATIENTS, self.text)

    @cached_property
    def others(self) -> Spots:
        return Spots(OTHERS, self.text)

    @cached_property
    def staff(self) -> Spots:
        return Spots(STAFF, self.text)

    @cached_property
    def events(self) -> Spots:
        return Spots(EVENT, self.text)

    @cached_property
    def personal(self) -> Spots:
        return Spots(PERSONAL, self.text)
