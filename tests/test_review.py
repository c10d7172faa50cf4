"""The review queue's rules, and what the database keeps of leads' moves."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from bot.answering import answer
from bot.asking import Asking
from bot.letters import Letter
from bot.library import Library
from bot.queueing import Queue
from bot.review import OPEN, Asker, Filter, Group, Move, ReviewError, State, after, to_tell
from bot.storage import Closing, Likeness, Overtaken, Sorting, Store

NOW = datetime(2012, 11, 22, 10, 0, tzinfo=UTC)
CAT = "who feeds the office cat"
LOCUM = "how much does a locum cost a day"


def ask(store: Store, library: Library, *texts: str, asker: str = "U1", at: datetime = NOW) -> list[int]:
    """Ask, have the questions grouped, and say their ids."""
    ids = [
        part.question_id
        for text in texts
        for part in answer(Asking(text, asker, "direct", "T1", at, channel=f"D{asker}"), library.current, store)
    ]
    Queue(store, library).group_waiting()
    return [one for one in ids if one is not None]


def only(store: Store) -> Group:
    [group] = store.review.page("T1", Filter(frozenset(State)), 0, 10)[0]
    return group


def letters(kind: str, group: Group) -> Closing:
    def compose(askers: Sequence[Asker]) -> list[Letter]:
        return [
            Letter(f"{kind}:{one.person}", kind, one.person, {"text": "Yes."}, None, one.person, one.question_id)
            for one in to_tell(list(askers))
        ]

    move = Move.ANSWER if kind == "answer" else Move.DISMISS
    return Closing(move, "ULEAD", entry="an-entry", compose=compose)


def dismissed(store: Store) -> Group:
    group = only(store)
    how = Closing(Move.DISMISS, "ULEAD", reason="not-a-question")
    return store.review.close("T1", group.id, group.version, how, NOW)


def deliver(store: Store) -> None:
    while posting := store.outbox.claim(NOW):
        store.outbox.sent(posting.id, NOW)


@pytest.mark.parametrize("state", sorted(OPEN))
@pytest.mark.parametrize("move", [Move.ASSIGN, Move.ANSWER, Move.LINK, Move.DISMISS])
def test_an_open_row_can_be_moved_anywhere_but_reopened(state: State, move: Move) -> None:
    assert after(state, move) not in (State.NEW, State.REOPENED)
    with pytest.raises(ReviewError, match="open already"):
        after(state, Move.REOPEN)


@pytest.mark.parametrize("state", sorted(set(State) - OPEN))
@pytest.mark.parametrize("move", [Move.ASSIGN, Move.ANSWER, Move.LINK, Move.DISMISS])
def test_a_closed_row_can_only_be_reopened(state: State, move: Move) -> None:
    assert after(state, Move.REOPEN) is State.REOPENED
    with pytest.raises(ReviewError, match="Reopen it first"):
        after(state, move)


def test_each_person_is_told_once_where_they_asked_last() -> None:
    askers = [
        Asker(3, "U1", "command", "C1", None, "b"),
        Asker(1, "U1", "channel", "C1", "1.1", "a"),
        Asker(2, "U2", "terminal", None, None, "c"),
    ]

    assert [asker.question_id for asker in to_tell(askers)] == [3]


def test_a_move_on_an_older_version_changes_nothing_and_says_who_was_quicker(store: Store, library: Library) -> None:
    ask(store, library, CAT)
    seen = only(store)
    store.review.assign("T1", seen.id, seen.version, "UFIRST", "UFIRST", NOW)

    with pytest.raises(Overtaken) as second:
        store.review.close("T1", seen.id, seen.version, letters("answer", seen), NOW)

    assert (second.value.last.by, second.value.last.move, second.value.last.made_at) == ("UFIRST", Move.ASSIGN, NOW)
    assert only(store).state is State.ASSIGNED
    assert store.outbox.claim(NOW) is None


def test_of_many_leads_who_press_at_once_one_is_first(store: Store, library: Library) -> None:
    ask(store, library, CAT)
    seen = only(store)

    def take(lead: str) -> bool:
        try:
            store.review.assign("T1", seen.id, seen.version, lead, lead, NOW)
        except Overtaken:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(take, [f"U{number}" for number in range(8)]))

    assert sum(won) == 1
    assert only(store).assignee == f"U{won.index(True)}"


def test_what_joined_a_row_is_nobodys_move(store: Store, library: Library) -> None:
    ask(store, library, CAT, LOCUM)
    first, second = store.review.groups()
    assigned = store.review.assign("T1", first.id, first.version, "ULEAD", "ULEAD", NOW)
    ones, others = ([row for row, _ in store.review.wordings(group.id)] for group in (first, second))
    Queue(store, library).pin("T1", ones, others, together=True)

    with pytest.raises(ReviewError, match="That row has changed") as error:
        store.review.assign("T1", first.id, assigned.version, "UOTHER", "UOTHER", NOW)

    assert not isinstance(error.value, Overtaken)


def test_a_row_seen_before_it_became_one_with_another_is_looked_at_once_more(store: Store, library: Library) -> None:
    ask(store, library, CAT, LOCUM)
    first, second = store.review.groups()
    ones, others = ([row for row, _ in store.review.wordings(group.id)] for group in (first, second))
    Queue(store, library).pin("T1", ones, others, together=True)

    with pytest.raises(ReviewError, match="That row has changed"):
        store.review.assign("T1", second.id, second.version, "ULEAD", "ULEAD", NOW)


def test_two_leads_cannot_sort_the_same_row_differently(store: Store, library: Library) -> None:
    ask(store, library, CAT, LOCUM)
    first, second = store.review.groups()
    ones, others = ([row for row, _ in store.review.wordings(group.id)] for group in (first, second))
    seen = [(first.id, first.version), (second.id, second.version)]
    queue = Queue(store, library)
    queue.pin("T1", ones, others, together=True, sorting=Sorting("ULEAD", NOW, seen))

    with pytest.raises(Overtaken) as second_lead:
        queue.pin("T1", ones, others, together=False, sorting=Sorting("UTWO", NOW, seen))

    assert (second_lead.value.last.by, second_lead.value.last.move) == ("ULEAD", Move.SORT)

    assert only(store).times == 2


def test_a_row_put_together_keeps_who_took_it_up(store: Store, library: Library) -> None:
    ask(store, library, CAT, LOCUM)
    first, second = store.review.groups()
    store.review.assign("T1", second.id, second.version, "ULEAD", "ULEAD", NOW)
    ones, others = ([row for row, _ in store.review.wordings(group.id)] for group in (first, second))

    Queue(store, library).pin("T1", ones, others, together=True)

    assert (only(store).id, only(store).state, only(store).assignee) == (first.id, State.ASSIGNED, "ULEAD")


def test_closing_and_reopening_move_the_questions_along(store: Store, library: Library) -> None:
    ask(store, library, CAT)

    closed = dismissed(store)
    statuses = [row.status for row in store.questions.unanswered("T1")]
    store.review.reopen("T1", closed.id, closed.version, "ULEAD", NOW)

    assert statuses == ["dismissed"]
    assert [row.status for row in store.questions.unanswered("T1")] == ["open"]
    assert (only(store).state, only(store).reason) == (State.REOPENED, None)


def test_a_closed_row_does_not_move(store: Store, library: Library) -> None:
    ask(store, library, CAT)
    closed = dismissed(store)

    with pytest.raises(ReviewError, match="Reopen it first"):
        store.review.assign("T1", closed.id, closed.version, "ULEAD", "ULEAD", NOW)

    assert only(store) == closed


def test_people_who_were_told_stay_as_a_number(store: Store, library: Library) -> None:
    for asker in ("U1", "U2"):
        ask(store, library, CAT, asker=asker)
    group = only(store)
    store.review.close("T1", group.id, group.version, letters("answer", group), NOW)

    deliver(store)

    assert store.review.askers(group.id) == []
    assert (only(store).times, only(store).people) == (2, 2)


def test_reopened_and_asked_by_one_more_it_counts_them_all(store: Store, library: Library) -> None:
    ask(store, library, CAT)
    group = only(store)
    closed = store.review.close("T1", group.id, group.version, letters("answer", group), NOW)
    deliver(store)
    store.review.reopen("T1", closed.id, closed.version, "ULEAD", NOW)

    ask(store, library, CAT, asker="U2")

    assert (only(store).id, only(store).times, only(store).people) == (group.id, 2, 2)


def test_a_failing_letter_leaves_the_row_open(store: Store, library: Library) -> None:
    ask(store, library, CAT)
    group = only(store)

    def fail(askers: Sequence[Asker]) -> list[Letter]:
        raise LookupError("no words")

    with pytest.raises(LookupError):
        store.review.close("T1", group.id, group.version, Closing(Move.ANSWER, "ULEAD", compose=fail), NOW)

    assert only(store) == group


@pytest.mark.parametrize("how", ["withdraw", "erase", "pick", "unnoticed"])
def test_a_question_that_goes_is_taken_out_of_the_counts(
    store: Store, library: Library, tmp_path: Path, how: str
) -> None:
    [mine] = ask(store, library, CAT, asker="U1")
    ask(store, library, CAT, asker="U2")

    match how:
        case "withdraw":
            store.questions.withdraw("T1", mine)
        case "erase":
            store.house.erase("T1", "U1")
        case "pick":
            store.questions.pick("T1", mine, "objectives-count", None, None, NOW)
        case _:  # whatever leaves the counts behind, the page does not show it
            Database(tmp_path / "bot.db").table("unanswered").delete_where("question_id = ?", [mine])

    assert (only(store).times, only(store).people) == (1, 1)


def test_a_row_whose_last_question_goes_is_gone(store: Store, library: Library) -> None:
    [mine] = ask(store, library, CAT)
    group = only(store)

    store.questions.withdraw("T1", mine)

    assert store.review.find("T1", group.id) is None
    assert store.review.page("T1", Filter(), 0, 10) == ([], 0)


def test_closed_rows_go_with_their_questions_after_180_days(store: Store, library: Library) -> None:
    ask(store, library, CAT)
    group = dismissed(store)

    store.house.purge(NOW + timedelta(days=181))

    assert store.review.find("T1", group.id) is None


def test_rows_come_by_day_and_the_most_asked_of_a_day_first(store: Store, library: Library) -> None:
    texts = ["where has the stapler gone", LOCUM, "what colour is the new carpet"]
    ask(store, library, texts[0], at=NOW + timedelta(days=1))
    ask(store, library, texts[1], at=NOW)
    for asker in ("U1", "U2"):
        ask(store, library, texts[2], at=NOW + timedelta(hours=1), asker=asker)

    rows, count = store.review.page("T1", Filter(), 0, 2)

    assert ([row.text for row in rows], count) == ([texts[2], texts[1]], 3)


def test_the_queue_of_one_workspace_is_not_anothers(store: Store, library: Library) -> None:
    ask(store, library, CAT)
    group = only(store)

    assert store.review.page("T2", Filter(), 0, 10) == ([], 0)
    assert store.review.search("T2", "cat", 10) == []
    with pytest.raises(ReviewError):
        store.review.assign("T2", group.id, group.version, "ULEAD", "ULEAD", NOW)


@pytest.mark.parametrize("typed", ["OFFICE", "", "feeds the"])
def test_open_rows_are_found_by_their_words(store: Store, library: Library, typed: str) -> None:
    ask(store, library, CAT)
    group = only(store)

    assert store.review.search("T1", typed, 10) == [(group.id, group.version, CAT)]


def test_signs_that_sql_reads_are_looked_for_as_they_are(store: Store, library: Library) -> None:
    ask(store, library, CAT)

    assert store.review.search("T1", "%", 10) == []
    assert store.review.search("T1", "w_o", 10) == []


def test_while_a_long_queue_is_read_others_go_on_writing(store: Store, library: Library) -> None:
    ask(store, library, CAT, asker="U1")
    answer(Asking(LOCUM, "U2", "direct", "T1", NOW, channel="D2"), library.current, store)
    held: set[int] = set()

    def hold(pairs: Sequence[tuple[int, str]]) -> None:
        held.update(one for one, _ in pairs)
        # Under the lock this would wait for ten seconds, and fail.
        assert store.house.mark_once("T1", f"wrote:{len(held)}", NOW)

    store.review.place("T1", Likeness(hold, lambda: held, lambda _: {}, lambda _: None))

    assert store.review.count_open("T1") == 2


PAIRS = st.tuples(st.integers(1, 6), st.integers(1, 6), st.booleans()).filter(lambda pin: pin[0] != pin[1])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    alike=st.sets(st.tuples(st.integers(1, 6), st.integers(1, 6)), max_size=5),
    pins=st.lists(PAIRS, max_size=5),
    placed=st.integers(0, 6),
)
def test_whatever_is_put_together_or_set_apart_every_question_stands_in_one_counted_row(
    tmp_path_factory: pytest.TempPathFactory,
    alike: set[tuple[int, int]],
    pins: list[tuple[int, int, bool]],
    placed: int,
) -> None:
    path = tmp_path_factory.mktemp("pins") / "bot.db"
    store = Store(path)
    held: set[int] = set()
    likeness = Likeness(
        lambda pairs: held.update(one for one, _ in pairs),
        lambda: held,
        lambda one: {b if a == one else a: 0.9 for a, b in alike if one in (a, b) and a != b},
        lambda _: None,
    )
    db = Database(path)
    for number in range(1, 7):
        asked = {"id": number, "workspace": "T1", "asker": f"U{number}", "question": f"question {number}"}
        told = {"surface": "direct", "outcome": "no_answer", "confidence": 0, "asked_at": NOW.isoformat()}
        db.table("questions").insert(asked | told)
        waits = {"id": number, "workspace": "T1", "question_id": number, "status": "open"}
        db.table("unanswered").insert(waits | {"reason": "no_answer", "queued_at": NOW.isoformat()})
    db.close()
    store.review.place("T1", likeness)

    for number, (one, other, together) in enumerate(pins):
        if number == placed:
            alike.add((1, 6))
        store.review.pin("T1", [one], [other], together, likeness)

    rows, count = store.review.page("T1", Filter(), 0, 10)
    members = [one for row in rows for one, _ in store.review.wordings(row.id)]
    assert sorted(members) == [1, 2, 3, 4, 5, 6]
    assert count == len(rows)
    assert sum(row.times for row in rows) == 6
    if pins:
        one, other, together = pins[-1]
        in_row = {number: row.id for row in rows for number, _ in store.review.wordings(row.id)}
        # What was said last holds.
        assert together or in_row[one] != in_row[other]
    store.close()
