"""From what a lead typed to an entry: sensible defaults for all but the answer, or what is wrong with each field."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.additions import LOCAL_TOPIC, Addition, source_of
from bot.knowledge import Audience, Edition, Entry, Knowledge, Source, entry_from
from bot.knowledge.shape import MOST_ANSWER, MOST_LINE, MOST_LINES, MOST_QUESTION
from bot.text import comparable, visible, words

DEFAULT_OWNER = "CCG lead"
MOST_ALSO = 40  # wordings kept beside the question
MOST_ROLE, MOST_TITLE, MOST_PUBLISHER = 80, 300, 120  # characters, as knowledge/shape.py has them
MOST_ID = 60


@dataclass(frozen=True)
class Typed:
    """What stands in the form. Empty texts are fields that were left alone."""

    answer: str
    question: str = ""
    source: str = ""  # the key of a known one
    source_title: str = ""
    source_address: str = ""
    edition: str = ""
    audience: str = ""
    part: str = ""  # "0" for none in particular
    owner: str = ""
    review_by: str = ""  # ISO 8601


@dataclass(frozen=True)
class Asked:
    """The group that is answered: its wordings, oldest first, and its part of the mandate."""

    wordings: Sequence[str]
    part: int | None = None


@dataclass(frozen=True)
class Draft:
    """An entry as `bot.additions` keeps it, dates as ISO texts, and the source that it brings along."""

    record: Mapping[str, Any]
    source: Source | None

    @property
    def content(self) -> dict[str, Any]:
        return {"record": dict(self.record), "source": vars(self.source).copy() if self.source else None}


@dataclass(frozen=True)
class Mistakes:
    """What is wrong, in a sentence for each field of `Typed`."""

    by_field: Mapping[str, str]


def draft(
    typed: Typed, asked: Asked, knowledge: Knowledge, taken: Collection[str], ccg_name: str, today: date
) -> Draft | Mistakes:
    """The entry that the form makes. `taken` are ids that additions have, beside those of `knowledge`."""
    question = as_question(typed.question or (asked.wordings[0] if asked.wordings else ""))
    mistakes = _mistakes(typed, question, knowledge, today)
    if mistakes:
        return Mistakes(mistakes)
    key = free_id(question, {*taken, *knowledge.entries})
    source = None if typed.source else _new_source(typed, key, knowledge, ccg_name, today)
    record: dict[str, Any] = {
        "id": key,
        "question": question,
        "also": other_wordings(asked.wordings, question, knowledge),
        "answer": _cleaned(typed.answer),
        "sources": [source.key if source else typed.source],
        "edition": typed.edition or Edition.CONTEXT.value,
        "checked": today.isoformat(),
        "owner": visible(typed.owner) or DEFAULT_OWNER,
        "review_by": typed.review_by or year_from(today).isoformat(),
        "audience": typed.audience or Audience.BOTH.value,
        "reviewed": today.isoformat(),
        "reviewed_by": ccg_name[:MOST_ROLE],
    }
    part = int(typed.part or asked.part or 0)
    return Draft(record | ({"part": part} if part else {}), source)


def entry_of(addition: Addition, sources: Mapping[str, Source]) -> Entry | None:
    """The entry that an addition makes, before it is served; None where its source has gone."""
    source = source_of(addition)
    return entry_from(addition.content["record"], {**sources, **({source.key: source} if source else {})}, LOCAL_TOPIC)


def seal(addition: Addition) -> str:
    """Names an addition as it is now: "12.3f8a…". Whoever approves it approves what they saw, and nothing since."""
    said = json.dumps(addition.content, sort_keys=True)
    return f"{addition.id}.{hashlib.sha256(said.encode()).hexdigest()[:16]}"


def typed_from(addition: Addition) -> Typed:
    """What the form is filled with when a draft is taken up again."""
    record, source = addition.content["record"], source_of(addition)
    is_own = source is not None and not source.address and source.title.startswith("Answer by ")
    return Typed(
        answer=record["answer"],
        question=record["question"],
        source="" if source else record["sources"][0],
        source_title=source.title if source and not is_own else "",
        source_address=source.address if source else "",
        edition=record["edition"],
        audience=record["audience"],
        part=str(record.get("part", 0)),
        owner=record["owner"],
        review_by=record["review_by"],
    )


def as_question(text: str) -> str:
    """A wording tidied: one line, the first letter upper case, a question mark at its end, no longer than fits."""
    line = " ".join(visible(text).split()).rstrip(" ?.!,;:")
    if len(line) >= MOST_QUESTION:
        line = line[: MOST_QUESTION - 1].rsplit(" ", 1)[0].rstrip(" ?.!,;:")
    return f"{line[:1].upper()}{line[1:]}?" if line else ""


def other_wordings(wordings: Iterable[str], question: str, knowledge: Knowledge) -> list[str]:
    """The wordings of a group beside `question`, each once, but for those that find something else already."""
    known = {comparable(question), *_claimed(knowledge)}
    others: list[str] = []
    for wording in wordings:
        line = " ".join(visible(wording).split())
        if len(line) <= MOST_LINE and comparable(line) and comparable(line) not in known:
            known.add(comparable(line))
            others.append(line)
    return others[:MOST_ALSO]


def free_id(question: str, taken: Collection[str]) -> str:
    """A short name from the words of a question, with a number where another entry has it."""
    latin = unicodedata.normalize("NFKD", " ".join(words(question))).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "-", latin.lower()).strip("-")
    if len(name) > MOST_ID:
        name = name[:MOST_ID].rsplit("-", 1)[0]
    name = name or "answer"
    tried, number = name, 1
    while tried in taken:
        number += 1
        tried = f"{name}-{number}"
    return tried


def year_from(today: date) -> date:
    """The same day next year; 28 February after a 29th."""
    is_leap_day = (today.month, today.day) == (2, 29)
    return today.replace(year=today.year + 1, day=28 if is_leap_day else today.day)


def as_published(day: date) -> str:
    """A date as a publisher gives it: 22 November 2012."""
    return f"{day.day} {day:%B %Y}"


def _mistakes(typed: Typed, question: str, knowledge: Knowledge, today: date) -> dict[str, str]:
    found = {
        "answer": _wrong_with_answer(_cleaned(typed.answer)),
        "question": _wrong_with_question(typed.question, question, knowledge),
        "source": _wrong_with_source(typed, knowledge),
        "source_title": _too_long(typed.source_title, MOST_TITLE),
        "source_address": _wrong_with_address(typed),
        "owner": _too_long(typed.owner, MOST_ROLE),
        "review_by": _wrong_with_review(typed.review_by, today),
        "edition": None if typed.edition in ("", *Edition) else "Pick one of the editions in the list.",
        "audience": None if typed.audience in ("", *Audience) else "Pick one of the readers in the list.",
        "part": None if typed.part in ("", *map(str, range(10))) else "Pick one of the nine parts in the list.",
    }
    return {field: text for field, text in found.items() if text}


def _wrong_with_answer(answer: str) -> str | None:
    if not words(answer):
        return "There is nothing here yet. Type the answer."
    if answer.count("\n") >= MOST_LINES:
        return f"This has {answer.count(chr(10)) + 1} lines, and {MOST_LINES} fit in a reply. Make it shorter."
    return _too_long(answer, MOST_ANSWER)


def _wrong_with_question(typed: str, question: str, knowledge: Knowledge) -> str | None:
    if not words(question):
        return "There is no question here. Type one."
    claimed = _claimed(knowledge).get(comparable(question))
    if claimed:
        return f"“{claimed}” is found by these words already. Word this question differently."
    return _too_long(" ".join(visible(typed).split()), MOST_QUESTION)


def _wrong_with_source(typed: Typed, knowledge: Knowledge) -> str | None:
    if typed.source and (typed.source_title.strip() or typed.source_address.strip()):
        return "Pick a source or type one, not both. Clear one of them."
    if typed.source and typed.source not in knowledge.sources:
        return "That source is no longer known. Pick another, or type its title."
    return None


def _wrong_with_address(typed: Typed) -> str | None:
    address = typed.source_address.strip()
    if not address:
        return None
    if not address.startswith(("https://", "http://")) or any(c.isspace() or c in "<>|" for c in address):
        return "A web address starts with https:// or http:// and has no spaces."
    if not typed.source_title.strip():
        return "Type the title of this source too, so that people can see what it is."
    return None


def _wrong_with_review(review_by: str, today: date) -> str | None:
    if not review_by:
        return None
    try:
        day = date.fromisoformat(review_by)
    except ValueError:
        return "Pick a date."
    return "That day has passed. Pick one that is still to come." if day < today else None


def _too_long(text: str, most: int) -> str | None:
    length = len(text.strip())
    return (
        f"This has {length:,} characters, and {most:,} is the most that fits. Make it shorter."
        if length > most
        else None
    )


def _cleaned(answer: str) -> str:
    """The answer as typed, quotes and all, but for control characters."""
    lines = answer.replace("\r\n", "\n").strip()
    return "".join(char for char in lines if char == "\n" or unicodedata.category(char) not in ("Cc", "Cs"))


def _claimed(knowledge: Knowledge) -> dict[str, str]:
    """What is found word for word already: comparable wordings, and the question of what each finds."""
    claimed = {comparable(phrasing): talk.question for talk in knowledge.small_talk.values() for phrasing in talk.also}
    claimed |= {comparable(name): term.question for term in knowledge.terms.values() for name in term.names}
    claimed |= {comparable(one): entry.question for entry in knowledge.entries.values() for one in entry.phrasings}
    return claimed


def _new_source(typed: Typed, key: str, knowledge: Knowledge, ccg_name: str, today: date) -> Source:
    """The source that a lead typed, or the CCG itself."""
    title = " ".join(visible(typed.source_title).split()) or f"Answer by {ccg_name}"[:MOST_TITLE]
    return Source(
        key=free_id(f"local-{key}", knowledge.sources.keys()),
        title=title,
        publisher=ccg_name[:MOST_PUBLISHER],
        date=as_published(today),
        address=typed.source_address.strip(),
    )
