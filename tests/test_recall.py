"""Telling people that an answer they were given was wrong, once a lead says so."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.additions import Addition, Kind
from bot.app import Timers
from bot.blocks import notices
from bot.exporting import plan_export, write_plan
from bot.knowledge import load_knowledge
from bot.letters import Letter
from bot.listeners.telling import answer_letters
from bot.review import Asker, Move
from bot.standin import StandIn
from bot.storage import Closing
from tests.harness import CCG, words_of
from tests.small_knowledge import ASKED, NEW, NOTE, OLD, PARKING, TEA, SmallWorkspace, corrected, small_workspace

CORRECTED = Addition(Kind.CORRECTION, "parking", {"answer": NEW, "note": NOTE}, "ULEAD")


@pytest.fixture
def small(tmp_path: Path, standin: StandIn) -> Iterator[SmallWorkspace]:
    with small_workspace(tmp_path, standin, leads=("ULEAD",), leads_channel="CLEADS") as workspace:
        yield workspace


def asked_by(small: SmallWorkspace, *people: str) -> None:
    for person in people:
        small.dm(ASKED, user=person)


def offered(small: SmallWorkspace) -> dict[str, Any]:
    [message] = small.posted("CLEADS")
    return message


def test_leads_are_asked_with_old_and_new_side_by_side(small: SmallWorkspace) -> None:
    asked_by(small, "U1", "U2", "U2")

    small.edit(corrected() + TEA)

    said = words_of(offered(small))
    assert "2 people were given the old answer in the last 30 days." in said
    assert f"Before\n{OLD}" in said
    assert f"Now\n{NEW}" in said
    assert f"What was wrong: {NOTE}" in said
    assert "U1" not in said


def test_a_leads_own_correction_is_offered_too(small: SmallWorkspace) -> None:
    asked_by(small, "U1", "ULEAD")
    small.store.additions.add("T0001", CORRECTED, small.clock())

    small.tick()

    assert "One person was given the old answer" in words_of(offered(small))


def letters_to(small: SmallWorkspace, person: str) -> list[dict[str, Any]]:
    """What a person was sent about a correction, wherever their direct messages stand."""
    channels = (f"D{person}", f"D{person[1:]}")
    return [one for channel in channels for one in small.posted(channel) if "has corrected" in one["text"]]


def told_privately(small: SmallWorkspace) -> str:
    return str(small.slack.calls_to("response_url")[-1].arguments["text"])


@pytest.mark.parametrize(
    "text",
    [PARKING.replace(OLD, NEW), corrected().replace(NEW, OLD), corrected().replace(NEW, "Park behind the surgery")],
    ids=["no note", "the same answer", "only the full stop"],
)
def test_other_edits_are_no_correction(small: SmallWorkspace, text: str) -> None:
    asked_by(small, "U1")

    small.edit(text + TEA)

    assert small.posted("CLEADS") == []


def test_where_nobody_was_given_the_old_answer_nothing_is_asked(small: SmallWorkspace) -> None:
    asked_by(small, "U1")
    small.clock.forward(days=31)

    small.edit(corrected() + TEA)

    assert not any("old answer" in message["text"] for message in small.posted("CLEADS"))


def test_leads_are_asked_once_even_after_a_restart(small: SmallWorkspace) -> None:
    asked_by(small, "U1")
    small.edit(corrected() + TEA)

    Timers(small.desk, small.app.client).tick()
    small.edit(corrected() + TEA.replace("At four.", "At five."))

    assert len(small.posted("CLEADS")) == 1


def test_what_changed_while_no_bot_ran_is_noticed_at_the_next_start(tmp_path: Path, standin: StandIn) -> None:
    leads: dict[str, Any] = {"leads": ("ULEAD",), "leads_channel": "CLEADS"}
    with small_workspace(tmp_path, standin, **leads) as first:
        asked_by(first, "U1")
    with small_workspace(tmp_path, standin, corrected() + TEA, **leads) as second:
        second.clock.forward(minutes=1)  # the first has let go of the timers by then
        second.tick()

        assert "One person was given the old answer" in words_of(offered(second))


def test_tell_them_writes_to_each_person_once_by_direct_message(small: SmallWorkspace) -> None:
    small.mention(ASKED, user="U1")
    asked_by(small, "U1", "U2")
    small.edit(corrected() + TEA)

    small.press("Tell them", offered(small), user="ULEAD")
    small.tick()

    for person in ("U1", "U2"):
        [letter] = letters_to(small, person)
        said = words_of(letter)
        assert f"{CCG} has corrected an answer that I gave you. Please go by this one." in said
        assert f"You asked: {ASKED}" in said
        assert f"What has changed: {NOTE}" in said
        assert NEW in said
        assert "Source: An Act" in said
    assert "<@ULEAD> sent the corrected answer to 2 people. Each gets it once." in words_of(offered(small))


def test_a_second_press_tells_nobody_again_and_says_so(small: SmallWorkspace) -> None:
    asked_by(small, "U1")
    small.edit(corrected() + TEA)
    message = offered(small)
    small.press("Tell them", message, user="ULEAD")

    small.press("Don't tell them", message, user="ULEAD")

    assert "has been sent to them already" in told_privately(small)
    assert len(letters_to(small, "U1")) == 1


def test_dont_leaves_people_alone(small: SmallWorkspace) -> None:
    asked_by(small, "U1")
    small.edit(corrected() + TEA)

    small.press("Don't tell them", offered(small), user="ULEAD")
    small.tick()

    assert letters_to(small, "U1") == []
    assert "<@ULEAD> decided not to tell" in words_of(offered(small))


@pytest.mark.parametrize("button", ["Tell them", "Don't tell them"])
def test_whoever_is_no_lead_changes_nothing_and_is_told_why(small: SmallWorkspace, button: str) -> None:
    asked_by(small, "U1")
    small.edit(corrected() + TEA)
    before = offered(small)

    small.press(button, before, user="U1")

    recall = small.store.recalls.find("T0001", 1)
    assert recall
    assert recall.decided_by is None
    assert small.posted("CLEADS")[0] == before
    assert told_privately(small) == notices.LEADS_ONLY


def test_who_was_answered_by_a_lead_is_told_too(small: SmallWorkspace) -> None:
    small.dm("how much does a locum cost a day", user="U1")
    small.press("None of these", small.last("DU1"))
    small.tick()
    [group] = small.store.review.groups()

    def letters(askers: Sequence[Asker]) -> list[Letter]:
        return [Letter("answer:1", "answer", "U1", {"text": OLD}, person="U1", question_id=askers[0].question_id)]

    closing = Closing(Move.LINK, "ULEAD", entry="parking", compose=letters)
    small.store.review.close("T0001", group.id, group.version, closing, small.clock())
    small.tick()

    small.edit(corrected() + TEA)

    assert "One person was given the old answer" in words_of(small.last("CLEADS"))


def test_somebody_who_looked_under_anothers_question_is_not_shown_it(small: SmallWorkspace) -> None:
    asked_by(small, "U1")
    small.store.questions.serve("T0001", 1, "U2", "parking", None, small.clock())
    small.edit(corrected() + TEA)

    small.press("Tell them", offered(small), user="ULEAD")

    [letter] = letters_to(small, "U2")
    assert "You asked" not in words_of(letter)


def test_without_a_channel_each_lead_is_asked(tmp_path: Path, standin: StandIn) -> None:
    standin.user_groups["S1"] = ["U8"]
    with small_workspace(tmp_path, standin, leads=("U7", "S1")) as small:
        asked_by(small, "U1")

        small.edit(corrected() + TEA)

        assert all("old answer" in small.last(channel)["text"] for channel in ("D7", "D8"))


def answered_but_not_delivered(small: SmallWorkspace) -> None:
    """A lead links a question to the entry about parking, and Slack does not take the letter."""
    small.dm("how much does a locum cost a day", user="U1")
    small.press("None of these", small.last("DU1"))
    small.tick()
    [group] = small.store.review.groups()
    entry = small.library.current.knowledge.entries["parking"]

    def letters(askers: Sequence[Asker]) -> Sequence[Letter]:
        return answer_letters(small.desk, group, askers, entry)

    closing = Closing(Move.LINK, "ULEAD", entry="parking", compose=letters)
    small.store.review.close("T0001", group.id, group.version, closing, small.clock())


def test_an_answer_corrected_before_it_was_delivered_goes_out_as_it_is_now(small: SmallWorkspace) -> None:
    answered_but_not_delivered(small)

    small.edit(corrected() + TEA)

    said = words_of(small.last("DU1"))
    assert NEW in said
    assert OLD not in said
    assert not any("old answer" in message["text"] for message in small.posted("CLEADS"))


def test_an_answer_that_could_not_be_delivered_is_posted_again_as_it_is_now(small: SmallWorkspace) -> None:
    answered_but_not_delivered(small)
    posting = small.store.outbox.claim(small.clock())
    assert posting
    small.store.outbox.give_up(posting.id, "channel_not_found")
    small.edit(corrected() + TEA)

    small.store.outbox.post_again("T0001", posting.id, "ULEAD", small.clock())
    small.tick()

    assert NEW in words_of(small.last("DU1"))


def exported(small: SmallWorkspace) -> None:
    """What leads added stands in the files from now on, and the bot has read them."""
    plan = plan_export(small.settings.knowledge, small.store.additions.live(), small.clock().date())
    assert plan.left_out == ()
    write_plan(plan, small.settings.knowledge)
    small.tick()


def test_a_leads_correction_is_exported_with_its_note(small: SmallWorkspace) -> None:
    small.store.additions.add("T0001", CORRECTED, small.clock())

    exported(small)

    entry = load_knowledge(small.settings.knowledge).entries["parking"]
    assert (entry.answer, entry.correction) == (NEW, NOTE)
    assert small.store.additions.live() == []


def test_a_new_note_takes_the_place_of_an_older_one(small: SmallWorkspace) -> None:
    small.edit(corrected() + TEA)
    note = "The yard\nis open again: all of it."
    again = Addition(Kind.CORRECTION, "parking", {"answer": OLD, "note": note}, "ULEAD")
    small.store.additions.add("T0001", again, small.clock())

    exported(small)

    entry = load_knowledge(small.settings.knowledge).entries["parking"]
    assert (entry.answer, entry.correction) == (OLD, note)


def test_an_exported_correction_is_not_offered_again(small: SmallWorkspace) -> None:
    asked_by(small, "U1")
    small.store.additions.add("T0001", CORRECTED, small.clock())
    small.tick()
    small.press("Tell them", offered(small), user="ULEAD")

    exported(small)
    small.clock.forward(days=1)
    small.tick()

    assert len(small.posted("CLEADS")) == 1
    assert len(letters_to(small, "U1")) == 1


def test_an_exported_correction_is_not_offered_again_when_its_answer_is_folded_anew(small: SmallWorkspace) -> None:
    asked_by(small, "U1")
    small.store.additions.add("T0001", CORRECTED, small.clock())
    small.tick()
    exported(small)

    topic = small.settings.knowledge / "topic.yaml"
    small.edit(topic.read_text().replace(f"answer: {NEW}", "answer: |\n    Park in front\n    of the surgery."))

    assert load_knowledge(small.settings.knowledge).entries["parking"].answer != NEW
    assert len(small.posted("CLEADS")) == 1
