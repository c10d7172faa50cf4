"""What a phrasing would do to the other questions, on the shipped knowledge."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain

import pytest

from bot.asking import Asking
from bot.conversation import Part, Understanding, subject
from bot.knowledge import Entry
from bot.matching import Answer, NoAnswer
from bot.proof import Change, Proof, owner_of, prove, stamp
from bot.rereading import look_over, rank_all, read_all
from bot.storage import Feedback, Store
from tests.bench.proof import HONEST, PLANTED

NOW = datetime(2012, 11, 22, 10, 0, tzinfo=UTC)
ONE_PLANTED = ("jsna", "when does the friends and family survey begin at gp surgeries")
ONE_HONEST = ("draft-themes", "the July document came in four chunks, which were they")
# Another entry answers this one with confidence now, and nothing in it says that it should not.
TAKEN_FOR_ANOTHERS = {"finance-reactions"}


def test_reading_in_batches_comes_to_the_same_as_reading_one_by_one(understanding: Understanding) -> None:
    messages = [ask.ask for ask in understanding.knowledge.asks[::40]]
    looked_over = look_over(understanding, messages)
    texts = chain.from_iterable(read.ranked for read in looked_over.values())

    read = read_all(understanding, looked_over, rank_all(understanding.ranker, texts))

    for message in messages:
        parts = understanding.read(message)
        assert read[message].served == frozenset(subject(part.outcome) for part in parts) - {None}
        confidence = max((part.ranking[0].confidence for part in parts if part.ranking), default=0.0)
        if confidence >= understanding.cutoffs.suggest:
            assert read[message].confidence == pytest.approx(confidence, abs=5e-4)


def test_a_planted_phrasing_is_refused_and_says_what_it_takes_from_whom(understanding: Understanding) -> None:
    proof = prove(understanding, *ONE_PLANTED, [])

    assert not proof.is_harmless
    [lost] = proof.taken["fft-gp"][:1]
    assert lost == Change(ONE_PLANTED[1], "fft-gp", "jsna")


def test_an_honest_phrasing_is_accepted_and_says_what_it_fixes(understanding: Understanding) -> None:
    wordings = [ONE_HONEST[1], "what were the four chunks of the July document"]

    proof = prove(understanding, *ONE_HONEST, [("how many objectives are in the mandate", "objectives-count-final")])

    assert proof.breaks == ()
    assert ONE_HONEST[1] in [change.text for change in proof.fixes]
    assert all(change.after == "draft-themes" for change in proof.fixes if change.text in wordings)


@pytest.mark.parametrize(("entry", "phrasing"), PLANTED, ids=[entry for entry, _ in PLANTED])
def test_a_planted_phrasing_belongs_to_another_entry(understanding: Understanding, entry: str, phrasing: str) -> None:
    assert owner_of(understanding, entry, phrasing, ()) not in (None, entry)


@pytest.mark.parametrize(("entry", "phrasing"), HONEST, ids=[entry for entry, _ in HONEST])
def test_an_honest_phrasing_may_be_its_own_entrys(understanding: Understanding, entry: str, phrasing: str) -> None:
    owner = owner_of(understanding, entry, phrasing, ())

    assert (owner is not None) == (entry in TAKEN_FOR_ANOTHERS)


def test_what_did_not_help_its_asker_loses_nothing(understanding: Understanding) -> None:
    phrasing = "do surgeries have to sign up by law or is it more of a gentlemans agreement"

    owner = owner_of(understanding, "ccg-membership", phrasing, ())

    assert owner is not None
    assert owner_of(understanding, "ccg-membership", phrasing, [owner]) is None


def test_what_stands_under_another_entry_word_for_word_is_that_entrys(understanding: Understanding) -> None:
    other: Entry = understanding.knowledge.entries["fft-gp"]

    assert owner_of(understanding, "jsna", other.also[0], ()) == "fft-gp"


def test_what_a_term_answers_is_not_given_to_an_entry(understanding: Understanding) -> None:
    [part] = understanding.read("what does QOF stand for")

    assert owner_of(understanding, "jsna", "what does QOF stand for", ()) == subject(part.outcome)


def test_a_proof_is_the_same_when_it_is_taken_up_again() -> None:
    proof = Proof("a", "text", (Change("one", None, "a"),), (Change("two", "b", None), Change("three", None, "a")))

    assert Proof.read("a", "text", proof.as_content()) == proof
    assert list(proof.taken) == ["b", None]


def test_another_phrasing_anywhere_makes_another_stamp(understanding: Understanding) -> None:
    knowledge = understanding.knowledge
    entry = next(iter(knowledge.entries.values()))
    other = replace(
        knowledge, entries={**knowledge.entries, entry.id: replace(entry, also=(*entry.also, "one more way to ask"))}
    )

    assert stamp(knowledge) == stamp(replace(knowledge))
    assert stamp(other) != stamp(knowledge)


def record(store: Store, text: str, entry: Entry | None) -> int:
    asking = Asking(text, "U1", "direct", "T1", NOW, channel="D1")
    [kept] = store.questions.record(asking, [Part(text, Answer(entry) if entry else NoAnswer())])
    assert kept.question_id is not None
    return kept.question_id


def test_the_latest_answered_questions_come_newest_first_without_those_that_did_not_help(
    store: Store, understanding: Understanding
) -> None:
    entry = understanding.knowledge.entries["fft-gp"]
    record(store, "first", entry)
    record(store, "nobody knows", None)
    unhelpful = record(store, "second", entry)
    record(store, "third", entry)
    store.feedback.give(Feedback("T1", unhelpful, "U1", "fft-gp", helpful=False, given_at=NOW))

    assert store.served.latest_answered("T1") == [("third", "fft-gp"), ("first", "fft-gp")]
    assert store.served.latest_answered("T1", most=1) == [("third", "fft-gp")]
    assert store.served.latest_answered("T2") == []
