"""What a copy of every file tells about who chose what in an anonymous poll: nothing.

The poll's votes are cast by real presses and forms; then the bytes of the whole data folder are read.
"""

import json
import re
import shutil
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

import pytest
from sqlite_utils import Database

from bot.library import Library
from bot.listeners.polls.moves import close_poll
from bot.polls import Answer, Poll
from bot.standin import StandIn
from bot.storage import Store
from bot.storage.ballot_boxes import BallotBoxes
from bot.storage.secret import Secret
from tests import payloads
from tests.ballots import LONG, MORNINGS, TEXTS, ballot, form, message, opened
from tests.harness import Workspace

PEOPLE = ["UZOE", "UANN", "UMAX", "UBEN", "UTIM", "UEVE", "UKIM"]  # in the order in which they vote
_TIME = re.compile(rb"\d{4}-\d\d-\d\d|\d{2}:\d{2}|1[3-9]\d{8}")
_COUNTS = re.compile(rb"\[\[\d+(?:, \d+)*\](?:, \[\d+(?:, \d+)*\])*\]")
Files = Mapping[str, bytes]


def leaks(files: Files, ballots: str, people: Sequence[str], texts: Sequence[str]) -> list[str]:
    """What the files tell that they should not: a line for each finding."""
    found = []
    for name, content in files.items():
        held = {person: [at.start() for at in re.finditer(person.encode(), content)] for person in people}
        written = {text: [at.start() for at in re.finditer(text.encode(), content)] for text in texts}
        if name != ballots:
            found += [f"{name}: {one} stands in it" for one, places in {**held, **written}.items() if places]
            continue
        found += [f"{one} stands {len(at)} times" for one, at in {**held, **written}.items() if len(at) != 1]
        found += [f"a time: {at[0]!r}" for at in _TIME.finditer(content)]
        if len(_COUNTS.findall(content)) != 1:
            found.append("counters stand there more than once, or not at all")
        for what, places in (("people", held), ("texts", written)):
            in_order = sorted(places, key=lambda one, places=places: places[one])  # type: ignore[misc]
            if in_order != sorted(places):
                found.append(f"{what} stand in another order than that of the alphabet")
        if texts and all(held.values()) and all(written.values()):
            ids, words = (sorted(chain(*places.values())) for places in (held, written))
            if not (ids[-1] < words[0] or words[-1] < ids[0]):
                found.append("texts stand among the people")
    return found


def copied(slack: Workspace, to: Path) -> Files:
    """Every file of the data folder, as somebody takes them once."""
    folder = slack.settings.db.parent
    shutil.copytree(folder, to)
    return {path.name: path.read_bytes() for path in sorted(to.iterdir()) if path.is_file()}


def vote_all(slack: Workspace, people: Sequence[str] = PEOPLE, choices: Sequence[int] = range(7)) -> Poll:
    """Each person fills in a form of their own, in this order."""
    poll = opened(slack, *LONG, is_anonymous=True)
    for person, number in zip(people, choices, strict=True):
        slack.clock.forward(seconds=7)
        answered = slack.send(payloads.submitted("V1", form(slack, person), ballot(number), person))
        assert "is counted" in answered.body
    slack.timers.tick()
    return poll


def test_a_copy_of_every_file_shows_no_order_and_no_join(slack: Workspace, tmp_path: Path) -> None:
    vote_all(slack)

    files = copied(slack, tmp_path / "copy")

    assert {"bot.db", "bot.db-wal", "bot-ballots.db"} <= set(files)
    assert leaks(files, "bot-ballots.db", PEOPLE, TEXTS) == []


def test_clicks_on_buttons_leave_no_more(slack: Workspace, tmp_path: Path) -> None:
    opened(slack, is_anonymous=True)
    for number, person in enumerate(PEOPLE):
        slack.press(MORNINGS.options[number % 3], message(slack), person)

    files = copied(slack, tmp_path / "copy")

    assert leaks(files, "bot-ballots.db", PEOPLE, []) == []


def test_the_file_is_the_same_byte_for_byte_whoever_chose_what_and_in_whichever_order(
    tmp_path: Path, library: Library, standin: StandIn
) -> None:
    contents: list[bytes] = []
    for number, (people, choices) in enumerate([(PEOPLE, range(7)), (PEOPLE[::-1], [3, 0, 6, 1, 5, 2, 4])]):
        folder = tmp_path / str(number)
        slack = Workspace(folder, library, standin)
        standin.messages.clear()
        poll = vote_all(slack, people, list(choices))
        slack.close()
        assert poll.box
        contents.append((folder / "bot-ballots.db").read_bytes().replace(poll.box.encode(), b"the box"))

    assert contents[0] == contents[1]


def test_a_box_of_many_pages_leaves_nothing_of_its_earlier_states(tmp_path: Path) -> None:
    people = [f"UVOTER{number:04}X" for number in range(900)]
    contents: list[bytes] = []
    for order in (people, people[::-1]):
        path = tmp_path / f"{len(contents)}.db"
        boxes = BallotBoxes(path, Secret(path.with_suffix(".key")))
        for person in order:
            text = person[::-1].lower()
            boxes.cast("box", LONG[:1] + LONG[3:], person, (Answer((len(text) % 3,)), Answer(text=text[:6])))
        boxes.close_file()
        contents.append(path.read_bytes())

    # An id may lie across two pages; none may lie there twice.
    found = re.findall(rb"UVOTER\d{4}X", contents[0])
    assert len(found) == len(set(found)) > 890
    assert len(_COUNTS.findall(contents[0])) == 1
    assert contents[0] == contents[1]


