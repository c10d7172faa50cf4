"""Reading what people type: one spelling for each word, and nothing invisible."""

import re
import unicodedata
from functools import lru_cache

_QUOTES = str.maketrans({"‘": "'", "’": "'", "ʼ": "'", "`": "'", "´": "'", "“": '"', "”": '"', "–": "-", "—": "-"})
_WORD = re.compile(r"[^\W_]+(?:[&'][^\W_]+)*")
# Neither part of a word nor a space: zero-width marks, text direction, control characters, lone surrogates.
_INVISIBLE = {"Cf", "Cc", "Cs", "Co", "Cn"}

# A contraction is one word with and without its apostrophe; on a phone most people leave it out.
_WITH_APOSTROPHE = """
    what's who's where's when's how's that's there's it's here's let's i'm i've i'd you're you've you'd we've they're
    they've don't doesn't didn't can't couldn't won't wouldn't isn't aren't wasn't weren't haven't hasn't hadn't
    shouldn't mustn't he's she's
"""
_CONTRACTIONS = {word.replace("'", ""): word for word in _WITH_APOSTROPHE.split()}

_GREETING = (
    r"hi|hello|hey|hiya|morning|good (?:morning|afternoon|evening|day)|afternoon|evening|dear|all|team|folks|everyone|"
    r"everybody|both|there|guys|colleagues|bot|mandate bot"
)
_OPENING = "|".join(
    [
        r"(?:just )?(?:a )?quick (?:one|question|query)",
        r"(?:just )?(?:wondering|checking)(?: if| whether)?",
        r"(?:silly|daft) question",
        r"sorry(?: to bother you| if this is a silly question)?",
        r"hope (?:you(?:'re| are)|youre|all is|all's|everyone is) (?:all )?(?:well|ok|good)",
        r"(?:can|could) (?:you|anyone|someone|somebody) (?:please |pls )?"
        r"(?:tell me|help|advise|explain|clarify|confirm)(?: me)?(?: with)?",
        r"(?:does|do) (?:anyone|anybody|you) (?:here )?(?:happen to )?know",
        r"please (?:can|could) (?:you|someone) (?:tell me|help|explain)",
        r"i (?:was|am|'m) (?:just )?wondering(?: if| whether)?",
        r"i(?:'d| would) like to know",
        r"(?:can|may|could) i (?:just )?ask",
        r"(?:one|another|got a|i have a|i've got a) (?:more )?(?:question|query)",
        r"question(?: for you)?",
        r"please|pls|so|ok|okay|um|erm|right|well",
    ]
)
_PREAMBLE = re.compile(rf"^(?:(?:{_GREETING}|{_OPENING})\b[\s,.:;!?-]*)+", re.IGNORECASE)


_LINKS = re.compile(
    r"^(?:(?:and|so|but|ok|okay|right|also|then|yes|no|hmm|oh|ah|thanks|thank you|great|good|cheers)\b[\s,.!-]*)+",
    re.IGNORECASE,
)
_ENDINGS = re.compile(r"\b(?:please|pls|plz|then|though|thanks|exactly|again|tho)$", re.IGNORECASE)


def visible(text: str) -> str:
    """`text` in one Unicode form (NFKC), straight quotes, single spaces; line ends stay, what cannot be seen goes."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    folded = unicodedata.normalize("NFKC", text).translate(_QUOTES)
    kept = "".join(
        char if char == "\n" or unicodedata.category(char) not in _INVISIBLE else " " * (char in "\t\r\v\f\x85")
        for char in folded
    )
    return "\n".join(" ".join(line.split(" ")).strip() for line in re.sub(r"[^\S\n]+", " ", kept).split("\n")).strip()


def words(text: str) -> list[str]:
    """The words of `text`, lower case, without apostrophes ("don't" is "dont"); numbers count as words."""
    return [word.replace("'", "") for word in _WORD.findall(visible(text).casefold())]


def spelt_words(text: str) -> list[str]:
    """As `words`, but contractions have their apostrophe, typed or not: "dont" is "don't"."""
    return [_CONTRACTIONS.get(word, word) for word in words(text)]


def comparable(text: str) -> str:
    """What two phrasings share when only case, punctuation, apostrophes or spacing set them apart."""
    return " ".join(words(text))


def counted(number: int, one: str, many: str | None = None) -> str:
    """A number with what it counts: 1 row, 2 rows; `many` where an s does not make it many."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def percent(of_one: float | None) -> str:
    """A share of 0 to 1 as a whole per cent: never 0% of something, nor 100% of less than all; a dash for None."""
    if of_one is None:
        return "–"
    return f"{min(99, max(1, round(100 * of_one)))}%" if 0 < of_one < 1 else f"{of_one:.0%}"


def without_preamble(text: str) -> str:
    """`text` from where the question starts; unchanged when nothing but a greeting would be left over."""
    rest = _PREAMBLE.sub("", text)
    return rest if words(rest) else text


def without_links(text: str) -> str:
    """`text` without the "and", "ok" or "please" that ties it to what went before; unchanged if that is all it is."""
    rest = _ENDINGS.sub("", _LINKS.sub("", text).rstrip(" ?.!,;:-"))
    return rest if words(rest) else text


@lru_cache(maxsize=20_000)
def british(word: str) -> str:
    """One spelling for British and American forms; only for comparing, never shown."""
    word = re.sub(r"(?<=[a-z]{3})is(e|ed|es|ing|ation|ations|er|ers)$", r"iz\1", word)
    word = re.sub(r"(?<=[a-z]{2})our(s|ed|ing|al|able)?$", r"or\1", word)
    word = re.sub(r"^(cent|met|theat|fib|lit)er(s?)$", r"\1re\2", word)
    word = re.sub(r"^(program)me(s?)$", r"\1\2", word)
    return {"enrollment": "enrolment", "fulfill": "fulfil", "pediatric": "paediatric", "license": "licence"}.get(
        word, word
    )
