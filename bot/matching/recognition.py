"""Messages known by their form: courtesies, and "what does X stand for"."""

import re
from enum import Enum

from bot.knowledge import Knowledge, SmallTalk, Term
from bot.matching.phrases import Phrases
from bot.text import comparable, visible, without_links, without_preamble, words

LONGEST_COURTESY = 8  # words; a longer message is no small talk
LONGEST_MEANING = 14  # words; a longer message does not ask for a meaning

_THE_WORD = r"(?: the)?(?: (?:letters|initials|acronym|abbreviation|term|name))?"
_MEANING = re.compile(
    "|".join(
        [
            rf"(?:what|wot|wat)(?: does| do|s)?{_THE_WORD}(?: an?)? (?P<a>.+?) (?:stands?|standing|short) (?:for|4)",
            rf"what (?:does|do|is meant by|s meant by|is the meaning of|s the meaning of){_THE_WORD} (?P<b>.+?)"
            r"(?: actually)?(?: means?)?",
            r"(?:define|definition of|meaning of|expand|explain the (?:acronym|term)) (?P<c>.+)",
            r"(?P<d>.+?) (?:meaning|means what|acronym|abbreviation|stands? for|in full|definition)",
            r"(?:what|who|whats|whos)(?: is| are| was| were|s)?(?: an| a| the)? (?P<e>.+)",
            r"(?P<f>.+)",
        ]
    )
)


class Wanted(Enum):
    """What a message wants to know of a term."""

    MEANING = "meaning"  # "what does X stand for"
    ENTRY = "entry"  # "what is X": the entry that the term names says more than its expansion does
    EITHER = "either"  # "X?"


class Recogniser:
    """Built from the knowledge's glossary and small talk."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._courtesies = Phrases((text, talk) for talk in knowledge.small_talk.values() for text in talk.also)
        self._names: dict[str, Term] = {}
        for term in knowledge.terms.values():
            for name in term.names:
                self._names.setdefault(comparable(name), term)
        self._questions = {comparable(p) for entry in knowledge.entries.values() for p in entry.phrasings}

    def courtesy(self, message: str) -> SmallTalk | None:
        """The small talk that the whole message is, or None."""
        known = self._courtesies.exact(message)
        if known or len(words(message)) > LONGEST_COURTESY or comparable(message) in self._questions:
            return known
        return self._courtesies.nearest(message)

    def term(self, message: str) -> tuple[Term, Wanted] | None:
        """The glossary term that the whole message asks about, and what of it; None for any other message."""
        text = comparable(without_links(without_preamble(message)))
        found = _MEANING.fullmatch(text) if text.count(" ") < LONGEST_MEANING else None
        if found is None or text in self._questions or comparable(message) in self._questions:
            return None
        way, name = next((way, name) for way, name in found.groupdict().items() if name)
        term = self._names.get(name) or (self._names.get(name[:-1]) if name.endswith("s") else None)
        if term is None or (term.exact_case and " " not in name and not _stands_in(term.term, message)):
            return None
        return term, {"e": Wanted.ENTRY, "f": Wanted.EITHER}.get(way, Wanted.MEANING)


def _stands_in(term: str, message: str) -> bool:
    """Whether the acronym is typed as such: "IT" or "ITs", not "it"."""
    return re.search(rf"\b{re.escape(term)}(?:s|'s)?\b", visible(message)) is not None
