"""What closed polls show is kept with them, for whoever looks at all polls: what the dashboard reads of polls."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from bot.listeners.polls.moves import delete_poll, reopen_poll
from bot.migrations import migrations
from bot.polls import Answer, Outcome, Plan, Poll, Question, Results, Voice
from bot.polls.poll import plan_as_json
from bot.reporting import report_for_others
from bot.storage import Store
from tests import payloads
from tests.ballots import HEARD, LONG, MATTERS, MORNINGS, WEEK, WORDS, opened
from tests.closings import NO, YES, cast, close, found, register
from tests.harness import Workspace


def database(slack: Workspace) -> Database:
    return Database(slack.store._connections.path)


def kept(slack: Workspace, poll: Poll) -> dict[str, Any] | None:
    """What is kept of a closed poll."""
    row = database(slack).execute("SELECT content FROM results WHERE poll_id = ?", (poll.id,)).fetchone()
    return dict(json.loads(row[0])) if row else None


def shown(slack: Workspace) -> list[tuple[Any, ...]]:
    """Each option of each poll: the question, the option, how many chose it, of how many."""
    return list(
        database(slack).execute(
            "SELECT question, option, number, answered FROM dashboard_poll_results "
            "ORDER BY poll_id, question_at, option_at"
        )
    )


def of_mornings(*numbers: int) -> list[tuple[Any, ...]]:
    return [
        (MORNINGS.text, option, number, sum(numbers)) for option, number in zip(MORNINGS.options, numbers, strict=True)
    ]


def row_of(slack: Workspace, poll: Poll) -> dict[str, Any]:
    [row] = database(slack).query("SELECT * FROM dashboard_polls WHERE id = ?", [poll.id])
    return row


def reopen(slack: Workspace, poll: Poll) -> None:
    reopen_poll(slack.desk, found(slack, poll), slack.clock() + WEEK, "ULEAD")


@pytest.mark.parametrize("is_anonymous", [False, True])
def test_a_closed_poll_keeps_its_counts(slack: Workspace, is_anonymous: bool) -> None:
    poll = opened(slack, is_anonymous=is_anonymous)
    cast(slack, poll, range(4))
    cast(slack, poll, range(4, 6), NO)

    close(slack, poll)

    assert shown(slack) == of_mornings(4, 2, 0)
    assert kept(slack, poll) == {
        "whole": {"taking_part": 6, "counts": [[4, 2, 0, 6]]},
        "localities": [],
        "notes": [],
        "taking_part": 6,
        "eligible": None,
    }


@pytest.mark.parametrize("is_anonymous", [False, True])
@pytest.mark.parametrize("results", list(Results))
def test_fewer_than_five_are_a_number_and_nothing_else(slack: Workspace, is_anonymous: bool, results: Results) -> None:
    poll = opened(slack, is_anonymous=is_anonymous, results=results)
    cast(slack, poll, range(4))

    close(slack, poll)

    assert shown(slack) == []
    assert row_of(slack, poll)["took_part"] == 4
    assert "fewer than 5 people took part" in row_of(slack, poll)["notes"]


def test_where_results_are_for_leads_small_localities_stand_together_here_too(slack: Workspace) -> None:
    register(slack, {"North": 6, "South": 5, "East": 1, "West": 4})
    poll = opened(slack, results=Results.LEADS)
    cast(slack, poll, range(16))

    close(slack, poll)

    content = kept(slack, poll)
    assert content
    assert [name for name, _ in content["localities"]] == ["North", "South", "Other localities"]
    assert "fewer than 5 people stand together" in row_of(slack, poll)["notes"]
    assert report_for_others(slack.store, found(slack, poll), slack.clock()) is None


@pytest.mark.parametrize("results", [Results.AFTER_CLOSE, Results.LEADS])
def test_closed_once_more_after_a_single_vote_the_first_results_stand(slack: Workspace, results: Results) -> None:
    poll = opened(slack, results=results)
    cast(slack, poll, range(5))
    close(slack, poll)
    reopen(slack, poll)
    cast(slack, poll, range(5, 6), NO)

    close(slack, poll)

    assert shown(slack) == of_mornings(5, 0, 0)
    assert "as they were shown before" in row_of(slack, poll)["notes"]


def test_reopened_a_poll_keeps_no_results(slack: Workspace) -> None:
    poll = opened(slack)
    cast(slack, poll, range(5))
    close(slack, poll)

    reopen(slack, poll)

    assert kept(slack, poll) is None
    assert shown(slack) == []
    assert (row_of(slack, poll)["state"], row_of(slack, poll)["closed"]) == ("open", None)


def test_a_deleted_poll_leaves_nothing_in_the_views(slack: Workspace) -> None:
    poll = opened(slack)
    cast(slack, poll, range(5))
    close(slack, poll)

    delete_poll(slack.desk, found(slack, poll), "ULEAD")

    assert kept(slack, poll) is None
    assert (shown(slack), list(database(slack)["dashboard_polls"].rows)) == ([], [])


@pytest.mark.parametrize(("results", "is_shown"), [(one, one is Results.LIVE) for one in Results])
def test_of_open_polls_those_with_live_results_show_the_latest(
    slack: Workspace, results: Results, is_shown: bool
) -> None:
    poll = opened(slack, results=results)
    cast(slack, poll, range(5))
    report_for_others(slack.store, found(slack, poll), slack.clock())
    cast(slack, poll, range(5, 6), NO)

    assert shown(slack) == (of_mornings(5, 0, 0) if is_shown else [])


def test_of_an_open_anonymous_poll_nobody_can_tell_how_many_voted(slack: Workspace) -> None:
    poll = opened(slack, is_anonymous=True, results=Results.LIVE)
    cast(slack, poll, range(7))

    assert row_of(slack, poll)["took_part"] is row_of(slack, poll)["response_rate"] is None
    assert shown(slack) == []


def test_what_was_written_stands_in_no_view(slack: Workspace) -> None:
    poll = opened(slack, *LONG)
    answers: Sequence[Answer] = (Answer((YES,)), Answer((0, 2)), Answer((4,)), Answer(text="planted words"))
    for number in range(5):
        slack.store.votes.cast(payloads.TEAM, poll.id, f"UPLANTED{number}", tuple(answers), slack.clock())

    close(slack, poll)

    said = json.dumps([shown(slack), row_of(slack, poll), kept(slack, poll)])
    assert "planted" not in said.casefold()
    assert {row[0] for row in shown(slack)} == {MORNINGS.text, MATTERS.text, HEARD.text}
    assert WORDS.text not in said


def test_of_a_question_that_fewer_than_five_answered_no_count_shows(slack: Workspace) -> None:
    poll = opened(slack, MORNINGS, HEARD)
    for number in range(6):
        answers = (Answer((0,)), Answer((4,) if number < 4 else ()))
        slack.store.votes.cast(payloads.TEAM, poll.id, f"U{number}", answers, slack.clock())

    close(slack, poll)

    rows = list(database(slack).query("SELECT * FROM dashboard_poll_results WHERE question_at = 1"))
    assert {(row["number"], row["answered"], row["average"]) for row in rows} == {(None, 4, None)}
    assert [number for question, _, number, _ in shown(slack) if question == MORNINGS.text] == [6, 0, 0]


def test_a_rating_has_its_ends_and_its_average(slack: Workspace) -> None:
    poll = opened(slack, HEARD)
    for number in range(6):
        slack.store.votes.cast(payloads.TEAM, poll.id, f"U{number}", (Answer((min(number, 4),)),), slack.clock())

    close(slack, poll)

    rows = list(database(slack).query("SELECT option, number, average FROM dashboard_poll_results ORDER BY option_at"))
    assert [row["option"] for row in rows] == ["1 (not at all)", "2", "3", "4", "5 (fully)"]
    assert [row["number"] for row in rows] == [1, 1, 1, 1, 2]
    assert {row["average"] for row in rows} == {round((1 + 2 + 3 + 4 + 5 + 5) / 6, 2)}


def test_a_poll_of_practices_says_how_many_of_the_register_answered(slack: Workspace) -> None:
    register(slack, {"North": 8})
    poll = opened(slack, voice=Voice.PRACTICE)
    cast(slack, poll, range(6))
    before = row_of(slack, poll)

    close(slack, poll)
    slack.store.practices.replace_register([])

    after = row_of(slack, poll)
    assert (before["took_part"], before["eligible"], before["response_rate"]) == (6, 8, 0.75)
    assert (after["took_part"], after["eligible"], after["response_rate"]) == (6, 8, 0.75)


def test_more_votes_than_people_known_make_no_rate(slack: Workspace) -> None:
    register(slack, {"North": 3})
    poll = opened(slack)
    cast(slack, poll, range(5))

    close(slack, poll)

    assert (row_of(slack, poll)["eligible"], row_of(slack, poll)["response_rate"]) == (3, None)


def test_what_came_of_a_poll_stands_there_without_who_said_it(slack: Workspace) -> None:
    poll = opened(slack, title="Meetings, says <@U0PLANTED>")
    close(slack, poll)
    said = Outcome("Mornings suit <@U0PLANTED|jo>", "Move them", "U0PLANTED", slack.clock())

    slack.store.polls.keep_outcome(payloads.TEAM, poll.id, said, lambda *_: (), slack.clock())

    row = row_of(slack, poll)
    assert (row["title"], row["heard"], row["doing"]) == (
        "Meetings, says somebody",
        "Mornings suit somebody",
        "Move them",
    )
    assert row["said"] == slack.clock().date().isoformat()
    assert "PLANTED" not in json.dumps(row)


def test_polls_closed_before_the_table_came_show_what_was_published(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    old = Database(path)
    migrations.apply(old, stop_before="m009_results")
    part = {"taking_part": 5, "counts": [[3, 2, 5]]}
    localities = [["North", part], ["Other localities", part]]
    _poll(old, "closed", {"whole": part, "localities": [], "is_rolled_up": False})
    _poll(old, "closed", {"whole": part, "localities": localities, "is_rolled_up": True}, voice=Voice.PRACTICE)
    _poll(old, "closed", {"whole": part, "localities": [], "is_rolled_up": True})
    _poll(old, "closed", None)
    _poll(old, "open", {"whole": part, "localities": [], "is_rolled_up": False})
    old.conn.close()

    store = Store(path)

    rows = list(Database(path).query("SELECT poll_id, content FROM results"))
    store.close()
    assert [row["poll_id"] for row in rows] == [1, 2, 3]
    contents = [json.loads(row["content"]) for row in rows]
    assert contents[0] == {"whole": part, "localities": [], "notes": [], "taking_part": 0, "eligible": None}
    assert contents[1]["localities"] == localities
    assert contents[1]["notes"] == ["Localities with fewer than 5 practices stand together as “Other localities”."]
    assert contents[2]["notes"] == [
        "Answers by locality are not shown: with them, others could tell what fewer than 5 people chose."
    ]
    numbers = Database(path).execute("SELECT poll_id, option, number, answered FROM dashboard_poll_results")
    assert numbers.fetchall()[:2] == [(1, "Yes", 3, 5), (1, "No", 2, 5)]


def _poll(db: Database, state: str, published: dict[str, Any] | None, **plan: Any) -> None:
    """A poll as an earlier version kept it, with what was published of it before and last."""
    made = Plan("Mornings", (Question("Mornings?", options=("Yes", "No")),), **plan)
    row = {"workspace": "T1", "state": state, "author": "U1", "version": 1, "made_at": "2012-11-01T09:00:00.000+00:00"}
    number = db.table("polls").insert(row | {"plan": json.dumps(plan_as_json(made))}).last_pk
    for content in [{"whole": None}, published] if published else []:
        publication = {"poll_id": number, "ballots": "[]", "content": json.dumps(content)}
        db.table("publications").insert(publication | {"published_at": row["made_at"]})
