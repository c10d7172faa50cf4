"""Backups: made while votes come in, nothing overwritten, nothing told by two of them that one would not tell."""

import json
import threading
import time
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from sqlite_utils import Database

from bot.blocks import notices
from bot.errors import BotError
from bot.polls import Answer
from bot.standin import StandIn
from bot.storage import Backup, Delivery, Store, is_backup, restore
from tests import payloads
from tests.ballots import LONG, opened
from tests.harness import Workspace
from tests.process import Process, Run
from tests.test_outbox import letter

NOW = datetime(2012, 11, 22, 10, 30, tzinfo=UTC)
BOX = "box"


def vote(store: Store, *people: str) -> None:
    for person in people:
        store.ballot_boxes.cast(BOX, LONG[:1], person, (Answer((0,)),))


def people(count: int, start: int = 0) -> list[str]:
    return [f"U{number:04}" for number in range(start, start + count)]


def held(file: Path) -> set[str]:
    with zipfile.ZipFile(file) as archive:
        return set(archive.namelist())


def brought_back(file: Path, to: Path, **how: Path) -> Store:
    restore(file, to / "bot.db", **how)
    return Store(to / "bot.db")


def test_a_backup_is_one_file_for_its_owner_alone(store: Store, tmp_path: Path) -> None:
    vote(store, *people(5))

    store.back_up(tmp_path / "backups" / "one.zip", NOW)

    [file] = (tmp_path / "backups").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert held(file) == {"backup.json", "mandate-bot.db", "mandate-bot-ballots.db"}
    assert is_backup(file)


def test_what_is_backed_up_comes_back(store: Store, tmp_path: Path) -> None:
    store.house.mark_once("T1", "x", NOW)
    vote(store, *people(6))
    store.back_up(tmp_path / "one.zip", NOW)

    again = brought_back(tmp_path / "one.zip", tmp_path / "new")

    assert not again.house.mark_once("T1", "x", NOW)
    assert again.ballot_boxes.count(BOX) == 6
    again.close()
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "new").iterdir()} == {0o600}


def test_nothing_is_written_over_a_file_that_is_there(store: Store, tmp_path: Path) -> None:
    (tmp_path / "one.zip").write_text("precious")

    with pytest.raises(BotError, match="there already"):
        store.back_up(tmp_path / "one.zip", NOW)

    assert (tmp_path / "one.zip").read_text() == "precious"


@pytest.mark.parametrize("there", ["bot.db", "bot.db-wal", "bot-ballots.db"])
def test_nothing_is_restored_over_a_database(store: Store, tmp_path: Path, there: str) -> None:
    store.back_up(tmp_path / "one.zip", NOW)
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / there).write_text("precious")

    with pytest.raises(BotError, match="nothing is restored over it"):
        restore(tmp_path / "one.zip", tmp_path / "new" / "bot.db")

    assert [path.read_text() for path in (tmp_path / "new").iterdir()] == ["precious"]


def test_votes_of_fewer_than_five_since_the_last_copy_are_left_out_and_said_to_be(store: Store, tmp_path: Path) -> None:
    made = []
    for count, new in enumerate((5, 1, 3, 1)):
        vote(store, *people(new, start=10 * count))
        made.append(store.back_up(tmp_path / f"{count}.zip", NOW))

    assert made == [Backup(NOW, True), Backup(NOW, False), Backup(NOW, False), Backup(NOW, True)]
    assert ["mandate-bot-ballots.db" in held(tmp_path / f"{count}.zip") for count in range(4)] == [
        True,
        False,
        False,
        True,
    ]


def test_where_all_or_nothing_is_wanted_nothing_is_written(store: Store, tmp_path: Path) -> None:
    vote(store, "U1")

    assert store.back_up(tmp_path / "one.zip", NOW, whole=True) is None

    assert not list(tmp_path.glob("*.zip"))
    assert not list(tmp_path.glob(".backup-*"))