def test_after_closing_no_file_names_anybody(slack: Workspace, tmp_path: Path) -> None:
    poll = vote_all(slack)
    close_poll(slack.desk, poll, "ULEAD")
    slack.timers.tick()

    files = copied(slack, tmp_path / "copy")

    named = [(name, person) for name, content in files.items() for person in PEOPLE if person.encode() in content]
    assert named == []


def test_no_window_carries_anything_but_the_poll(slack: Workspace) -> None:
    poll = vote_all(slack)

    views = [call.arguments["view"] for call in slack.slack.calls_to("views.open")]

    assert {view["private_metadata"] for view in views} == {str(poll.id)}
    assert not [view for view in views if "initial_" in json.dumps(view)]


def test_the_log_says_nothing(slack: Workspace, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")

    vote_all(slack)

    assert [person for person in (*PEOPLE, *TEXTS) if person in caplog.text] == []


def test_the_ballots_file_has_no_log_beside_it_and_overwrites_what_goes(slack: Workspace) -> None:
    vote_all(slack)

    with closing(sqlite3.connect(slack.store.ballot_boxes.path)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    assert [path.name for path in slack.settings.db.parent.glob("bot-ballots*")] == ["bot-ballots.db"]


def test_the_file_is_for_its_owner_alone(slack: Workspace) -> None:
    vote_all(slack)

    assert slack.store.ballot_boxes.path.stat().st_mode & 0o077 == 0


def test_a_copy_waits_until_five_have_voted_since_the_last(store: Store) -> None:
    may = [store.ballot_boxes.may_be_copied()]
    for person in PEOPLE:
        store.ballot_boxes.cast("box", LONG[:1], person, (Answer((0,)),))
        may.append(store.ballot_boxes.may_be_copied())

    assert may == [True, False, False, False, False, True, True, True]


def test_a_copy_waits_for_each_poll_and_again_after_the_last(store: Store) -> None:
    boxes = store.ballot_boxes
    for number, person in enumerate(PEOPLE[:5]):
        boxes.cast(f"box {number}", LONG[:1], person, (Answer((0,)),))
    with_one_vote_each = boxes.may_be_copied()
    for number in range(5):
        boxes.close(f"box {number}", LONG[:1])
    once_they_are_closed = boxes.may_be_copied()
    for person in PEOPLE[:5]:
        boxes.cast("box", LONG[:1], person, (Answer((0,)),))
    boxes.copy()
    copied = boxes.may_be_copied()
    boxes.cast("box", LONG[:1], PEOPLE[5], (Answer((0,)),))

    assert (with_one_vote_each, once_they_are_closed, copied) == (False, True, True)
    assert not boxes.may_be_copied()


# Would the test notice? Each of these stores votes as polls in Slack usually do.


def _a_row_a_vote(path: Path) -> None:
    table = Database(path).table("votes")
    for number, person in enumerate(PEOPLE):
        table.insert({"person": person, "choice": number % 3, "text": TEXTS[number]})


def _people_and_counters_apart_but_in_order(path: Path) -> None:
    db = Database(path)
    for number, person in enumerate(PEOPLE):
        db.table("people").insert({"person": person})
        db.table("texts").insert({"text": TEXTS[number]})
    db.table("counts").insert({"counts": "[[3, 2, 2]]"})


def _without_overwriting(path: Path) -> None:
    """The real boxes, but that SQLite leaves in place what it deletes."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA secure_delete=OFF")
        connection.execute("CREATE TABLE boxes (name TEXT PRIMARY KEY, people TEXT, counts TEXT, texts TEXT)")
        connection.execute("INSERT INTO boxes VALUES ('box', '[]', '', '')")
        people = [*PEOPLE, *(f"UOTHER{number}" for number in range(900))]
        for number in range(1, len(people)):
            values = [json.dumps(sorted(people[:number])), f"[[{number}, 0]]", json.dumps(sorted(TEXTS[:number]))]
            connection.execute("UPDATE boxes SET people = ?, counts = ?, texts = ?", values)


def _with_times(path: Path) -> None:
    BallotBoxes(path, Secret(path.with_suffix(".key"))).cast("box", LONG[:1], "UANN", (Answer((0,)),))
    Database(path).table("seen").insert({"at": "2012-11-22 10:42"})


@pytest.mark.parametrize(
    "naive", [_a_row_a_vote, _people_and_counters_apart_but_in_order, _without_overwriting, _with_times]
)
def test_the_reading_finds_what_other_ways_of_keeping_votes_tell(tmp_path: Path, naive: Callable[[Path], None]) -> None:
    naive(tmp_path / "ballots.db")

    assert leaks({"b": (tmp_path / "ballots.db").read_bytes()}, "b", PEOPLE, TEXTS) != []


def test_the_reading_finds_people_in_the_log_of_another_file(tmp_path: Path) -> None:
    store = Store(tmp_path / "bot.db")
    store.house.mark_once("T1", "voted:UANN", datetime.now(UTC))

    files = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    assert leaks(files, "bot-ballots.db", ["UANN"], []) == ["bot.db-wal: UANN stands in it"]
    store.close()
