"""Polls in the board pack: what others than leads may see, as it was when they closed, and what came of them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlite_utils import Database

from bot.listeners.polls.moves import reopen_poll
from bot.polls import Answer, Outcome, Poll, Results, Voice
from bot.polls.templates import load_polls
from bot.report.gathering import FOR_LEADS
from bot.report.pack import APPRAISAL, Pack, Result
from bot.report.page import as_html
from bot.report.tables import TOO_FEW, tables
from bot.settings import shipped_knowledge
from tests import payloads
from tests.ballots import LONG, MORNINGS, WORDS, opened
from tests.closings import NO, YES, cast, close, register
from tests.harness import Workspace
from tests.pack_quarter import FIRST, LAST, pack_of

OPENS = datetime(2012, 11, 5, 9, tzinfo=UTC)


@pytest.fixture
def quarter(slack: Workspace) -> Workspace:
    """A workspace in November 2012."""
    slack.clock.now = OPENS
    return slack


def pack(slack: Workspace, first: date = FIRST, last: date = LAST) -> Pack:
    return pack_of(slack.store, slack.library.current.knowledge, first, last)


def packed(slack: Workspace) -> Result:
    [result] = pack(slack).results
    return result


def said(slack: Workspace) -> str:
    """All that the page and its tables say."""
    return as_html(pack(slack), beside="pack") + "\n".join(tables(pack(slack)).values())


def voted(slack: Workspace, people: range, *, choice: int = YES, **plan: Any) -> Poll:
    poll = opened(slack, **plan)
    cast(slack, poll, people, choice)
    return poll


def test_a_closed_poll_shows_its_counts_and_how_many_took_part(quarter: Workspace) -> None:
    register(quarter, {"North": 6, "South": 6})
    poll = voted(quarter, range(8))
    cast(quarter, poll, range(8, 11), NO)
    close(quarter, poll)

    result = packed(quarter)

    assert result.counts[0].numbers == (8, 3, 0)
    assert (result.taking_part, result.eligible, result.closed) == (11, 12, OPENS.date())
    assert "11 people took part; 12 had chosen their practice by then." in said(quarter)


def test_how_many_could_have_taken_part_is_told_as_it_was_then(quarter: Workspace) -> None:
    register(quarter, {"North": 6})
    close(quarter, voted(quarter, range(6)))
    register(quarter, {"North": 9})

    assert packed(quarter).eligible == 6


def test_results_for_leads_only_are_not_shown(quarter: Workspace) -> None:
    close(quarter, voted(quarter, range(9), results=Results.LEADS))

    result = packed(quarter)

    assert (result.counts, result.localities, result.notes) == ((), (), (FOR_LEADS,))
    assert FOR_LEADS in said(quarter)


@pytest.mark.parametrize("is_anonymous", [False, True], ids=["named", "anonymous"])
def test_answers_of_four_are_not_shown_and_of_five_are(quarter: Workspace, is_anonymous: bool) -> None:
    close(quarter, voted(quarter, range(4), is_anonymous=is_anonymous))

    few = packed(quarter)

    assert few.counts == ()
    assert "fewer than 5 people took part" in few.notes[0]
    assert few.notes[0] in as_html(pack(quarter))


@pytest.mark.parametrize("is_anonymous", [False, True], ids=["named", "anonymous"])
def test_a_poll_that_closed_before_its_results_were_kept_shows_them_too(quarter: Workspace, is_anonymous: bool) -> None:
    close(quarter, voted(quarter, range(6), is_anonymous=is_anonymous))
    db = Database(quarter.settings.db)
    with db.conn:
        db.table("results").delete_where()
    db.conn.close()

    result = packed(quarter)

    assert (result.counts[0].numbers, result.taking_part, result.eligible) == ((6, 0, 0), 6, 0)


def test_an_anonymous_poll_of_five_shows_its_counts(quarter: Workspace) -> None:
    close(quarter, voted(quarter, range(5), is_anonymous=True))

    assert packed(quarter).counts[0].numbers == (5, 0, 0)


def test_a_question_that_fewer_than_five_answered_is_not_shown(quarter: Workspace) -> None:
    second = (MORNINGS, MORNINGS)
    poll = opened(quarter, *second)
    for number in range(6):
        answers = (Answer((YES,)), Answer((NO,) if number < 4 else ()))
        quarter.store.votes.cast(payloads.TEAM, poll.id, f"U{number}", answers, quarter.clock())
    close(quarter, poll)

    rows = tables(pack(quarter))["polls"].splitlines()

    counts = [row.split(",")[7] for row in rows[2:]]
    assert counts == ["6", "0", "0", *[TOO_FEW] * 3]


def test_what_people_wrote_stands_nowhere(quarter: Workspace) -> None:
    poll = opened(quarter, MORNINGS, WORDS)
    for number in range(7):
        answers = (Answer((YES,)), Answer(text=f"planted by number {number}"))
        quarter.store.votes.cast(payloads.TEAM, poll.id, f"UPLANTED{number}", answers, quarter.clock())
    close(quarter, poll)

    assert "planted" not in said(quarter).casefold()


def test_what_came_of_it_is_said_without_naming_who_said_it(quarter: Workspace) -> None:
    poll = close(quarter, voted(quarter, range(7)), by="UPLANTED")
    outcome = Outcome(
        "Mornings suit.", "Meetings move, <@UPLANTED1> sees to it.", "UPLANTED", OPENS + timedelta(days=3)
    )
    quarter.store.polls.keep_outcome(payloads.TEAM, poll.id, outcome, lambda *_: (), OPENS)

    page = as_html(pack(quarter))

    assert "Mornings suit." in page
    assert "Meetings move, somebody sees to it." in page
    assert "Said by a lead at Anytown CCG on 8 November 2012." in page
    assert "PLANTED" not in said(quarter)


def test_a_poll_belongs_to_the_day_in_london_on_which_it_closed(quarter: Workspace) -> None:
    quarter.clock.now = datetime(2012, 10, 27, 23, 30, tzinfo=UTC)
    close(quarter, voted(quarter, range(6)))

    assert len(pack(quarter, date(2012, 10, 28), LAST).results) == 1
    assert pack(quarter, FIRST, date(2012, 10, 27)).results == ()


def test_an_open_poll_is_counted_and_shows_nothing(quarter: Workspace) -> None:
    voted(quarter, range(9), results=Results.LIVE)

    found = pack(quarter)

    assert (found.results, found.still_open) == ((), 1)
    assert "1 poll was still open at the end of the period and not in these results." in as_html(found)


def test_making_a_pack_publishes_nothing_of_an_open_poll(quarter: Workspace) -> None:
    poll = voted(quarter, range(9), results=Results.LIVE)

    pack(quarter)

    assert quarter.store.publications.latest(poll) is None


def test_a_poll_that_was_reopened_is_no_closed_one(quarter: Workspace) -> None:
    closed = close(quarter, voted(quarter, range(9)))
    reopen_poll(quarter.desk, closed, quarter.clock() + timedelta(days=3), "ULEAD")

    assert pack(quarter).results == ()


def test_practices_that_took_part_in_a_named_poll_are_counted_and_in_an_anonymous_one_not(quarter: Workspace) -> None:
    register(quarter, {"North": 6})
    close(quarter, voted(quarter, range(5), is_anonymous=True))
    before = pack(quarter).reach.took_part
    poll = opened(quarter)
    for number in range(2):
        quarter.store.votes.cast(payloads.TEAM, poll.id, f"U{number}", (Answer((YES,)),), quarter.clock())

    assert (before, pack(quarter).reach.took_part) == (0, 2)


def test_the_appraisal_of_the_board_stands_apart(quarter: Workspace) -> None:
    template = load_polls(shipped_knowledge() / "polls")[APPRAISAL]
    close(quarter, voted(quarter, range(6)))
    asked = template.plan.questions
    poll = opened(quarter, *asked, title=template.plan.title, template=APPRAISAL, voice=Voice.PERSON)
    cast(quarter, poll, range(7))
    close(quarter, poll)

    found = pack(quarter)
    page = as_html(found)

    assert [one.title for one in found.appraisals] == [template.plan.title]
    assert [one.title for one in found.polls] == ["Locality meetings"]
    assert "“Support only”: 7 of 7 (100%)" in page
    assert "Practices were asked how the Board works with them. 7 people took part." in page


def test_an_appraisal_that_is_open_is_said(quarter: Workspace) -> None:
    opened(quarter, template=APPRAISAL)

    assert "in a poll that closed in this period. One was still open at the end of it." in as_html(pack(quarter))


def test_localities_stand_in_the_table_beside_it_and_small_ones_together(quarter: Workspace) -> None:
    register(quarter, {"North": 6, "South": 6, "West": 2})
    close(quarter, voted(quarter, range(14)))

    table = tables(pack(quarter))["polls"]

    assert "South" not in table or "West" not in table
    assert "Other localities" in table
    assert "stand together as" in table


def test_a_question_that_few_of_a_locality_answered_is_shown_of_none(quarter: Workspace) -> None:
    register(quarter, {"North": 6, "South": 6})
    poll = opened(quarter, MORNINGS, MORNINGS)
    for number in range(12):
        answers = (Answer((YES,)), Answer((NO,) if number > 1 else ()))
        quarter.store.votes.cast(payloads.TEAM, poll.id, f"U{number}", answers, quarter.clock())
    close(quarter, poll)

    rows = [row.split(",") for row in tables(pack(quarter))["polls"].splitlines()[1:]]

    counts = {name: [row[7] for row in rows if row[8] == name and row[5]] for name in ("", "North", "South")}
    assert counts == {
        "": ["12", "0", "0", "0", "10", "0"],
        "North": ["6", "0", "0", *[TOO_FEW] * 3],
        "South": ["6", "0", "0", *[TOO_FEW] * 3],
    }


def test_every_kind_of_question_finds_words(quarter: Workspace) -> None:
    poll = opened(quarter, *LONG)
    cast(quarter, poll, range(9))
    close(quarter, poll)

    page = as_html(pack(quarter))

    assert "3 more questions of this poll are not shown here." in page
