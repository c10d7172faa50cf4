"""Which answers want a review, whose they are, and when people are reminded."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.additions import Addition, Kind, Standing
from bot.knowledge import Edition, Entry, Source
from bot.reminders import Due, Mistakes, Why, correction, due, owner_of, shared_out, still_right, week_of

TODAY = date(2012, 11, 22)
ENTRY = Entry(
    id="parking",
    question="Where do I park?",
    also=(),
    answer="Park behind the surgery.",
    sources=(Source("act", "An Act", "The Queen's Printer", "2012", "https://example.org/act"),),
    edition=Edition.CONTEXT,
    checked=TODAY,
    owner="practice engagement lead",
    review_by=date(2099, 1, 1),
    topic="topic",
    reviewed=date(2012, 1, 1),
    reviewed_by="Anytown CCG",
)


def entry(key: str, review_by: date, *, reviewed: bool = True, owner: str = ENTRY.owner) -> Entry:
    made = replace(ENTRY, id=key, review_by=review_by, owner=owner)
    return made if reviewed else replace(made, reviewed=None, reviewed_by=None)


def test_the_longest_overdue_come_first_then_what_is_due_soon_then_what_nobody_reviewed() -> None:
    entries = [
        entry("never", date(2099, 1, 1), reviewed=False),
        entry("soon", date(2012, 12, 6)),
        entry("fine", date(2012, 12, 7)),
        entry("late", date(2012, 11, 21)),
        entry("later", date(2012, 1, 1), reviewed=False),
    ]

    found = [(one.entry.id, one.why) for one in due(entries, TODAY)]

    assert found == [("later", Why.OVERDUE), ("late", Why.OVERDUE), ("soon", Why.SOON), ("never", Why.NEVER)]


@pytest.mark.parametrize(
    ("owners", "left", "owner"),
    [
        ({"Practice Engagement  Lead": "U1"}, (), "U1"),
        ({"finance lead": "U1"}, (), None),
        ({"practice engagement lead": "U1"}, {"U1"}, None),
    ],
    ids=["by role", "no such role", "an owner who left"],
)
def test_an_entry_is_its_owners_or_the_leads(owners: dict[str, str], left: set[str], owner: str | None) -> None:
    assert owner_of(ENTRY, owners, left) == owner


def test_each_owner_gets_their_own_in_order() -> None:
    mine, others = entry("mine", TODAY), entry("others", TODAY, owner="finance lead")

    shared = shared_out([Due(mine, Why.SOON), Due(others, Why.SOON)], {"finance lead": "U2"})

    assert {owner: [one.entry.id for one in theirs] for owner, theirs in shared.items()} == {
        None: ["mine"],
        "U2": ["others"],
    }


@pytest.mark.parametrize(
    ("now", "monday"),
    [
        (datetime(2026, 11, 23, 8, 59, tzinfo=UTC), date(2026, 11, 16)),
        (datetime(2026, 11, 23, 9, 0, tzinfo=UTC), date(2026, 11, 23)),
        (datetime(2026, 7, 6, 7, 59, tzinfo=UTC), date(2026, 6, 29)),
        (datetime(2026, 7, 6, 8, 0, tzinfo=UTC), date(2026, 7, 6)),
        (datetime(2026, 11, 29, 23, 0, tzinfo=UTC), date(2026, 11, 23)),
    ],
    ids=["before nine", "at nine", "before nine in summer", "at nine in summer", "on Sunday"],
)
def test_a_week_begins_on_monday_at_nine_in_london(now: datetime, monday: date) -> None:
    assert week_of(now) == monday


def test_still_right_holds_for_a_year() -> None:
    review = still_right(ENTRY, "U1", "Anytown CCG", TODAY)

    assert review.content == {"reviewed": "2012-11-22", "reviewed_by": "Anytown CCG", "review_by": "2013-11-22"}


def test_a_new_answer_is_a_correction_with_its_note() -> None:
    made = correction(ENTRY, " Park in front.\r\n", " The yard is closed. ", "U1", Standing.LIVE)

    assert made == Addition(
        Kind.CORRECTION, "parking", {"answer": "Park in front.", "note": "The yard is closed."}, "U1"
    )


@pytest.mark.parametrize(
    ("answer", "note", "field", "sentence"),
    [
        ("  ", "Why.", "answer", "Type the answer."),
        ("x" * 2_501, "Why.", "answer", "This has 2,501 characters, and 2,500 is the most that fits in Slack."),
        ("a\n" * 30, "Why.", "answer", "This has more than 25 lines, which do not fit in a reply."),
        ("Park *here*.", "Why.", "answer", "Use plain sentences"),
        ("See https://example.org", "Why.", "answer", "Use plain sentences"),
        (ENTRY.answer, "Why.", "answer", "This is the answer as it stands."),
        ("Park in front.", " ", "note", "Say in a line what was wrong"),
    ],
)
def test_a_new_answer_is_checked_as_the_files_are(answer: str, note: str, field: str, sentence: str) -> None:
    found = correction(ENTRY, answer, note, "U1", Standing.LIVE)

    assert isinstance(found, Mistakes)
    assert found.by_field[field].startswith(sentence)
