"""A poll's own window: how it stands, what was answered, and what leads can do with it."""

import pytest

from bot.blocks.polls.desk import DELETED, OUTSIDE
from bot.blocks.polls.outcome import OWNERS_ONLY
from bot.listeners.polls.desk import CLOSED
from bot.listeners.polls.moves import close_poll
from bot.polls import Answer, Kind, Question, State, Voice
from bot.practices import Practice
from tests import payloads
from tests.ballots import LONG, MORNINGS, WORDS, opened, planned
from tests.harness import Workspace, words_of
from tests.poll_window import Window
from tests.practice_samples import ELM, OAK, TWO

TEAM = payloads.TEAM


@pytest.fixture
def anytown(desk: Workspace) -> Workspace:
    """Two leads, two practices with a person each, and a person who chose none."""
    desk.store.practices.replace_register(TWO)
    desk.store.practices.set_localities({ELM.code: "North"})
    for person, practice in (("U1", ELM), ("U2", OAK)):
        desk.store.practices.choose(TEAM, person, practice.code, desk.clock())
    return desk


def vote(slack: Workspace, poll_id: int, person: str, *answers: Answer) -> None:
    slack.store.votes.cast(TEAM, poll_id, person, answers or (Answer((0,)),), slack.clock())


def test_it_says_how_an_open_poll_stands(anytown: Workspace) -> None:
    poll = opened(anytown)
    vote(anytown, poll.id, "U1")

    window = Window(anytown, poll.id)

    assert "Locality meetings" in window.words
    assert "1 person took part. 2 people have chosen their practice." in window.words
    assert "Named; each person has one vote. In <#C1>. Owned by <@ULEAD>." in window.words
    assert "Yes: 1 (100%)" in window.words
    assert window.buttons == ["Close now", "Remind", "Export", "Copy", "Delete"]


def test_a_planned_poll_shows_what_is_asked_and_no_counts(anytown: Workspace) -> None:
    drafted = anytown.store.polls.draft(TEAM, "ULEAD", planned(), anytown.clock())
    anytown.store.polls.schedule(TEAM, drafted.id, anytown.clock())

    window = Window(anytown, drafted.id)

    assert "Nobody has been asked yet." in window.words
    assert "Yes: 0" not in window.words


def test_a_title_is_shown_letter_for_letter(anytown: Workspace) -> None:
    poll = opened(anytown, title="R&D <!channel>")

    window = Window(anytown, poll.id)

    assert "R&amp;D &lt;!channel&gt;" in window.words


def test_of_how_many_is_practices_where_each_has_one_voice(anytown: Workspace) -> None:
    poll = opened(anytown, voice=Voice.PRACTICE)
    vote(anytown, poll.id, "U1")

    window = Window(anytown, poll.id)

    assert "1 practice took part, of 2 in the register." in window.words
    listed = window.show("turnout")
    assert "ST OAK'S MEDICAL CENTRE (Z81002): has not answered\nELM TREE SURGERY (Z81001): has answered" in listed


def test_the_response_rate_is_by_practice_and_those_without_answers_come_first(anytown: Workspace) -> None:
    anytown.store.practices.choose(TEAM, "U3", ELM.code, anytown.clock())
    anytown.store.practices.replace_register([*TWO, Practice("Z81003", "NEW SURGERY")])
    poll = opened(anytown)
    vote(anytown, poll.id, "U1")

    shown = Window(anytown, poll.id).show("turnout")

    rates = [line for line in shown.splitlines() if "(Z8" in line]
    assert rates == [
        "NEW SURGERY (Z81003): nobody has chosen it as their practice",
        "ST OAK'S MEDICAL CENTRE (Z81002): has not answered, 0 of 1 person",
        "ELM TREE SURGERY (Z81001): 1 of 2 people (50%)",
    ]


def test_many_practices_are_shown_a_page_at_a_time(anytown: Workspace) -> None:
    anytown.store.practices.replace_register([Practice(f"Z8{n:04}", f"SURGERY {n:02}") for n in range(45)])
    window = Window(anytown, opened(anytown).id)

    assert "1 to 20 of 45" in window.show("turnout")
    assert "21 to 40 of 45" in window.press("More")
    assert "41 to 45 of 45" in window.press("More")
    assert "SURGERY 44" in window.words
    assert "21 to 40 of 45" in window.press("Back")