def test_votes_that_a_backup_lacks_come_from_an_earlier_one(store: Store, tmp_path: Path) -> None:
    vote(store, *people(5))
    store.back_up(tmp_path / "earlier.zip", NOW)
    vote(store, "ULATER")
    store.house.mark_once("T1", "later", NOW)
    store.back_up(tmp_path / "later.zip", NOW)

    again = brought_back(tmp_path / "later.zip", tmp_path / "new", ballots_from=tmp_path / "earlier.zip")

    assert again.ballot_boxes.count(BOX) == 5
    assert not again.house.mark_once("T1", "later", NOW)
    again.close()


def test_no_backup_shows_a_vote_that_another_lacks_alone(store: Store, tmp_path: Path) -> None:
    """Backups made all the while people vote: any two of them differ by no vote, or by five and more."""
    done = threading.Event()

    def go_on_voting() -> None:
        for person in people(3_000):
            if done.is_set():
                break
            vote(store, person)
            time.sleep(0.005)  # a thread that never rests leaves nobody else the lock

    voting = threading.Thread(target=go_on_voting)
    voting.start()
    files = [tmp_path / f"{number}.zip" for number in range(25)]
    for file in files:
        store.back_up(file, NOW)
    done.set()
    voting.join()
    counts = []
    for file in files:
        if "mandate-bot-ballots.db" in held(file):
            again = brought_back(file, tmp_path / file.stem)
            counts.append(again.ballot_boxes.count(BOX))
            again.close()

    assert len(counts) > 1
    assert all(later - earlier == 0 or later - earlier >= 5 for earlier, later in pairwise(counts))


def test_every_named_vote_acknowledged_before_a_backup_is_in_it(slack: Workspace, tmp_path: Path) -> None:
    poll = opened(slack)
    acknowledged: list[str] = []

    def all_vote() -> None:
        for person in people(150):
            slack.store.votes.cast(payloads.TEAM, poll.id, person, (Answer((0,)),), slack.clock())
            acknowledged.append(person)

    voting = threading.Thread(target=all_vote)
    voting.start()
    seen: list[tuple[int, int, int]] = []
    while voting.is_alive():
        before, file = len(acknowledged), tmp_path / f"{len(seen)}.zip"
        slack.store.back_up(file, slack.clock())
        after = len(acknowledged)
        again = brought_back(file, tmp_path / str(len(seen)))
        seen.append((before, again.votes.count(poll.id), after))
        again.close()
    voting.join()

    assert all(before <= inside <= after + 1 for before, inside, after in seen)


def test_what_was_on_its_way_is_not_sent_again_unseen(slack: Workspace, tmp_path: Path) -> None:
    now = slack.clock()
    slack.store.outbox.write("T0001", [letter(), letter("in public", channel="C1")], now)
    request = {
        "surface": "channel",
        "text": "what is a CCG",
        "user": "U1",
        "asked_at": now.isoformat(),
        "channel": "C1",
    }
    kept = slack.store.inbox.accept(Delivery("T0001", "Ev1", request, now))
    assert kept is not None
    slack.store.inbox.release(kept, now)
    slack.store.back_up(tmp_path / "one.zip", now)
    slack.timers.tick()  # all of it arrives

    slack.store.close()
    for path in tmp_path.glob("bot*"):
        path.unlink()
    restore(tmp_path / "one.zip", slack.settings.db)
    posted = {channel: len(slack.posted(channel)) for channel in ("C1", "DU1")}
    restarted = Workspace(tmp_path, slack.library, slack.slack)

    restarted.timers.tick()

    restarted.close()
    assert {channel: len(slack.posted(channel)) for channel in ("C1", "DU1")} == posted | {"C1": posted["C1"] + 1}
    told = slack.last("C1")
    assert (told["text"], told["ephemeral_to"]) == (notices.INTERRUPTED, "U1")
    assert [row["state"] for row in Database(slack.settings.db).query("SELECT state FROM outbox ORDER BY id")] == [
        "sent",
        "doubtful",
    ]


