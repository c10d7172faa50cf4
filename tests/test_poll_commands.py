"""`mandate-bot polls`: list, show and close."""

import json
from typing import Any

import pytest

from bot.polls import Answer, Kind, Poll, Question, State, Voice
from tests import payloads
from tests.ballots import HEARD, LONG, MORNINGS, opened, planned
from tests.harness import Workspace
from tests.practice_samples import ELM, TWO
from tests.process import Run

TEAM = payloads.TEAM


@pytest.fixture
def anytown(desk: Workspace) -> Workspace:
    desk.store.practices.replace_register(TWO)
    desk.store.practices.choose(TEAM, "U1", ELM.code, desk.clock())
    return desk


def asked(bot: Run, *arguments: str) -> str:
    done = bot("polls", *arguments)
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout.decode()


def shown(bot: Run, poll: Poll) -> dict[str, Any]:
    return dict(json.loads(asked(bot, "show", str(poll.id), "--json")))


def test_show_has_every_key_and_repeats_the_first_question(anytown: Workspace, bot: Run) -> None:
    poll = opened(anytown, MORNINGS, Question("Anything else?", Kind.TEXT))
    anytown.store.votes.cast(TEAM, poll.id, "U1", (Answer((1,)), Answer()), anytown.clock())

    options = [{"text": "Yes", "count": 0}, {"text": "No", "count": 1}, {"text": "Don't mind", "count": 0}]
    assert shown(bot, poll) == {
        "id": poll.id,
        "state": "open",
        "title": "Locality meetings",
        "question": MORNINGS.text,
        "options": options,
        "questions": [
            {"question": MORNINGS.text, "kind": "one", "options": options},
            {"question": "Anything else?", "kind": "text", "options": []},
        ],
        "taking_part": 1,
        "eligible": 1,
    }


def test_eligible_is_practices_where_each_has_one_voice(anytown: Workspace, bot: Run) -> None:
    poll = opened(anytown, voice=Voice.PRACTICE)

    assert shown(bot, poll)["eligible"] == 2


@pytest.mark.parametrize("voters", [4, 5])
def test_counts_of_an_anonymous_poll_are_null_until_it_is_closed_and_five_took_part(
    anytown: Workspace, bot: Run, voters: int
) -> None:
    poll = opened(anytown, HEARD, is_anonymous=True)
    for number in range(voters):
        anytown.store.ballot_boxes.cast(poll.box or "", poll.plan.questions, f"U{number}", (Answer((4,)),))
    before = shown(bot, poll)

    asked(bot, "close", str(poll.id))

    after = shown(bot, poll)
    assert {one["count"] for one in before["options"]} == {None}
    assert (before["taking_part"], after["state"], after["taking_part"]) == (voters, "closed", voters)
    assert [one["count"] for one in after["options"]] == ([0, 0, 0, 0, 5] if voters == 5 else [None] * 5)


def test_list_is_one_array_newest_first_without_deleted_polls(anytown: Workspace, bot: Run) -> None:
    first, second, third = opened(anytown), opened(anytown, title="Second"), opened(anytown, title="Third")
    anytown.store.polls.delete(TEAM, second.id, "ULEAD", anytown.clock())

    found = json.loads(asked(bot, "list", "--json"))

    assert [one["id"] for one in found] == [third.id, first.id]
    assert found[0] == shown(bot, third)


def test_no_polls_are_an_empty_array_and_a_sentence(anytown: Workspace, bot: Run) -> None:
    assert json.loads(asked(bot, "list", "--json")) == []
    assert "There are no polls yet." in asked(bot, "list")


def test_people_read_a_list_and_a_poll(anytown: Workspace, bot: Run) -> None:
    poll = opened(anytown, *LONG, title="How we\nwork")
    anytown.store.votes.cast(TEAM, poll.id, "U1", (Answer((0,)), Answer((0,)), Answer((4,)), Answer()), anytown.clock())

    listed, told = asked(bot, "list"), asked(bot, "show", str(poll.id))

    assert listed.splitlines()[1].split() == [str(poll.id), "open", "1", "How", "we", "work"]
    assert "1 person took part. 1 person has chosen their practice." in told
    assert "      1  Yes" in told.splitlines()
    assert "(free text; mandate-bot polls export has it)" in told


def test_close_closes_and_leaves_the_results_to_the_bot(anytown: Workspace, bot: Run) -> None:
    poll = opened(anytown)

    said = asked(bot, "close", str(poll.id))
    anytown.timers.tick()

    found = anytown.store.polls.find(TEAM, poll.id)
    assert found is not None
    assert found.state is State.CLOSED
    assert said == "Closed: Locality meetings. A running bot posts the results.\n"
    assert len(anytown.posted("C1")) > 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("show", "99"), "There is no poll 99. To see which there are: mandate-bot polls list"),
        (("export", "-1"), "There is no poll -1."),
        (("close", "9" * 30), "There is no poll 999"),
        (("close", "1"), "Poll 1 is not open, so there is nothing to close. It is draft."),
    ],
)
def test_what_cannot_be_done_is_said(anytown: Workspace, bot: Run, arguments: tuple[str, ...], said: str) -> None:
    anytown.store.polls.draft(TEAM, "ULEAD", planned(), anytown.clock())

    done = bot("polls", *arguments)

    assert done.returncode == 1
    assert said in done.stderr.decode()
