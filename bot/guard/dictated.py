"""Numbers and dates as dictated: "nine nine nine, double oh", "the fourteenth of the fifth, nineteen fifty"."""

import re

from bot.guard.words import pattern, words_of

_NUMBERS = words_of(
    "zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|"
    "eighteen|nineteen"
)
_DIGITS = {name: str(number) for number, name in enumerate(_NUMBERS)}
_DIGITS |= {"oh": "0", "o": "0", "nought": "0", "naught": "0", "niner": "9", "hundred": "00"}
_TENS = {
    name: str(tens)
    for tens, name in enumerate(words_of("twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"), start=2)
}
_TIMES = {"double": 2, "triple": 3, "treble": 3}
_SPELT = "|".join(sorted([*_DIGITS, *_TENS], key=lambda name: (-len(name), name)))
_ONE = rf"(?:(?:double|triple|treble)[ -])?(?:{_SPELT})"
_LEAST = 6  # digits, one after the other: fewer are counted, not dictated
_RUN = pattern(
    rf"(?<![\w-])(?=[a-z]){_ONE}(?:(?:[ ,.-]{{1,3}}|,? then )(?:{_ONE}|\d{{1,4}})(?![\w]))"
    rf"{{{_LEAST - 1},20}}(?!\w)"
)
_TOKEN = re.compile(r"[a-z]+|\d+", re.IGNORECASE)

MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)"
)
_ORDINAL = (
    r"(?:(?:twenty|thirty)[ -]?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|first|second|third|"
    r"fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|"
    r"eighteenth|nineteenth|twentieth|thirtieth)"
)
_UNIT = r"(?:one|two|three|four|five|six|seven|eight|nine)"
_TEN = r"(?:ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen)"
_BELOW_100 = (
    rf"(?:(?:twenty|thirty|forty|fourty|fifty|sixty|seventy|eighty|ninety)(?:[ -]?{_UNIT})?|(?:oh|o)[ -]{_UNIT}|{_TEN})"
)
_YEAR = (
    rf"(?:nineteen[ -]?(?:hundred(?: and)? )?{_BELOW_100}|nineteen[ -]?hundred|"
    rf"two thousand(?: and)?(?: (?:{_UNIT}|{_TEN}))?|(?:twenty[ -])?{_BELOW_100}|(?:19|20)\d\d|\d\d)"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th)"
DATE_IN_WORDS = (
    rf"\b(?:{_ORDINAL}|{_DAY})(?: day)?,?(?: of)?(?: the)? (?:{_ORDINAL}|{MONTH}|{_DAY}|\d{{1,2}})"
    rf"(?:,| of| in)?(?: the year)? {_YEAR}\b|\b{MONTH}(?: the)? {_ORDINAL},? {_YEAR}\b"
)


def with_digits(text: str) -> str:
    """`text` with the numbers that are dictated in it in digits."""
    return _RUN.sub(lambda found: _in_digits(found[0]), text)


def _in_digits(run: str) -> str:
    """Without the commas and stops of breathing: "nine nine nine, one three" is one number."""
    digits, times = "", 1
    tokens = _TOKEN.findall(run.lower())
    for token, following in zip(tokens, [*tokens[1:], ""], strict=True):
        if token in _TIMES:
            times = _TIMES[token]
        elif token in _TENS:
            is_followed = len(_DIGITS.get(following, "")) == 1 and following not in ("oh", "o", "zero")
            digits += _TENS[token] + ("" if is_followed else "0")
        elif token != "then":
            digits += (_DIGITS.get(token, token)) * times
            times = 1
    return digits
