"""The loop closed: asked, grouped, answered by a lead, each asker told once, and answered from then on."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.blocks import notices
from bot.library import Library
from bot.listeners.backfill import Backfill
from bot.review import Group, State
from bot.settings import shipped_knowledge
from bot.standin import StandIn
from bot.storage import Store
from tests import payloads
from tests.forms import preview, submit, tick
from tests.harness import Workspace, own_cache, words_of

ANSWER = "The practice manager feeds it at eight."
TYPED = {
    "DU1": "who feeds the office cat",
    "C1": "whos feeding the office cat",
    "D3": "who feeds the office cat please",
}
REWORDED = "who is feeding the office cat"


@pytest.fixture
def slack(tmp_path: Path, standin: StandIn, model_cache: Path) -> Iterator[Workspace]:
    """A workspace whose knowledge takes up what leads add."""
    store = Store(tmp_path / "bot.db")
    library = Library(shipped_knowledge(), own_cache(tmp_path, model_cache), additions=store.additions)
    workspace = Workspace(tmp_path, library, standin, leads=("ULEAD", "UTWO"), leads_channel="CLEADS")
    yield workspace
    workspace.close()
    store.close()


def ask_three_ways(slack: Workspace) -> None:
    slack.dm(TYPED["DU1"], user="U1")
    slack.mention(TYPED["C1"], user="U2", ts="1353600000.000777")
    slack.command(TYPED["D3"], user="U3")
    slack.desk.queue.group_waiting()


def answers_in(slack: Workspace, channel: str) -> list[dict[str, Any]]:
    return [message for message in slack.posted(channel) if ANSWER in words_of(message)]


def ask_again(slack: Workspace, text: str, user: str = "U9") -> str:
    slack.dm(text, user=user)
    return words_of(slack.last(f"D{user}"))


def only_group(slack: Workspace) -> Group:
    [group] = slack.store.review.groups()
    return group


def test_a_question_of_three_people_is_answered_once_for_each_and_for_good(slack: Workspace) -> None:
    ask_three_ways(slack)
    waiting = only_group(slack)
    assert (waiting.state, waiting.times, waiting.people) == (State.NEW, 3, 3)

    submit(slack, preview(slack, answer=ANSWER), "ULEAD")

    for channel, typed in TYPED.items():
        [told] = answers_in(slack, channel)
        assert f"You asked: {typed}" in words_of(told)
    [public] = answers_in(slack, "C1")
    assert public["thread_ts"] == "1353600000.000777"
    assert words_of(public).startswith("<@U2> ")
    assert not answers_in(slack, "DU2")

    assert slack.library.refresh()
    for text in (*TYPED.values(), REWORDED):
        assert ANSWER in ask_again(slack, text), text


def test_once_they_are_told_their_ids_are_gone_and_the_counts_stay(slack: Workspace) -> None:
    ask_three_ways(slack)

    submit(slack, preview(slack, answer=ANSWER), "ULEAD")

    done = only_group(slack)
    assert (done.state, done.times, done.people) == (State.ANSWERED, 3, 3)
    with sqlite3.connect(slack.settings.db) as db:
        assert list(db.execute("SELECT asker FROM questions")) == [(None,)] * 3
    db.close()


def test_nothing_more_goes_out_however_often_the_timers_run(slack: Workspace) -> None:
    ask_three_ways(slack)
    submit(slack, preview(slack, answer=ANSWER), "ULEAD")

    for _ in range(3):
        slack.timers.tick()
        slack.clock.forward(minutes=20)

    assert [len(answers_in(slack, channel)) for channel in TYPED] == [1, 1, 1]


LIKE_IT = "does somebody feed the cat in the office"
UNLIKE_IT = "how many biscuits are left in the staff room"


def with_others(slack: Workspace) -> None:
    """The question of the cat, one that its answer fits too, and one that it does not; each a row of its own."""
    slack.dm(TYPED["DU1"], user="U1")
    slack.desk.queue.group_waiting()
    slack.dm(LIKE_IT, user="U4")
    slack.dm(UNLIKE_IT, user="U5")
    slack.desk.queue.group_waiting()
    [first, *others] = slack.store.review.groups()
    if len(others) == 1:  # grouped already
        pytest.fail(f"{LIKE_IT!r} stands in one row with {first.text!r}")


def publish_and_learn(slack: Workspace) -> None:
    wordings = {"question": "Who feeds the office cat?"}
    submit(slack, preview(slack, answer=ANSWER, **wordings), "ULEAD")
    assert slack.library.refresh()


def offer(slack: Workspace) -> dict[str, Any]:
    [offered] = [message for message in slack.posted("DLEAD") if "would also answer" in message["text"]]
    return offered


def test_a_new_answer_is_tried_against_the_rest_of_the_queue(slack: Workspace) -> None:
    with_others(slack)
    publish_and_learn(slack)

    slack.timers.tick()
    slack.timers.tick()

    assert "would also answer one other question" in words_of(offer(slack))
    assert LIKE_IT in words_of(offer(slack))
    assert UNLIKE_IT not in words_of(offer(slack))


def test_ticked_questions_are_linked_and_their_askers_told(slack: Workspace) -> None:
    with_others(slack)
    publish_and_learn(slack)
    slack.timers.tick()
    slack.timers.tick()

    tick(slack, offer(slack), [LIKE_IT])

    linked = [group for group in slack.store.review.groups() if group.state is State.LINKED]
    assert [(group.text, group.entry) for group in linked] == [(LIKE_IT, "who-feeds-the-office-cat")]
    assert len(answers_in(slack, "DU4")) == 1
    assert not answers_in(slack, "DU5")
    assert "I'm telling the people who asked one question." in words_of(slack.last("DLEAD"))


def test_where_nothing_else_fits_no_message_goes_out(slack: Workspace) -> None:
    slack.dm(TYPED["DU1"], user="U1")
    slack.dm(UNLIKE_IT, user="U5")
    slack.desk.queue.group_waiting()
    publish_and_learn(slack)

    slack.timers.tick()
    slack.timers.tick()

    assert slack.posted("DLEAD") == []


def test_it_waits_until_the_answer_is_learned_and_offers_once_even_after_a_restart(slack: Workspace) -> None:
    with_others(slack)
    submit(slack, preview(slack, answer=ANSWER), "ULEAD")
    assert Backfill(slack.desk).run(seconds=60) == 0

    slack.library.refresh()

    assert Backfill(slack.desk).run(seconds=60) == 1  # as a process that is started anew
    assert Backfill(slack.desk).run(seconds=60) == 0


def test_only_a_lead_tells_the_others(slack: Workspace) -> None:
    with_others(slack)
    publish_and_learn(slack)
    slack.timers.tick()
    slack.timers.tick()

    tick(slack, offer(slack), [LIKE_IT], user="U1")

    assert not answers_in(slack, "DU4")
    assert slack.slack.calls_to("response_url")[-1].arguments["text"] == notices.LEADS_ONLY


def test_pressed_twice_the_others_are_told_once(slack: Workspace) -> None:
    with_others(slack)
    publish_and_learn(slack)
    slack.timers.tick()
    slack.timers.tick()
    message = offer(slack)
    tick(slack, message, [LIKE_IT])

    tick(slack, message, [LIKE_IT])

    assert len(answers_in(slack, "DU4")) == 1
    assert "Nobody was told. One was dealt with or changed in the meantime." in words_of(slack.last("DLEAD"))


def test_an_answer_that_did_not_help_opens_the_row_again_and_its_asker_is_told_anew(slack: Workspace) -> None:
    slack.dm(TYPED["DU1"], user="U1")
    slack.desk.queue.group_waiting()
    submit(slack, preview(slack, answer=ANSWER), "ULEAD")
    letter = slack.last("DU1")

    slack.send(payloads.press({"type": "feedback_buttons", "action_id": "feedback"}, _unhelpful(letter), _in(letter)))

    [group] = slack.store.review.groups()
    assert (group.state, group.people, len(group.unhelpful)) == (State.REOPENED, 1, 1)
    assert [asker.person for asker in slack.store.review.askers(group.id)] == ["U1"]


def _unhelpful(letter: dict[str, Any]) -> str:
    thumbs = next(block for block in letter["blocks"] if block["type"] == "context_actions")["elements"][0]
    return str(thumbs["negative_button"]["value"])


def _in(letter: dict[str, Any]) -> dict[str, Any]:
    return payloads.in_message(letter, "http://127.0.0.1:9/")