def _cut_short(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-300])


def _flip_a_byte(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    file.write_bytes(content)


def _another_zip(file: Path) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("../../etc/passwd", "root")


def _a_shopping_list(file: Path) -> None:
    file.write_text("milk")


def _rewrite(file: Path, change: Callable[[Path], object]) -> None:
    """Change the database within a backup."""
    with zipfile.ZipFile(file) as archive:
        about = archive.read("backup.json")
        archive.extract("mandate-bot.db", file.parent)
    change(file.parent / "mandate-bot.db")
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("backup.json", about)
        archive.write(file.parent / "mandate-bot.db", "mandate-bot.db")
    (file.parent / "mandate-bot.db").unlink()


def _damaged_inside(file: Path) -> None:
    _rewrite(file, lambda db: db.write_bytes(db.read_bytes()[:4096] + b"\xff" * 4096 + db.read_bytes()[8192:]))


def _of_the_future(file: Path) -> None:
    def age(db: Path) -> None:
        steps = Database(db).table("_sqlite_migrations")
        steps.insert({"migration_set": "mandate-bot", "name": "m999_future", "applied_at": "2099"})

    _rewrite(file, age)


def _says_nothing_of_itself(file: Path) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("backup.json", json.dumps({"made_at": "yesterday"}))
        archive.writestr("mandate-bot.db", b"")


@pytest.mark.parametrize(
    "spoil",
    [
        _cut_short,
        _flip_a_byte,
        _another_zip,
        _a_shopping_list,
        _damaged_inside,
        _of_the_future,
        _says_nothing_of_itself,
    ],
)
def test_what_is_no_whole_backup_of_this_version_is_refused_and_leaves_nothing(
    store: Store, tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    for number in range(200):
        store.house.mark_once("T1", f"mark {number}", NOW)
    store.back_up(tmp_path / "one.zip", NOW)
    spoil(tmp_path / "one.zip")
    (tmp_path / "new").mkdir()

    with pytest.raises(BotError, match=r"one\.zip"):
        restore(tmp_path / "one.zip", tmp_path / "new" / "bot.db")

    assert list((tmp_path / "new").iterdir()) == []


def test_the_commands_back_up_a_running_bot_and_bring_it_back(
    tmp_path: Path, model_cache: Path, standin: StandIn, bot: Run
) -> None:
    with Process(tmp_path, model_cache, standin) as running:
        assert running.send(payloads.envelope(payloads.direct_message("who feeds the office cat"))) == 200
        made = bot("backup")
        again = bot("backup", "mine.zip")

    assert (made.returncode, again.returncode) == (0, 0), made.stderr + again.stderr
    [file] = (tmp_path / "backups").iterdir()
    assert made.stdout.decode() == f"Backed up into {file}.\n"
    assert bot("restore", "mine.zip").returncode == 1  # the database is there
    restored = bot("restore", "mine.zip", "--db", "new/bot.db")
    assert restored.returncode == 0, restored.stderr
    assert Database(tmp_path / "new" / "bot.db").table("inbox").count == 1


def test_a_missing_backup_and_a_missing_database_are_named(bot: Run) -> None:
    nothing, no_file = bot("backup"), bot("restore", "nowhere.zip")

    assert (nothing.returncode, no_file.returncode) == (1, 1)
    assert b"There is no database at" in nothing.stderr
    assert b"nowhere.zip cannot be read" in no_file.stderr


def test_whole_exits_with_1_and_says_what_it_waits_for(store: Store, bot: Run) -> None:
    vote(store, "U1")

    refused, rest = bot("backup", "one.zip", "--whole"), bot("backup", "two.zip")

    assert refused.returncode == 1
    assert refused.stderr.startswith(b"Nothing was written. In some open anonymous poll fewer than 5 people have voted")
    assert rest.returncode == 0
    assert b"The votes of anonymous polls are not in it" in rest.stdout