def test_the_answers_of_an_open_anonymous_poll_are_hidden_and_it_says_why(anytown: Workspace) -> None:
    poll = opened(anytown, is_anonymous=True)
    anytown.store.ballot_boxes.cast(poll.box or "", poll.plan.questions, "U1", (Answer((0,)),))

    window = Window(anytown, poll.id)

    assert "1 person took part." in window.words
    assert "The answers of an anonymous poll show once it is closed." in window.words
    assert "Yes: " not in window.words
    assert "Who has answered, by practice" not in str(window.view)


def test_four_answers_of_a_closed_anonymous_poll_are_shown_to_nobody(anytown: Workspace) -> None:
    poll = opened(anytown, is_anonymous=True)
    for person in ("U1", "U2", "U3", "U4"):
        anytown.store.ballot_boxes.cast(poll.box or "", poll.plan.questions, person, (Answer((0,)),))

    said = Window(anytown, poll.id).press("Close now")

    assert "Fewer than 5 took part in this anonymous poll, so its answers are shown to nobody." in said
    assert "Yes: " not in said


def test_what_was_written_is_read_by_leads(anytown: Workspace) -> None:
    poll = opened(anytown, *LONG)
    vote(anytown, poll.id, "U1", Answer((0,)), Answer((0,)), Answer((4,)), Answer(text="Longer <!channel> visits"))

    shown = Window(anytown, poll.id).show("written")

    assert "1 text, in the order of the alphabet." in shown
    assert "Longer &lt;!channel&gt; visits" in shown


def test_of_an_anonymous_poll_nothing_written_is_read_before_five_wrote(anytown: Workspace) -> None:
    poll = opened(anytown, MORNINGS, WORDS, is_anonymous=True)
    for number in range(6):
        answers = Answer((0,)), Answer(text="secret" if number < 4 else "")
        anytown.store.ballot_boxes.cast(poll.box or "", poll.plan.questions, f"U{number}", answers)
    window = Window(anytown, poll.id)
    window.press("Close now")

    shown = window.show("written")

    assert "Fewer than 5 wrote something" in shown
    assert "secret" not in shown


def test_a_closed_named_poll_shows_answers_by_practice_by_locality_and_weighed(anytown: Workspace) -> None:
    poll = opened(anytown)
    vote(anytown, poll.id, "U1")
    vote(anytown, poll.id, "U2", Answer((1,)))
    vote(anytown, poll.id, "U9", Answer((1,)))
    window = Window(anytown, poll.id)
    assert "What each practice answered" not in str(window.view)

    window.press("Close now")

    by_practice = window.show("practices")
    assert "ELM TREE SURGERY (Z81001): 1 vote" in by_practice
    assert "No practice chosen: 1 vote" in by_practice
    assert "North: 1 vote" in window.show("localities")
    assert "2 practices, each with one voice that its voters share. Left out: 1 person who had chosen no practice." in (
        window.show("weighed")
    )


def test_a_lead_closes_a_poll_and_its_results_go_out(anytown: Workspace) -> None:
    poll = opened(anytown)
    window = Window(anytown, poll.id)

    said = window.press("Close now")

    assert said.startswith(CLOSED)
    assert "by <@ULEAD>." in said
    assert window.buttons == ["Reopen", "Outcome", "Export", "Copy", "Delete"]
    assert len(anytown.posted("C1")) > 1


def test_of_two_leads_the_second_is_told_who_closed_it(anytown: Workspace) -> None:
    poll = opened(anytown)
    first, second = Window(anytown, poll.id), Window(anytown, poll.id, "UOTHER")
    first.press("Close now")

    said = second.press("Close now")

    assert said.startswith("<@ULEAD> closed this poll on ")
    assert "so your press changed nothing." in said
    assert "Close now" not in second.buttons


def test_a_lead_is_told_that_a_poll_was_closed_on_the_command_line(anytown: Workspace) -> None:
    poll = opened(anytown)
    window = Window(anytown, poll.id)
    close_poll(anytown.desk, poll, OUTSIDE)

    said = window.press("Close now")

    assert said.startswith("Somebody at the command line closed this poll on ")
    assert ", by somebody at the command line." in said


def test_a_private_note_about_a_deleted_poll_keeps_no_button(anytown: Workspace) -> None:
    poll = opened(anytown)
    url = anytown.slack.response_url()
    button = {"type": "button", "action_id": "poll:delete"}

    anytown.send(payloads.press(button, str(poll.id), payloads.in_private("C1", url), "ULEAD"))

    told = anytown.slack.calls_to("response_url")[-1].arguments
    assert (told["text"], told["replace_original"]) == (DELETED, True)


