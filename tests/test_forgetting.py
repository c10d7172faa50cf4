"""A question that is forgotten goes from the letters and drafts that quote it, and from the bytes of the database."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from bot import blocks
from bot.additions import Addition, Kind, Standing
from bot.clarifying import Clarification
from bot.letters import Letter
from bot.library import Library
from bot.listeners.announce import announce
from bot.standin import StandIn
from tests.forms import preview, submit
from tests.harness import Workspace

TEAM = "T0001"
SECRET = "who feeds the zanzibar cat"
WORD = b"zanzibar"
ANSWER = "The practice manager does."


@pytest.fixture
def leads(tmp_path: Path, library: Library, standin: StandIn) -> Iterator[Workspace]:
    workspace = Workspace(tmp_path, library, standin, leads=("ULEAD", "UTWO"), leads_channel="CLEADS", two_leads=True)
    yield workspace
    workspace.close()


def ask(leads: Workspace, text: str = SECRET, user: str = "U1") -> None:
    leads.dm(text, user=user)
    leads.desk.queue.group_waiting()


def join(leads: Workspace) -> None:
    """Everything in the queue is one row."""
    groups = leads.store.review.groups(TEAM)
    ids = [[one for one, _ in leads.store.review.wordings(group.id)] for group in groups]
    if len(ids) > 1:
        leads.desk.queue.pin(TEAM, ids[0], ids[1], together=True)


def erase(leads: Workspace) -> None:
    leads.store.house.erase(TEAM, "U1")


def withdraw(leads: Workspace) -> None:
    leads.store.questions.withdraw(TEAM, 1)


def purge(leads: Workspace) -> None:
    """What was dealt with, 180 days on."""
    with Database(leads.settings.db).conn as connection:
        connection.execute("UPDATE unanswered SET status = 'dismissed'")
    leads.store.house.purge(leads.clock() + timedelta(days=181))


HOWS = pytest.mark.parametrize("forget", [erase, withdraw, purge], ids=["erased", "taken back", "purged"])


def left(leads: Workspace, word: bytes = WORD) -> list[str]:
    """Files of the database that have the word."""
    folder = leads.settings.db.parent
    return [path.name for path in sorted(folder.glob("bot.db*")) if word in path.read_bytes()]


def letters(leads: Workspace, kind: str) -> list[dict[str, Any]]:
    return list(Database(leads.settings.db)["outbox"].rows_where("kind = ? AND body IS NOT NULL", [kind]))


def in_state(leads: Workspace, state: str) -> None:
    """Every letter that was not sent is in this state."""
    with Database(leads.settings.db).conn as connection:
        connection.execute("UPDATE outbox SET state = ? WHERE body IS NOT NULL", [state])


def write_announcement(leads: Workspace) -> None:
    assert announce(leads.desk)


def write_proposal(leads: Workspace) -> None:
    leads.slack.fail("chat.postMessage", error="service_unavailable")
    submit(leads, preview(leads, answer=ANSWER), "ULEAD")


def write_offer(leads: Workspace) -> None:
    [group] = leads.store.review.groups(TEAM)
    addition = Addition(Kind.ENTRY, "cats", {}, "ULEAD", 99)
    leads.store.outbox.write(TEAM, [blocks.also_answers(addition, [group], "What about cats?", "ULEAD")], leads.clock())


def write_reply(leads: Workspace) -> None:
    [group] = leads.store.review.groups(TEAM)
    asked = Clarification(0, "Which cat?", "ULEAD", leads.clock(), people=0)

    def compose(asker: Any, sent_id: int) -> Letter:
        return blocks.clarify_letter(asker, sent_id, "Which cat?", "CCG")

    leads.store.clarifications.ask(TEAM, group.id, group.version, 0, asked, compose)
    sent = leads.store.clarifications.find(TEAM, 1)
    assert sent is not None
    letter = blocks.reply_letter(sent, group.text, "The grey one", "CLEADS")
    leads.store.clarifications.reply(TEAM, 1, "U1", "The grey one", [letter], leads.clock())


@HOWS
@pytest.mark.parametrize(
    "write",
    [write_announcement, write_proposal, write_offer, write_reply],
    ids=["announced", "proposed", "offered", "clarified"],
)
@pytest.mark.parametrize("state", ["waiting", "dead", "doubtful"])
def test_no_byte_of_a_forgotten_question_is_left(
    leads: Workspace, write: Callable[[Workspace], None], forget: Callable[[Workspace], None], state: str
) -> None:
    ask(leads)
    write(leads)
    in_state(leads, state)
    assert left(leads)

    forget(leads)

    assert left(leads) == []


def test_word_of_the_other_questions_is_written_anew(leads: Workspace) -> None:
    ask(leads)
    ask(leads, "where is the stapler", "U2")
    write_announcement(leads)

    erase(leads)
    announce(leads.desk)

    [letter] = letters(leads, "announce")
    assert "stapler" in letter["body"]
    assert "zanzibar" not in letter["body"]


def test_what_may_have_been_posted_is_not_announced_again(leads: Workspace) -> None:
    ask(leads)
    ask(leads, "where is the stapler", "U2")
    write_announcement(leads)
    in_state(leads, "doubtful")

    erase(leads)

    assert announce(leads.desk) == 0
    assert letters(leads, "announce") == []


def test_a_reply_about_a_row_that_others_asked_too_loses_its_quote_alone(leads: Workspace) -> None:
    ask(leads)
    write_reply(leads)
    ask(leads, "where is the stapler", "U2")
    join(leads)

    erase(leads)

    [letter] = letters(leads, "clarified")
    assert "The grey one" in letter["body"]
    assert "zanzibar" not in letter["body"]


def test_a_proposal_called_after_a_forgotten_question_is_a_draft_with_another_name(leads: Workspace) -> None:
    ask(leads)
    ask(leads, "where is the stapler", "U2")
    join(leads)
    write_proposal(leads)

    erase(leads)

    [addition] = leads.store.additions.of()
    assert (addition.standing, addition.entry) == (Standing.DRAFT, "where-is-the-stapler")
    assert addition.content["record"]["question"] == "Where is the stapler?"
    assert left(leads) == []
    assert letters(leads, "proposal") == []
