"""Understand one message: courtesies, follow-ups to the last answer, one question or several."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.knowledge import Edition, Entry, Facet, FollowUp, Knowledge
from bot.matching import (
    Answer,
    Courtesy,
    Cutoffs,
    Definition,
    FacetAnswer,
    Match,
    NoAnswer,
    Outcome,
    Ranker,
    Recogniser,
    Suggestions,
    decide,
)
from bot.text import visible, without_preamble, words

REMEMBERED_FOR = 30 * 60  # seconds
LOST_THREAD = "small-talk/which-answer"  # said to a follow-up when nothing was served before
MOST_CLAUSES = 6
LONGEST_ELLIPSIS = 9  # words; a longer message stands on its own

_ASKING = (
    r"what|when|who|whom|whose|how|which|where|why|do|does|did|is|are|was|were|can|could|will|would|should|shall|must|"
    r"has|have|may|whats|whens|whos|hows|wheres"
)
_BREAK = re.compile(
    rf"(?<=[?!;\n])\s*|(?<=[a-z]{{2}}[.])\s+|,?\s+(?:and|also|plus|oh and|and also)\s+(?=(?:also\s+)?(?:{_ASKING})\b)", re.IGNORECASE
)
_IS_QUESTION = re.compile(rf"^(?:(?:and|also|so|but|plus|then)\s+)*(?:{_ASKING})\b|\?\s*$", re.IGNORECASE)
_POINTS_BACK = re.compile(
    r"^(?:and|but|so|also|what about|how about|whats? with)\b|\b(?:it|its|that|this|they|them|those|these|there|one|he|she|his|her)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Remembered:
    """What was served last in a conversation, and to which question."""

    entry: Entry
    question: str


@dataclass(frozen=True)
class Part:
    """One question of a message and what to do about it."""

    question: str
    outcome: Outcome
    ranking: tuple[Match, ...] = ()  # best first; empty where no ranking was needed


@dataclass(frozen=True)
class Understanding:
    """The knowledge made ready to answer from; it never changes, a new one takes its place."""

    knowledge: Knowledge
    ranker: Ranker
    recogniser: Recogniser
    cutoffs: Cutoffs = Cutoffs()

    @classmethod
    def of(cls, knowledge: Knowledge, cutoffs: Cutoffs = Cutoffs()) -> "Understanding":
        return cls(knowledge, Ranker(knowledge), Recogniser(knowledge), cutoffs)

    def read(self, message: str, remembered: Remembered | None = None) -> tuple[Part, ...]:
        """What to do about `message`: one part, or one for each question in it."""
        message = visible(message)
        if not words(message):
            return (Part(message, NoAnswer()),)
        talk = self.recogniser.courtesy(message)
        if talk:
            return (Part(message, Courtesy(talk)),)
        clauses = _clauses(message)
        if len(clauses) > 1:
            parts = self._read_clauses(clauses, remembered)
            if len(parts) > 1:
                return parts
        whole = self._read_one(message, remembered)
        if len(clauses) == 1 or isinstance(whole.outcome, (Answer, Definition, FacetAnswer, Courtesy)):
            return (whole,)
        # A long message may hold one clear question among much else.
        return (max([whole, *parts], key=_weight),)

    def _read_clauses(self, clauses: Sequence[str], remembered: Remembered | None) -> tuple[Part, ...]:
        """The parts with a question of their own; fewer than two when the message is really one question."""
        parts: list[Part] = []
        served: set[str] = set()
        for clause in clauses:
            part = self._read_one(clause, remembered)
            key = subject(part.outcome)
            if key is None and not (_IS_QUESTION.search(clause) and len(words(clause)) > 2):
                continue
            if isinstance(part.outcome, Courtesy) or key in served:
                continue
            if key is not None:
                served.add(key)
            if isinstance(part.outcome, (Answer, FacetAnswer)):
                remembered = Remembered(part.outcome.entry, clause)
            parts.append(part)
        return tuple(parts) if served else tuple(parts[:1])

    def _read_one(self, question: str, remembered: Remembered | None) -> Part:
        question = without_preamble(question)
        follow = self.recogniser.follow_up(question)
        if follow and remembered:
            return Part(question, self._facet(follow, remembered, question))
        term = self.recogniser.term(question)
        if term:
            return Part(question, Definition(term))
        talk = self.recogniser.courtesy(question)
        if talk:
            return Part(question, Courtesy(talk))
        ranking = self.ranker.rank(question)
        outcome: Outcome = decide(ranking, self.cutoffs)
        if remembered and not isinstance(outcome, Answer) and _leans_back(question):
            ranking, outcome = self._in_context(question, remembered, ranking, outcome)
        if follow and not isinstance(outcome, Answer):
            lost = self.knowledge.small_talk.get(LOST_THREAD)
            return Part(question, Courtesy(lost) if lost else NoAnswer())
        return Part(question, outcome, ranking)

    def _in_context(
        self, question: str, remembered: Remembered, ranking: tuple[Match, ...], outcome: Outcome
    ) -> tuple[tuple[Match, ...], Outcome]:
        """"How much is it worth?" after the quality premium is a question about the quality premium."""
        fuller = self.ranker.rank(f"{remembered.entry.question} {question}")
        others = tuple(match for match in fuller if match.entry.id != remembered.entry.id)
        better = decide(others, self.cutoffs)
        if isinstance(better, Answer) or (isinstance(outcome, NoAnswer) and isinstance(better, Suggestions)):
            return others, better
        return ranking, outcome

    def _facet(self, follow: FollowUp, remembered: Remembered, question: str) -> Outcome:
        entry = remembered.entry
        if follow.facet in (Facet.DRAFT, Facet.FINAL):
            wanted = Edition.DRAFT if follow.facet is Facet.DRAFT else Edition.FINAL
            twin = self._twin(remembered, wanted)
            return Answer(twin) if twin else FacetAnswer(entry, follow.facet, follow.missing)
        return FacetAnswer(entry, follow.facet, facet_text(entry, follow.facet) or follow.missing)

    def _twin(self, remembered: Remembered, edition: Edition) -> Entry | None:
        """The entry that says the same of another edition: a related one, or the nearest by its words."""
        if remembered.entry.edition is edition:
            return remembered.entry
        entries: Mapping[str, Entry] = self.knowledge.entries
        for key in remembered.entry.related:
            if entries[key].edition is edition:
                return entries[key]
        name = "draft" if edition is Edition.DRAFT else "final"
        ranking = self.ranker.rank(f"{remembered.entry.question} in the {name} mandate")
        twins = [match for match in ranking if match.entry.edition is edition]
        return twins[0].entry if twins and twins[0].confidence >= self.cutoffs.answer else None


def facet_text(entry: Entry, facet: Facet) -> str | None:
    """The entry's own words for `facet`; None when it has none, "" never."""
    match facet:
        case Facet.BY_WHEN:
            return entry.by_when.text if entry.by_when else None
        case Facet.RESPONSIBLE:
            return entry.who.responsible
        case Facet.CHECKED_BY:
            return entry.who.checked_by
        case Facet.FOR_PRACTICES:
            return entry.for_practices
        case Facet.FOR_CCGS:
            return entry.for_ccgs
        case Facet.MEASURE:
            return entry.measure
        case Facet.MORE:
            lines = (entry.for_practices, entry.for_ccgs, entry.measure, entry.by_when.text if entry.by_when else None)
            return "\n\n".join(line for line in lines if line) or None
        case _:
            return entry.answer


def subject(outcome: Outcome) -> str | None:
    """The id of what is served, or None when nothing is."""
    match outcome:
        case Answer(entry) | FacetAnswer(entry, _, _):
            return entry.id
        case Definition(term):
            return term.id
        case Courtesy(talk):
            return talk.id
    return None


def _weight(part: Part) -> tuple[int, float]:
    order = {NoAnswer: 0, Suggestions: 1}.get(type(part.outcome), 2)
    return order, part.ranking[0].confidence if part.ranking else 0.0


def _clauses(message: str) -> list[str]:
    pieces = [piece.strip() for piece in _BREAK.split(message)]
    pieces = [piece for piece in pieces if words(piece)]
    return pieces[:MOST_CLAUSES] if 1 < len(pieces) else [message]


def _leans_back(question: str) -> bool:
    return len(words(question)) <= LONGEST_ELLIPSIS and _POINTS_BACK.search(question) is not None
