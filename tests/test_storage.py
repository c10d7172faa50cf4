"""What the bot remembers, in a real database."""

import sqlite3
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from bot.answering import answer
from bot.asking import Asking
from bot.conversation import Understanding
from bot.errors import StorageError
from bot.matching import Cutoffs, Suggestions
from bot.storage import Delivery, Feedback, Store

NOW = datetime(2012, 11, 22, 10, 0, tzinfo=UTC)
UNKNOWN = "who feeds the office cat"
# Takes the lease of the timers and ends without letting go of it.
HOLD = """
import sys
from datetime import datetime, timedelta
from pathlib import Path
from bot.storage import Store
assert Store(Path(sys.argv[1])).house.hold("timers", datetime.fromisoformat(sys.argv[2]), timedelta(seconds=30))
"""


def asking(text: str, asker: str = "U1", at: datetime = NOW, place: str | None = None) -> Asking:
    return Asking(text, asker, "direct", "T1", at, channel="D1", place=place)


def delivery(key: str, ts: str | None = "1.1", channel: str = "C1") -> Delivery:
    return Delivery("T1", key, {"text": "hello"}, NOW, channel, ts)


def test_an_unanswered_question_waits_for_the_ccg(store: Store, understanding: Understanding) -> None:
    answer(asking(UNKNOWN), understanding, store)

    [waiting] = store.questions.unanswered()
    assert (waiting.question, waiting.status, waiting.asked_at) == (UNKNOWN, "open", NOW)


def test_small_talk_and_blank_lines_are_not_stored(store: Store, understanding: Understanding) -> None:
    for text in ("hello", "", "  \n ", "?!"):
        answer(asking(text), understanding, store)

    assert store.questions.asked_by("T1", "U1") == []
    assert store.questions.unanswered() == []


def test_suggestions_nobody_picks_in_half_an_hour_join_the_queue(store: Store, understanding: Understanding) -> None:
    hesitant = replace(understanding, cutoffs=Cutoffs(answer=1.1, suggest=0.01))
    [part] = answer(asking("the quality premium, its amount and so on"), hesitant, store)
    assert isinstance(part.part.outcome, Suggestions)

    assert store.questions.queue_unpicked(NOW + timedelta(minutes=29)) == 0
    assert store.questions.queue_unpicked(NOW + timedelta(minutes=30)) == 1
    assert store.questions.queue_unpicked(NOW + timedelta(minutes=31)) == 0
    assert len(store.questions.unanswered()) == 1


def test_a_withdrawn_question_leaves_no_text(store: Store, understanding: Understanding, tmp_path: Path) -> None:
    [part] = answer(asking(UNKNOWN), understanding, store)
    assert part.question_id is not None

    assert store.questions.withdraw("T1", part.question_id)

    assert not store.questions.withdraw("T1", part.question_id)
    assert store.questions.unanswered() == []
    assert [row["question"] for row in Database(tmp_path / "bot.db")["questions"].rows] == [None]


def test_the_last_entry_is_remembered_for_half_an_hour(store: Store, understanding: Understanding) -> None:
    answer(asking("how many objectives are in the mandate", place="direct:D1"), understanding, store)

    [later] = answer(
        asking("and in the draft?", at=NOW + timedelta(minutes=29), place="direct:D1"), understanding, store
    )
    [too_late] = answer(asking("and by when?", at=NOW + timedelta(hours=2), place="direct:D1"), understanding, store)

    assert later.part.outcome.entry.id == "objectives-count-draft"  # type: ignore[union-attr]
    assert too_late.part.outcome.talk.id == "small-talk/which-answer"  # type: ignore[union-attr]


def test_what_follows_a_question_without_an_answer_is_not_about_the_answer_before_it(
    store: Store, understanding: Understanding
) -> None:
    for text in ("how many objectives are in the mandate", UNKNOWN):
        answer(asking(text, place="direct:D1"), understanding, store)

    [lost] = answer(asking("and by when?", place="direct:D1"), understanding, store)

    assert lost.part.outcome.talk.id == "small-talk/which-answer"  # type: ignore[union-attr]


def test_a_word_of_thanks_between_does_not_end_the_conversation(store: Store, understanding: Understanding) -> None:
    for text in ("how many objectives are in the mandate", "thanks"):
        answer(asking(text, place="direct:D1"), understanding, store)

    [later] = answer(asking("and in the draft?", place="direct:D1"), understanding, store)

    assert later.part.outcome.entry.id == "objectives-count-draft"  # type: ignore[union-attr]


