"""Messages known by their form: courtesies, "what does X stand for", and follow-ups to the last answer."""

import re
from typing import TypeVar

from rapidfuzz import fuzz, process

from bot.knowledge import Facet, FollowUp, Knowledge, SmallTalk, Term
from bot.text import comparable, visible, without_preamble, words

T = TypeVar("T")

# Whole short messages are compared, so a slip or two must still pass and another word must not.
SAME_MESSAGE = 90
LONGEST_COURTESY = 8  # words

_ASKS_MEANING = (
    r"(?:what|wot|wat)(?: does| do|s)?(?: the)?(?: (?:letters|initials|acronym|abbreviation|term|name))? (?P<a>.+?) "
    r"(?:stand|stands|standing|short) (?:for|4)|"
    r"what (?:does|do|is meant by|s meant by|is the meaning of|s the meaning of)(?: the)?(?: (?:term|acronym|letters))? (?P<b>.+?)(?: actually)?(?: mean| means)?|"
    r"(?:define|definition of|meaning of|expand|explain the (?:acronym|term)) (?P<c>.+)|"
    r"(?P<d>.+?) (?:meaning|means what|acronym|abbreviation|stands for|stand for|in full|definition)|"
    r"(?:what|who|whats|whos)(?: is| are| was| were|s)?(?: an| a| the)? (?P<e>.+)|"
    r"(?P<f>.+)"
)
_MEANING = re.compile(rf"^(?:{_ASKS_MEANING})$")
_LINKS = re.compile(r"^(?:(?:and|so|but|ok|okay|right|also|then|yes|no|hmm|oh|ah)\b\s*)+")
_ENDS = re.compile(r"\s*\b(?:please|pls|plz|then|though|thanks|exactly|again|tho)$")


class Recogniser:
    """Built from the knowledge's glossary, small talk and follow-ups."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._courtesies = {comparable(p): talk for talk in knowledge.small_talk.values() for p in talk.also}
        self._follow_ups = {comparable(p): follow for follow in knowledge.follow_ups for p in follow.also}
        self._names: dict[str, Term] = {}
        for term in knowledge.terms.values():
            for name in term.names:
                self._names.setdefault(comparable(name), term)
        self._questions = {comparable(p) for entry in knowledge.entries.values() for p in entry.phrasings}

    def courtesy(self, message: str) -> SmallTalk | None:
        """The small talk that the whole message is, or None."""
        key = comparable(message)
        if key in self._courtesies:
            return self._courtesies[key]
        if not key or len(key.split()) > LONGEST_COURTESY or key in self._questions:
            return None
        return _nearest(key, self._courtesies)

    def term(self, message: str) -> Term | None:
        """The glossary term whose meaning the whole message asks for, or None.

        "What is …" is left to the entry that the term names, where there is one.
        """
        if comparable(message) in self._questions:
            return None
        text = comparable(without_preamble(message))
        found = _MEANING.match(text)
        if text in self._questions or found is None:
            return None
        way, name = next((way, name) for way, name in found.groupdict().items() if name)
        term = self._names.get(name) or self._names.get(name.removeprefix("a ").removeprefix("an "))
        term = term or (self._names.get(name[:-1]) if name.endswith("s") else None)
        if term is None or (term.exact_case and term.term not in visible(message).replace("?", " ").split()):
            return None
        return None if way == "e" and term.entry else term

    def follow_up(self, message: str) -> FollowUp | None:
        """The facet that the whole message asks for, or None."""
        key = _ENDS.sub("", _LINKS.sub("", comparable(message))).strip() or comparable(message)
        return self._follow_ups.get(key) or (_nearest(key, self._follow_ups) if len(words(key)) > 1 else None)

    def missing(self, facet: Facet) -> str:
        """The sentence for an entry without this facet."""
        return next((follow.missing for follow in self._follow_ups.values() if follow.facet is facet), "")


def _nearest(key: str, table: dict[str, T]) -> T | None:
    best = process.extractOne(key, table.keys(), scorer=fuzz.ratio, score_cutoff=SAME_MESSAGE)
    return table[best[0]] if best else None