def test_a_press_after_its_time_was_up_says_that_it_closed_by_itself(anytown: Workspace) -> None:
    poll = opened(anytown)
    window = Window(anytown, poll.id)
    anytown.clock.forward(days=8)
    anytown.timers.tick()

    assert "The time of this poll was up and it closed by itself" in window.press("Close now")


def test_before_deleting_a_closed_poll_it_says_that_posted_results_stay(anytown: Workspace) -> None:
    poll = opened(anytown)

    before = Window(anytown, poll.id).words
    after = Window(anytown, close_poll(anytown.desk, poll, "ULEAD").id).words

    assert ["Results that were posted stay." in said for said in (before, after)] == [False, True]


def test_an_owner_deletes_a_poll_and_another_lead_is_told_who_did(anytown: Workspace) -> None:
    poll = opened(anytown, owners=("UOTHER",))
    vote(anytown, poll.id, "U1")
    first, second = Window(anytown, poll.id), Window(anytown, poll.id, "UOTHER")

    assert first.press("Delete") == DELETED
    said = second.press("Delete")

    found = anytown.store.polls.find(TEAM, poll.id)
    assert found is not None
    assert (found.state, anytown.store.votes.count(poll.id)) == (State.DELETED, 0)
    assert "<@ULEAD> deleted this poll on " in said


def test_a_lead_who_does_not_own_a_poll_closes_it_but_has_no_button_to_delete_it(anytown: Workspace) -> None:
    poll = opened(anytown)

    window = Window(anytown, poll.id, "UOTHER")

    assert window.buttons == ["Close now", "Remind", "Export", "Copy"]
    press_elsewhere(anytown, "poll:delete", poll.id, "UOTHER")
    assert OWNERS_ONLY in words_of(anytown.last("DOTHER"))
    found = anytown.store.polls.find(TEAM, poll.id)
    assert found is not None
    assert found.state is State.OPEN


def press_elsewhere(slack: Workspace, action_id: str, poll_id: int, user: str) -> None:
    """Press a button of the Home tab."""
    place = payloads.in_view("VHOME", {"type": "home", "blocks": []})
    slack.send(payloads.press({"type": "button", "action_id": action_id}, str(poll_id), place, user))


@pytest.mark.parametrize("action_id", ["poll:open_desk", "poll:close", "poll:delete", "poll:remind", "poll:export"])
def test_only_leads_can_do_any_of_it(anytown: Workspace, action_id: str) -> None:
    poll = opened(anytown)

    press_elsewhere(anytown, action_id, poll.id, "U1")

    assert "Only CCG leads can do that" in words_of(anytown.last("D1"))
    assert anytown.slack.calls_to("views.open") == []
    found = anytown.store.polls.find(TEAM, poll.id)
    assert found is not None
    assert (found.state, found.reminders) == (State.OPEN, 0)


@pytest.mark.parametrize("value", ["", "none", "99999999999999999999", "4000"])
def test_a_button_that_names_no_poll_says_so(anytown: Workspace, value: str) -> None:
    place = payloads.in_view("VHOME", {"type": "home", "blocks": []})

    anytown.send(payloads.press({"type": "button", "action_id": "poll:close"}, value, place, "ULEAD"))

    assert "That poll is no longer here." in words_of(anytown.last_view()[1])


def test_the_window_takes_the_longest_poll(anytown: Workspace) -> None:
    options = tuple(f"{n} " + "\u05e9🎈" * 36 for n in range(10))
    questions = [Question("<" * 290 + str(n), Kind.SEVERAL, options, 10) for n in range(10)]
    poll = opened(anytown, *questions, title="T" * 150)
    anytown.store.practices.replace_register([Practice(f"Z8{n:04}", "S" * 200) for n in range(45)])
    for number in range(45):
        anytown.store.practices.choose(TEAM, f"U{number}", f"Z8{number:04}", anytown.clock())
        vote(anytown, poll.id, f"U{number}", *[Answer(tuple(range(10)))] * 10)
    window = Window(anytown, poll.id)
    window.press("Close now")

    for part in ("answers", "turnout", "practices", "weighed"):
        window.show(part)

    assert "1 to 2 of 45" in window.show("practices")