def test_a_delivery_counts_once_by_its_key_and_by_its_message(store: Store) -> None:
    assert store.inbox.accept(delivery("Ev1")) is not None

    assert store.inbox.accept(delivery("Ev1", ts="2.2")) is None
    assert store.inbox.accept(delivery("Ev2")) is None
    assert store.inbox.accept(delivery("Ev3", channel="C2")) is not None


def test_deliveries_without_a_message_are_told_apart_by_their_key(store: Store) -> None:
    assert store.inbox.accept(delivery("trigger1", ts=None)) is not None
    assert store.inbox.accept(delivery("trigger2", ts=None)) is not None


def test_many_threads_accept_one_delivery_once(store: Store) -> None:
    accepted: list[int | None] = []
    threads = [threading.Thread(target=lambda: accepted.append(store.inbox.accept(delivery("Ev1")))) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(one is not None for one in accepted) == 1


def test_what_is_kept_for_others_is_taken_once_the_oldest_first(store: Store) -> None:
    kept = [store.inbox.accept(delivery(f"Ev{n}", ts=f"{n}.0"), for_others=True) for n in (1, 2, 3)]

    first, second, third = (store.inbox.take(NOW, 2) for _ in range(3))

    assert [[one.id for one in taken] for taken in (first, second, third)] == [kept[:2], kept[2:], []]


def test_what_this_process_answers_itself_nobody_takes(store: Store) -> None:
    store.inbox.accept(delivery("Ev1"))

    assert store.inbox.take(NOW, 10) == []


def test_nobody_is_late_while_a_lease_lasts(store: Store) -> None:
    never = store.house.late_by("timers", NOW)
    store.house.hold("timers", NOW, timedelta(seconds=30))

    late = [store.house.late_by("timers", NOW + timedelta(seconds=seconds)) for seconds in (29, 90)]

    assert (never, late) == (0.0, [0.0, 60.0])


def test_what_a_living_process_works_on_is_not_abandoned(store: Store) -> None:
    store.inbox.accept(delivery("Ev1"))

    assert store.inbox.abandoned(NOW) is None
    assert store.inbox.abandoned(NOW + timedelta(minutes=9)) is None


def test_what_could_not_be_written_down_is_taken_up_again_after_ten_minutes(store: Store) -> None:
    kept = store.inbox.accept(delivery("Ev1"))  # and then the disk is full

    held = store.inbox.abandoned(NOW + timedelta(minutes=11))

    assert held is not None
    assert held.id == kept


def test_what_is_given_back_waits_longer_each_time(store: Store) -> None:
    kept = store.inbox.accept(delivery("Ev1"))
    assert kept is not None
    store.inbox.release(kept, NOW)

    assert store.inbox.abandoned(NOW + timedelta(seconds=1)) is None
    held = store.inbox.abandoned(NOW + timedelta(seconds=2))
    assert held is not None
    store.inbox.release(held.id, NOW)
    assert store.inbox.abandoned(NOW + timedelta(seconds=3)) is None
    assert store.inbox.abandoned(NOW + timedelta(seconds=4)) is not None


def test_a_lease_has_one_holder_until_it_runs_out(store: Store, tmp_path: Path) -> None:
    other = Store(tmp_path / "bot.db")

    assert store.house.hold("timers", NOW, timedelta(seconds=30))
    assert not other.house.hold("timers", NOW + timedelta(seconds=29), timedelta(seconds=30))
    assert other.house.hold("timers", NOW + timedelta(seconds=31), timedelta(seconds=30))
    other.close()


def test_the_lease_of_a_process_that_died_here_is_taken_over_at_once(store: Store, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", HOLD, str(tmp_path / "bot.db"), NOW.isoformat()], check=True)

    assert store.house.hold("timers", NOW, timedelta(seconds=30))


def test_a_mark_is_made_once_by_any_process(store: Store, tmp_path: Path) -> None:
    other = Store(tmp_path / "bot.db")

    assert store.house.mark_once("T1", "greeted:U1", NOW)
    assert not other.house.mark_once("T1", "greeted:U1", NOW)
    other.close()


def test_old_rows_go_and_open_questions_stay(store: Store, understanding: Understanding, tmp_path: Path) -> None:
    answer(asking(UNKNOWN), understanding, store)
    answer(asking("how many objectives are in the mandate"), understanding, store)

    store.house.purge(NOW + timedelta(days=31))
    served_after_a_month = Database(tmp_path / "bot.db")["served"].count
    store.house.purge(NOW + timedelta(days=181))

    assert served_after_a_month == 0
    assert [row["question"] for row in Database(tmp_path / "bot.db")["questions"].rows] == [UNKNOWN]


def test_erasing_a_person_leaves_the_others(store: Store, understanding: Understanding) -> None:
    [mine] = answer(asking("how many objectives are in the mandate"), understanding, store)
    answer(asking(UNKNOWN, asker="U2"), understanding, store)
    assert mine.question_id is not None
    store.feedback.give(Feedback("T1", mine.question_id, "U1", "objectives-count-final", True, NOW))

    assert store.house.erase("T1", "U1") == 1

    assert store.questions.asked_by("T1", "U1") == []
    assert store.feedback.all("T1") == []
    assert len(store.questions.asked_by("T1", "U2")) == 1


def test_nothing_in_any_table_names_a_person_who_was_erased(
    store: Store, understanding: Understanding, tmp_path: Path
) -> None:
    answer(asking("how many objectives are in the mandate", place="thread:C1:1.1"), understanding, store)
    answer(asking(UNKNOWN), understanding, store)
    store.house.mark_once("T1", "told:U1", NOW)
    store.inbox.accept(Delivery("T1", "Ev1", {"user": "U1", "text": "hello"}, NOW, "C1", "1.1"))
    [other] = answer(asking("what is a CCG", asker="U2"), understanding, store)
    assert other.question_id is not None
    store.questions.serve("T1", other.question_id, "U1", "ccg-count", None, NOW)

    store.house.erase("T1", "U1")

    db = Database(tmp_path / "bot.db")
    assert [name for name in db.table_names() if "U1" in str(list(db[name].rows))] == []


def test_a_question_taken_back_cannot_be_queued_again(store: Store, understanding: Understanding) -> None:
    hesitant = replace(understanding, cutoffs=Cutoffs(answer=1.1, suggest=0.01))
    [part] = answer(asking("the quality premium, its amount and so on"), hesitant, store)
    assert part.question_id is not None
    assert store.questions.queue("T1", part.question_id, "none_of_these", NOW)
    store.questions.withdraw("T1", part.question_id)

    assert not store.questions.queue("T1", part.question_id, "none_of_these", NOW)
    assert store.questions.unanswered() == []


def test_feedback_is_one_verdict_a_person_and_keeps_its_reason(store: Store, understanding: Understanding) -> None:
    [mine] = answer(asking("how many objectives are in the mandate"), understanding, store)
    assert mine.question_id is not None
    first = Feedback("T1", mine.question_id, "U1", "objectives-count-final", False, NOW, "unclear", "which one?")
    store.feedback.give(first)
    store.feedback.give(Feedback("T1", mine.question_id, "U1", "objectives-count-final", True, NOW))

    [kept] = store.feedback.all("T1")
    assert (kept.helpful, kept.reason, kept.note) == (True, "unclear", "which one?")


def test_the_files_are_readable_by_their_owner_only(store: Store, tmp_path: Path) -> None:
    store.house.mark_once("T1", "x", NOW)

    assert {path.stat().st_mode & 0o777 for path in tmp_path.glob("bot.db*")} == {0o600}


def test_a_database_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    Store(tmp_path / "bot.db").close()
    Database(tmp_path / "bot.db").table("_sqlite_migrations").insert(
        {"migration_set": "mandate-bot", "name": "m999_future", "applied_at": "2099"}
    )

    with pytest.raises(StorageError, match=r"written by a newer Mandate Bot \(m999_future\)"):
        Store(tmp_path / "bot.db")


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "bot.db").write_text("This is a shopping list, and a long one at that." * 100)

    with pytest.raises(StorageError, match=r"bot\.db cannot be used"):
        Store(tmp_path / "bot.db")


def test_opening_twice_at_once_migrates_once(tmp_path: Path) -> None:
    stores: list[Store] = []
    threads = [threading.Thread(target=lambda: stores.append(Store(tmp_path / "bot.db"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for store in stores:
        store.close()

    names = [row[0] for row in sqlite3.connect(tmp_path / "bot.db").execute("SELECT name FROM _sqlite_migrations")]
    assert len(stores) == 8
    assert names == sorted(set(names))
