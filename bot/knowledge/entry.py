"""What the knowledge base holds: entries, glossary terms, small talk, follow-ups and held-out asks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType


class Edition(StrEnum):
    """Which text an answer speaks of."""

    DRAFT = "draft-2012-07"
    FINAL = "final-2012-11"
    LATER = "later"
    CONTEXT = "context"


class Audience(StrEnum):
    """Whose "for you" line leads a reply."""

    PRACTICES = "practices"
    CCGS = "ccgs"
    BOTH = "both"


class Facet(StrEnum):
    """What a follow-up asks of the entry served last."""

    BY_WHEN = "by_when"
    RESPONSIBLE = "responsible"
    CHECKED_BY = "checked_by"
    FOR_PRACTICES = "for_practices"
    FOR_CCGS = "for_ccgs"
    MEASURE = "measure"
    SOURCES = "sources"
    EDITION = "edition"
    DRAFT = "draft"
    FINAL = "final"
    MORE = "more"


@dataclass(frozen=True)
class Source:
    """Where an answer comes from."""

    key: str
    title: str
    publisher: str
    date: str  # as the publisher gives it, such as "Nov 2012"
    address: str


@dataclass(frozen=True)
class ByWhen:
    """A date that an entry's promise has to be kept by."""

    date: date
    text: str


@dataclass(frozen=True)
class Who:
    """Who has to act, and who checks that they did. Either may be unknown."""

    responsible: str | None = None
    checked_by: str | None = None


@dataclass(frozen=True)
class Duty:
    """A CCG's statutory duty ("must") or power ("may")."""

    kind: str
    section: str | None = None


@dataclass(frozen=True)
class Entry:
    """One question with its curated answer."""

    id: str
    question: str
    also: tuple[str, ...]
    answer: str
    sources: tuple[Source, ...]
    edition: Edition
    checked: date
    owner: str
    review_by: date
    topic: str  # the file it stands in, without its ending
    part: int | None = None
    for_practices: str | None = None
    for_ccgs: str | None = None
    by_when: ByWhen | None = None
    who: Who = Who()
    measure: str | None = None
    duty: Duty | None = None
    related: tuple[str, ...] = ()
    audience: Audience = Audience.BOTH
    reviewed: date | None = None
    reviewed_by: str | None = None
    correction: str | None = None  # what was wrong before and is right now; for those who were told the old answer

    @property
    def phrasings(self) -> tuple[str, ...]:
        return (self.question, *self.also)

    def is_overdue(self, today: date) -> bool:
        return self.review_by < today


@dataclass(frozen=True)
class Term:
    """A glossary line: an acronym or name, what it stands for and what it means."""

    id: str  # with its prefix, "glossary/hwb"
    term: str
    expansion: str
    meaning: str
    also: tuple[str, ...] = ()  # other short names
    entry: str | None = None  # the entry that says more
    exact_case: bool = False  # "IT" is a term, "it" is not

    @property
    def names(self) -> tuple[str, ...]:
        """Every name a person may use, the term first."""
        return tuple(dict.fromkeys((self.term, self.expansion, *self.also)))

    @property
    def question(self) -> str:
        return f"What does {self.term} stand for?"


@dataclass(frozen=True)
class SmallTalk:
    """A courtesy and its reply."""

    id: str  # with its prefix, "small-talk/hello"
    also: tuple[str, ...]
    answer: str

    @property
    def question(self) -> str:
        return self.also[0]


@dataclass(frozen=True)
class FollowUp:
    """Ways to ask for one facet of the entry served last."""

    facet: Facet
    also: tuple[str, ...]
    missing: str  # said when the entry does not have that facet


@dataclass(frozen=True)
class Ask:
    """A held-out question and the ids that answer it, the best first; none where nothing should be answered."""

    ask: str
    expect: tuple[str, ...]
    topic: str
    known_gap: str | None = None


@dataclass(frozen=True)
class Knowledge:
    """Everything the bot can say. Orders are those of the files."""

    entries: Mapping[str, Entry] = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict)
    terms: Mapping[str, Term] = field(default_factory=dict)
    small_talk: Mapping[str, SmallTalk] = field(default_factory=dict)
    follow_ups: tuple[FollowUp, ...] = ()
    asks: tuple[Ask, ...] = ()

    def __post_init__(self) -> None:
        for name in ("entries", "sources", "terms", "small_talk"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    def find(self, key: str) -> Entry | Term | SmallTalk | None:
        """Whatever has this id, or None when it has gone."""
        return self.entries.get(key) or self.terms.get(key) or self.small_talk.get(key)
