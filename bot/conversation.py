"""Understand one message: courtesies, follow-ups to the last answer, one question or several."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.knowledge import Edition, Entry, Facet, FollowUp, Knowledge, Term
from bot.matching import (
    FUNCTION_WORDS,
    Answer,
    Courtesy,
    Cutoffs,
    Definition,
    FacetAnswer,
    FollowUps,
    Leaning,
    Match,
    Message,
    NoAnswer,
    Outcome,
    Ranker,
    Recogniser,
    Suggestions,
    Wanted,
    decide,
    weigh,
)
from bot.text import comparable, visible, without_links, without_preamble, words

DEFAULT_CUTOFFS = Cutoffs()
SERVED = (Answer, FacetAnswer, Definition)
REMEMBERED_FOR = 30 * 60  # seconds
LOST_THREAD = "small-talk/which-answer"  # said to a follow-up when nothing was served before
MOST_CLAUSES = 8
MOST_PARTS = 4  # answers that fit in one Slack message
NEAREST = 3  # among so many entries for a whole message stands the answer to a part of it
NEAR_ENOUGH = 10  # the same for a part that is a whole question by itself
FEWEST_SAID = 2  # words with a meaning of their own, in a question that stands alone
CLEAR, CERTAIN = 0.7, 0.95  # the confidence that a question needs which does not stand alone, or says little
MOST_CHARACTERS = 4_000  # of a message; what follows is not read
LONGEST_ELLIPSIS = 12  # words; a longer message stands on its own
SHORT = 5  # words; so short a message may lean on the one before without saying so
MOST_BARE = 5  # words in "What is the NHS Alliance?"; a longer question says more of a name than what it is
FEWEST_CHANCES, ONCE_MORE = 0.25, 0.1  # below this a follow-up is not even guessed

_ASKING = (
    r"what|when|who|whom|whose|how|which|where|why|do|does|did|is|are|was|were|can|could|will|would|should|shall|must|"
    r"has|have|may|whats|whens|whos|hows|wheres"
)
_BREAK = re.compile(
    rf"(?<=[?!;\n])\s*|(?<=[a-z]{{2}}[.])\s+|,?\s+(?:and|also|plus|oh and|and also)\s+(?=(?:also\s+)?(?:{_ASKING})\b)",
    re.IGNORECASE,
)
_IS_QUESTION = re.compile(rf"^(?:(?:and|also|so|but|plus|then)\s+)*(?:{_ASKING})\b|\?\s*$", re.IGNORECASE)
_LEANS = re.compile(r"\b(?:it|its|that|this|they|them|those|these|he|she|his|her)\b", re.IGNORECASE)
_CONTINUES = re.compile(r"(?:and|but|so|also)\b", re.IGNORECASE)
_POINTS_BACK = re.compile(
    r"^(?:and|but|so|also|what about|how about|whats? with)\b|"
    r"\b(?:it|its|that|this|they|them|those|these|there|one|he|she|his|her)\b",
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
    follow_ups: FollowUps
    cutoffs: Cutoffs = DEFAULT_CUTOFFS

    @classmethod
    def of(cls, knowledge: Knowledge, ranker: Ranker | None = None) -> "Understanding":
        """Fit a ranker to the knowledge, or use one that was fitted to it before."""
        ranker = ranker or Ranker(knowledge)
        return cls(knowledge, ranker, Recogniser(knowledge), FollowUps(knowledge, ranker.vectors))

    def knowing(self, knowledge: Knowledge) -> "Understanding":
        """The same fit with what `knowledge` says now, whose new wordings are known word for word alone."""
        return replace(
            self, knowledge=knowledge, ranker=self.ranker.knowing(knowledge), recogniser=Recogniser(knowledge)
        )

    def read(self, message: str, remembered: Remembered | None = None) -> tuple[Part, ...]:
        """What to do about `message`: one part, or one for each question in it."""
        message = visible(message[: 2 * MOST_CHARACTERS])
        if not words(message):
            return (Part(message, NoAnswer()),)
        message = message[:MOST_CHARACTERS]
        talk = self.recogniser.courtesy(message)
        if talk:
            return (Part(message, Courtesy(talk)),)
        clauses = [message] if self.ranker.holds(message) else _clauses(message)
        whole = self._read_one(message, remembered)
        if len(clauses) == 1:
            return (whole,)
        parts = self._read_clauses(clauses, remembered, whole)
        served = sum(isinstance(part.outcome, SERVED) for part in parts)
        # One long question may well look like two; several are told apart where each is found, or the whole is not.
        if len(parts) > 1 and (served > 1 or not isinstance(whole.outcome, SERVED)):
            return parts
        if isinstance(whole.outcome, SERVED):
            return (whole,)
        # A long message may hold one clear question among much else.
        return (max([whole, *parts], key=_weight),)

    def _read_clauses(self, clauses: Sequence[str], remembered: Remembered | None, whole: Part) -> tuple[Part, ...]:
        """The clauses that are served or are questions, each once, as many as fit in one reply.

        A clause torn from its message can seem to ask for something else, so `whole` has a say in its answer.
        """
        parts: list[Part] = []
        served: set[str] = set()
        for clause in clauses:
            part = self._read_one(clause, remembered)
            if not self._is_believed(part, whole):
                part = Part(clause, NoAnswer(), part.ranking)
            key = subject(part.outcome)
            is_question = _IS_QUESTION.search(clause) and len(words(clause)) > 2
            if isinstance(part.outcome, Courtesy) or key in served or (key is None and not is_question):
                continue
            if key is not None:
                served.add(key)
            if isinstance(part.outcome, (Answer, FacetAnswer)):
                remembered = Remembered(part.outcome.entry, clause)
            parts.append(part)
        return tuple(parts[:MOST_PARTS])

    def _is_believed(self, part: Part, whole: Part) -> bool:
        """Whether a clause's answer is one to its message as well. "Is he right?" asks nothing by itself.

        What stands alone need not be near the whole message; what leans on other clauses has to be, and to be clear.
        """
        asked = without_links(part.question)
        if not isinstance(part.outcome, Answer) or not part.ranking or self.ranker.holds(asked):
            return True
        # A whole that was known by heart or taken for a follow-up comes without a ranking.
        ranking = whole.ranking or self.ranker.rank(whole.question)
        place = [match.entry.id for match in ranking].index(part.outcome.entry.id)
        is_question = _IS_QUESTION.search(asked) is not None
        said = sum(word not in FUNCTION_WORDS for word in words(asked))
        if is_question and not _LEANS.search(asked) and (said >= FEWEST_SAID or part.ranking[0].confidence >= CERTAIN):
            return place < NEAR_ENOUGH
        if place >= NEAREST or ranking[0].confidence < self.cutoffs.suggest:
            return False
        return part.ranking[0].confidence >= CLEAR if is_question else not isinstance(whole.outcome, SERVED)

    def _read_one(self, question: str, remembered: Remembered | None) -> Part:
        follow_up = self.follow_ups.exact(question)
        if follow_up and remembered:
            return Part(question, self._facet(follow_up, remembered))
        for asked in (question, without_links(question)):
            if self.ranker.holds(asked):
                ranking = self.ranker.rank(asked)
                known = Part(question, Answer(ranking[0].entry), ranking)
                # "How many pages is it?" asks what it says; "how is it judged?" of the last answer.
                return self._in_context(known, remembered) if remembered and _LEANS.search(asked) else known
        if follow_up and _CONTINUES.match(question):
            return Part(question, self._lost())
        question = without_preamble(question)
        term = self.recogniser.term(question)
        if term:
            return self._explain(question, *term, remembered)
        talk = self.recogniser.courtesy(question)
        if talk:
            return Part(question, Courtesy(talk))
        ranking = self.ranker.rank(question)
        outcome: Outcome = decide(ranking, self.cutoffs)
        if remembered:
            return self._in_context(Part(question, outcome, ranking), remembered)
        if follow_up and not isinstance(outcome, Answer):
            return Part(question, self._lost())
        return Part(question, outcome, ranking)

    def _lost(self) -> Outcome:
        """Say that the whole question is needed, because nothing was served before."""
        lost = self.knowledge.small_talk.get(LOST_THREAD)
        return Courtesy(lost) if lost else NoAnswer()

    def _explain(self, question: str, term: Term, wanted: Wanted, remembered: Remembered | None) -> Part:
        # A bare name starts with its meaning; after an answer, "and NAPC?" asks for what was said of the one before.
        is_bare = wanted is Wanted.EITHER and remembered is not None
        entry = self.knowledge.entries.get(term.entry) if term.entry and (is_bare or wanted is Wanted.ENTRY) else None
        if is_bare and remembered:
            entry = self._counterpart(term, remembered.entry) or entry
        if entry is None and is_bare and remembered:
            part = self._in_context(Part(question, NoAnswer(), self.ranker.rank(question)), remembered)
            if isinstance(part.outcome, Answer):
                return part
        return Part(question, Answer(entry) if entry else Definition(term))

    def _counterpart(self, term: Term, before: Entry) -> Entry | None:
        """What says of `term` as `before` does of another: after "What did Dr Dixon say?", what Dr Alessi said."""
        opening = words(before.question)[:2]
        names = [f" {comparable(name)} " for name in term.names]
        for entry in self.knowledge.entries.values():
            asked = words(entry.question)
            is_alike = entry.topic == before.topic and entry.id != before.id and asked[:2] == opening
            if is_alike and len(asked) > MOST_BARE and any(name in f" {' '.join(asked)} " for name in names):
                return entry
        return None

    def _in_context(self, alone: Part, remembered: Remembered) -> Part:
        """A short message may ask for a facet of the last answer, or for its neighbour."""
        leaning = self._leaning(alone, remembered.entry)
        if leaning is None:
            return alone
        likeliest = leaning.ranking[0].confidence
        # What has just been read is not wanted once more, if a part of it may be.
        enough = ONCE_MORE if leaning.ranking[0].entry.id == remembered.entry.id else max(FEWEST_CHANCES, likeliest)
        if leaning.facet_chance >= max(enough, leaning.neither):
            return Part(alone.question, self._facet(leaning.facet, remembered), alone.ranking)
        # What was said before speaks for an entry too, so less is asked of one than of an entry that stands alone.
        is_elliptical = _is_elliptical(alone.question)
        enough = max(self.cutoffs.answer ** (3 if is_elliptical else 2), leaning.neither)
        outcome = decide(leaning.ranking, replace(self.cutoffs, answer=enough, margin=0.0))
        if isinstance(outcome, Answer) or isinstance(alone.outcome, Answer) or is_elliptical:
            return Part(alone.question, outcome, leaning.ranking)
        return alone

    def _leaning(self, alone: Part, before: Entry) -> Leaning | None:
        """What a message may want of the answer before it; None for a long one, which stands on its own."""
        read = words(alone.question)
        asked = self.follow_ups.asked(alone.question) if len(read) <= LONGEST_ELLIPSIS else None
        beside = self.ranker.beside(alone.question, before, alone.ranking) if asked else None
        if asked is None or beside is None:
            return None
        content = sum(word not in FUNCTION_WORDS for word in read)
        message = Message(len(read), content, _POINTS_BACK.search(alone.question) is not None)
        held = [holds_facet(before, follow.facet) for follow in self.follow_ups.facets]
        return weigh(message, asked, self.follow_ups.facets, held, beside)

    def _facet(self, follow: FollowUp, remembered: Remembered) -> Outcome:
        entry = remembered.entry
        if follow.facet in (Facet.DRAFT, Facet.FINAL):
            wanted = Edition.DRAFT if follow.facet is Facet.DRAFT else Edition.FINAL
            twin = self._twin(remembered, wanted)
            return Answer(twin) if twin else FacetAnswer(entry, follow.facet, follow.missing, is_known=False)
        text = facet_text(entry, follow.facet)
        return FacetAnswer(entry, follow.facet, text or follow.missing, is_known=text is not None)

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


def holds_facet(entry: Entry, facet: Facet) -> bool:
    """Whether there is something to say; of another edition there may always be."""
    return facet in (Facet.DRAFT, Facet.FINAL) or facet_text(entry, facet) is not None


def subject(outcome: Outcome) -> str | None:
    """The id of what is served, or None when nothing is."""
    match outcome:
        case Answer(entry) | FacetAnswer(entry):
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
    return pieces[:MOST_CLAUSES] if len(pieces) > 1 else [message]


def _is_elliptical(question: str) -> bool:
    """Whether it says, or by its length suggests, that it goes on from what was said before."""
    return _POINTS_BACK.search(question) is not None or len(words(question)) <= SHORT
