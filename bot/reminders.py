"""Which answers want a review, whose they are, and when people are reminded."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.additions import Addition, Kind, Standing
from bot.drafting import year_from
from bot.history import shown_digest
from bot.knowledge import Entry
from bot.knowledge.shape import ENTRY, MOST_LINE

LONDON = ZoneInfo("Europe/London")
OPENS_AT = timedelta(hours=9)  # on Mondays
DUE_WITHIN = timedelta(days=14)
AT_ONCE = 5
MOST_ROLE = 80
MARK_UP = frozenset("*_`~<>")


class Why(StrEnum):
    """Why an entry is in a reminder, the most urgent first."""

    OVERDUE = "overdue"
    SOON = "soon"  # due within 14 days
    NEVER = "never"  # nobody at the CCG has reviewed it


@dataclass(frozen=True)
class Due:
    """An entry that wants a review."""

    entry: Entry
    why: Why


@dataclass(frozen=True)
class Mistakes:
    """What is wrong with a form: a sentence for each field."""

    by_field: Mapping[str, str]


def why_due(entry: Entry, today: date) -> Why | None:
    """Why an entry wants a review; None for one that does not."""
    if entry.is_overdue(today):
        return Why.OVERDUE
    if entry.review_by <= today + DUE_WITHIN:
        return Why.SOON
    return Why.NEVER if entry.reviewed is None else None


def due(entries: Iterable[Entry], today: date) -> list[Due]:
    """What wants a review: the longest overdue first, then what is due soon, then what nobody ever reviewed."""
    found = [Due(entry, why) for entry in entries if (why := why_due(entry, today))]
    return sorted(found, key=lambda one: (list(Why).index(one.why), one.entry.review_by))


def owner_of(entry: Entry, owners: Mapping[str, str], left: Collection[str] = ()) -> str | None:
    """The Slack user id of whoever has the entry's role; None where the leads look after it."""
    by_role = {_as_role(role): user for role, user in owners.items()}
    user = by_role.get(_as_role(entry.owner))
    return None if user in left else user


def shared_out(
    wanting: Iterable[Due], owners: Mapping[str, str], left: Collection[str] = ()
) -> dict[str | None, list[Due]]:
    """What each owner is reminded of, by user id, in the order given; under None what the leads are."""
    shared: dict[str | None, list[Due]] = {}
    for one in wanting:
        shared.setdefault(owner_of(one.entry, owners, left), []).append(one)
    return shared


def week_of(now: datetime) -> date:
    """The Monday whose reminders are out by `now`: they go at 09:00 on the London clock."""
    on_the_clock = now.astimezone(LONDON).replace(tzinfo=None) - OPENS_AT
    return on_the_clock.date() - timedelta(days=on_the_clock.weekday())


def still_right(entry: Entry, by: str, ccg_name: str, today: date) -> Addition:
    """A review of an entry as it stands, good for a year."""
    content = {
        "reviewed": today.isoformat(),
        "reviewed_by": ccg_name[:MOST_ROLE],
        "review_by": year_from(today).isoformat(),
    }
    return Addition(Kind.REVIEW, entry.id, content, by)


def correction(entry: Entry, answer: str, note: str, by: str, standing: Standing) -> Addition | Mistakes:
    """A new answer to an entry, or what is wrong with it. Checked as the curated files are."""
    found = {"answer": _wrong_with_answer(entry, answer), "note": _wrong_with_note(note)}
    mistakes = {field: text for field, text in found.items() if text}
    if mistakes:
        return Mistakes(mistakes)
    content = {"answer": _lines(answer), "note": _lines(note)}
    return Addition(Kind.CORRECTION, entry.id, content, by, standing=standing)


def seen(entry: Entry, additions: Iterable[Addition]) -> str:
    """Names what a reviewer is shown: the entry's wording, and the newest addition to it."""
    newest = max((addition.id for addition in additions if addition.entry == entry.id), default=0)
    return f"{entry.id} {shown_digest(entry)} {newest}"


def _wrong_with_answer(entry: Entry, answer: str) -> str | None:
    try:
        text = str(ENTRY["answer"].take(_lines(answer)))
    except ValueError as error:
        told = str(error.args[0]) if error.args else ""
        return f"This {told}. Make it shorter." if told.startswith("has ") else "Type the answer."
    if MARK_UP & set(text) or "://" in text:
        return "Use plain sentences: no web addresses, and none of the characters * _ ` ~ < >."
    return (
        "This is the answer as it stands. Change it, or close this and choose Still right."
        if (text == entry.answer)
        else None
    )


def _wrong_with_note(note: str) -> str | None:
    text = _lines(note)
    if not text:
        return "Say in a line what was wrong and what is right now."
    if len(text) > MOST_LINE:
        return f"This has {len(text):,} characters, and {MOST_LINE:,} is the most that fits. Make it shorter."
    return None


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _as_role(role: str) -> str:
    return " ".join(role.casefold().split())
