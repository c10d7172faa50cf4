"""What leads added, merged into the curated knowledge."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.additions import Addition, Kind, apply, source_of
from bot.knowledge import Edition, Entry, Knowledge, Source

ACT = Source("act", "An Act", "The Queen's Printer", "2012", "https://example.org/act")
PARKING = Entry(
    id="parking",
    question="Where do I park?",
    also=("car park",),
    answer="Park behind the surgery.",
    sources=(ACT,),
    edition=Edition.CONTEXT,
    checked=date(2012, 11, 22),
    owner="CCG lead",
    review_by=date(2099, 1, 1),
    topic="access",
)
CURATED = Knowledge({"parking": PARKING}, {"act": ACT})
TEA: dict[str, Any] = {
    "id": "tea",
    "question": "When is tea?",
    "also": ["tea time"],
    "answer": "At four.",
    "sources": ["act"],
    "edition": "context",
    "checked": "2012-11-22",
    "owner": "CCG lead",
    "review_by": "2099-01-01",
}
REVIEW = {"reviewed": "2012-12-01", "reviewed_by": "Anytown CCG", "review_by": "2099-06-01"}


def added(kind: Kind, content: dict[str, Any], entry: str = "parking", number: int = 1) -> Addition:
    return Addition(kind, entry, content, "ULEAD", id=number)


def tea(number: int = 1, source: dict[str, str] | None = None, **changes: Any) -> Addition:
    return added(Kind.ENTRY, {"record": TEA | changes, "source": source}, "tea", number)


def test_without_additions_the_knowledge_is_the_curated_one() -> None:
    applied = apply(CURATED, [])

    assert applied.knowledge == CURATED
    assert (applied.retired, applied.left_out) == ((), ())


def test_an_entry_is_served_beside_the_curated_ones() -> None:
    applied = apply(CURATED, [tea()])

    made = applied.knowledge.entries["tea"]
    assert (made.question, made.answer, made.topic) == ("When is tea?", "At four.", "local")
    assert made.sources == (ACT,)
    assert applied.knowledge.entries["parking"] == PARKING


def test_an_entry_brings_its_own_source_along() -> None:
    source = {"key": "local-tea", "title": "Answer by us", "publisher": "Us", "date": "2012", "address": ""}
    addition = tea(source=source, sources=["local-tea"])

    applied = apply(CURATED, [addition])

    assert applied.knowledge.entries["tea"].sources == (source_of(addition),)
    assert "local-tea" in applied.knowledge.sources


def test_a_phrasing_joins_those_of_its_entry() -> None:
    applied = apply(CURATED, [added(Kind.PHRASING, {"text": "where does the car go"})])

    assert applied.knowledge.entries["parking"].also == ("car park", "where does the car go")


def test_a_review_changes_who_checked_it_and_when_it_is_due() -> None:
    entry = apply(CURATED, [added(Kind.REVIEW, REVIEW)]).knowledge.entries["parking"]

    assert (entry.reviewed, entry.reviewed_by, entry.review_by) == (
        date(2012, 12, 1),
        "Anytown CCG",
        date(2099, 6, 1),
    )
    assert entry.answer == PARKING.answer


def test_a_correction_changes_the_answer() -> None:
    correction = added(Kind.CORRECTION, {"answer": "Park in the street.", "note": "The yard is closed."})

    assert apply(CURATED, [correction]).knowledge.entries["parking"].answer == "Park in the street."


def test_a_later_correction_replaces_an_earlier_one() -> None:
    corrections = [
        added(Kind.CORRECTION, {"answer": answer, "note": "n"}, number=number)
        for number, answer in enumerate(["First.", "Second."], start=1)
    ]

    assert apply(CURATED, corrections).knowledge.entries["parking"].answer == "Second."


def test_a_phrasing_of_a_local_entry_stands_with_it() -> None:
    applied = apply(CURATED, [tea(), added(Kind.PHRASING, {"text": "cuppa when"}, "tea", 2)])

    assert applied.knowledge.entries["tea"].also == ("tea time", "cuppa when")
    assert applied.left_out == ()


@pytest.mark.parametrize(
    ("curated", "addition"),
    [
        (replace(PARKING, id="tea", answer="At  four!"), tea()),
        (replace(PARKING, also=("Where does it go?",)), added(Kind.PHRASING, {"text": "where does it go"})),
        (replace(PARKING, reviewed=date(2012, 12, 1), reviewed_by="x"), added(Kind.REVIEW, REVIEW)),
        (replace(PARKING, answer="Park in  the street."), added(Kind.CORRECTION, {"answer": "Park in the street."})),
    ],
    ids=["entry", "phrasing", "review", "correction"],
)  # fmt: skip
def test_what_the_curated_files_have_by_now_retires(curated: Entry, addition: Addition) -> None:
    knowledge = Knowledge({curated.id: curated}, {"act": ACT})

    applied = apply(knowledge, [addition])

    assert applied.retired == (addition.id,)
    assert applied.left_out == ()
    assert applied.knowledge.entries == knowledge.entries


def test_an_entry_whose_name_the_curated_files_use_otherwise_is_left_out() -> None:
    knowledge = Knowledge({"tea": replace(PARKING, id="tea")}, {"act": ACT})

    applied = apply(knowledge, [tea()])

    assert applied.left_out == (1,)
    assert applied.knowledge.entries["tea"].answer == PARKING.answer


def test_an_entry_whose_source_has_gone_is_left_out() -> None:
    assert apply(CURATED, [tea(sources=["gone"])]).left_out == (1,)


def test_what_belongs_to_an_entry_that_has_gone_is_left_out() -> None:
    applied = apply(CURATED, [added(Kind.PHRASING, {"text": "x"}, "gone"), added(Kind.REVIEW, REVIEW, "gone", 2)])

    assert applied.left_out == (1, 2)
    assert applied.knowledge == CURATED


def test_an_entry_with_a_mistake_is_left_out_and_the_rest_is_served() -> None:
    applied = apply(CURATED, [tea(edition="first"), added(Kind.PHRASING, {"text": "x"}, number=2)])

    assert applied.left_out == (1,)
    assert applied.knowledge.entries["parking"].also[-1] == "x"


def test_a_correction_of_a_comma_stays_until_the_files_have_the_comma() -> None:
    curated = replace(PARKING, answer="Yes and no.")
    correction = added(Kind.CORRECTION, {"answer": "Yes, and no.", "note": "n"})

    applied = apply(Knowledge({curated.id: curated}, {"act": ACT}), [correction])

    assert applied.knowledge.entries["parking"].answer == "Yes, and no."
    assert applied.retired == ()
