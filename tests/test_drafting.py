"""From what a lead typed to an entry, or what is wrong with each field."""

from dataclasses import replace
from datetime import date

import pytest

from bot.additions import Addition, Kind, Standing, apply
from bot.blocks.wording import say_source
from bot.drafting import Asked, Draft, Mistakes, Typed, as_question, draft, entry_of, free_id, seal, typed_from
from bot.knowledge import Audience, Edition, Knowledge
from bot.knowledge.shape import MOST_ANSWER, MOST_QUESTION, SOURCE, take_record

CCG = "Anytown CCG"
TODAY = date(2012, 11, 22)
CAT = Asked(["who feeds the office cat", "whos feeding the office cat", "Who feeds the office cat?!"], part=3)
ANSWER = Typed("The practice manager does.")


def drafted(typed: Typed, knowledge: Knowledge, asked: Asked = CAT, taken: tuple[str, ...] = ()) -> Draft:
    made = draft(typed, asked, knowledge, taken, CCG, TODAY)
    assert isinstance(made, Draft), made
    return made


def mistakes(typed: Typed, knowledge: Knowledge, asked: Asked = CAT) -> dict[str, str]:
    made = draft(typed, asked, knowledge, (), CCG, TODAY)
    assert isinstance(made, Mistakes), made
    return dict(made.by_field)


def addition(made: Draft) -> Addition:
    return Addition(Kind.ENTRY, made.record["id"], made.content, "ULEAD", id=7)


def test_an_answer_alone_makes_a_whole_entry(knowledge: Knowledge) -> None:
    entry = entry_of(addition(drafted(ANSWER, knowledge)), knowledge.sources)

    assert entry is not None
    assert (entry.id, entry.question) == ("who-feeds-the-office-cat", "Who feeds the office cat?")
    assert entry.also == ("whos feeding the office cat",)
    assert (entry.edition, entry.audience, entry.part) == (Edition.CONTEXT, Audience.BOTH, 3)
    assert (entry.checked, entry.reviewed, entry.reviewed_by) == (TODAY, TODAY, CCG)
    assert (entry.owner, entry.review_by) == ("CCG lead", date(2013, 11, 22))


def test_without_a_source_it_is_the_ccgs_own_answer(knowledge: Knowledge) -> None:
    source = drafted(ANSWER, knowledge).source

    assert source is not None
    assert say_source(source) == f"Answer by {CCG}, {CCG}, 22 November 2012"


def test_a_typed_source_needs_no_address(knowledge: Knowledge) -> None:
    source = drafted(replace(ANSWER, source_title="Staff handbook"), knowledge).source

    assert source is not None
    assert (source.title, source.publisher, source.date, source.address) == (
        "Staff handbook",
        CCG,
        "22 November 2012",
        "",
    )


def test_a_picked_source_is_the_known_one(knowledge: Knowledge) -> None:
    made = drafted(replace(ANSWER, source="mandate-2012"), knowledge)

    assert made.source is None
    assert made.record["sources"] == ["mandate-2012"]


def test_what_is_picked_replaces_the_defaults(knowledge: Knowledge) -> None:
    typed = replace(
        ANSWER, question="Who feeds it?", edition="later", audience="ccgs", part="0", owner="x", review_by="2012-12-24"
    )

    record = drafted(typed, knowledge).record

    assert record["question"] == "Who feeds it?"
    assert (record["edition"], record["audience"], record["owner"]) == ("later", "ccgs", "x")
    assert record["review_by"] == "2012-12-24"
    assert "part" not in record


def test_the_wordings_that_were_asked_stand_beside_a_question_worded_anew(knowledge: Knowledge) -> None:
    record = drafted(replace(ANSWER, question="Who feeds it?"), knowledge).record

    assert record["also"] == ["who feeds the office cat", "whos feeding the office cat"]


def test_a_wording_that_finds_another_entry_stays_with_that(knowledge: Knowledge) -> None:
    taken = next(iter(knowledge.entries.values())).question
    asked = Asked([CAT.wordings[0], taken])

    assert drafted(ANSWER, knowledge, asked).record["also"] == []


def test_the_entry_is_served_beside_the_curated_ones(knowledge: Knowledge) -> None:
    applied = apply(knowledge, [replace(addition(drafted(ANSWER, knowledge)), standing=Standing.LIVE)])

    assert applied.left_out == ()
    assert applied.knowledge.entries["who-feeds-the-office-cat"].answer == "The practice manager does."


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("when   is tea\nserved", "When is tea served?"),
        ("When is tea served??", "When is tea served?"),
        ("is it “free”.", 'Is it "free"?'),
        ("", ""),
        ("?!", ""),
    ],
)
def test_a_wording_is_tidied_to_a_question(typed: str, expected: str) -> None:
    assert as_question(typed) == expected


def test_a_long_wording_is_cut_at_a_word() -> None:
    question = as_question("very long " * 40)

    assert len(question) <= MOST_QUESTION
    assert question.endswith(("long?", "very?"))


@pytest.mark.parametrize("length", range(MOST_QUESTION - 3, MOST_QUESTION + 4))
def test_a_question_is_never_longer_than_fits(length: int) -> None:
    assert len(as_question("x" * length)) <= MOST_QUESTION


def test_a_name_that_is_taken_gets_a_number() -> None:
    assert free_id("Who feeds it?", {"who-feeds-it", "who-feeds-it-2"}) == "who-feeds-it-3"
    assert free_id("Où est le café?", set()) == "ou-est-le-cafe"
    assert free_id("何ですか", set()) == "answer"


def test_an_id_in_use_is_not_used_again(knowledge: Knowledge) -> None:
    record = drafted(ANSWER, knowledge, taken=("who-feeds-the-office-cat",)).record

    assert record["id"] == "who-feeds-the-office-cat-2"


@pytest.mark.parametrize(
    ("change", "field", "part_of_it"),
    [
        ({"answer": "  \n"}, "answer", "nothing here"),
        ({"answer": "x" * (MOST_ANSWER + 1)}, "answer", "2,500 is the most"),
        ({"answer": "x\n" * 30}, "answer", "25 fit in a reply"),
        ({"question": "x" * 141}, "question", "140 is the most"),
        ({"question": "?!"}, "question", "no question here"),
        ({"question": "How many objectives are in the mandate?"}, "question", "found by these words already"),
        ({"source": "gone"}, "source", "no longer known"),
        ({"source": "mandate-2012", "source_title": "X"}, "source", "not both"),
        ({"source_title": "X", "source_address": "www.example.org"}, "source_address", "https://"),
        ({"source_title": "X", "source_address": "https://a b"}, "source_address", "no spaces"),
        ({"source_title": "X", "source_address": "javascript:alert(1)"}, "source_address", "https://"),
        ({"source_address": "https://example.org"}, "source_address", "title"),
        ({"source_title": "x" * 301}, "source_title", "300 is the most"),
        ({"owner": "x" * 81}, "owner", "80 is the most"),
        ({"review_by": "2012-11-21"}, "review_by", "has passed"),
        ({"review_by": "tomorrow"}, "review_by", "Pick a date"),
        ({"edition": "first"}, "edition", "Pick one"),
        ({"audience": "all"}, "audience", "Pick one"),
        ({"part": "10"}, "part", "Pick one"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_mistake_is_said_at_its_field(
    knowledge: Knowledge, change: dict[str, str], field: str, part_of_it: str
) -> None:
    found = mistakes(replace(ANSWER, **change), knowledge)

    assert list(found) == [field]
    assert part_of_it in found[field]


def test_every_mistake_is_said_not_the_first(knowledge: Knowledge) -> None:
    assert set(mistakes(Typed("", owner="x" * 81, review_by="2000-01-01"), knowledge)) == {
        "answer",
        "owner",
        "review_by",
    }


def test_a_review_on_29_february_comes_due_on_the_28th(knowledge: Knowledge) -> None:
    made = draft(ANSWER, CAT, knowledge, (), CCG, date(2012, 2, 29))

    assert isinstance(made, Draft)
    assert made.record["review_by"] == "2013-02-28"


def test_the_longest_answer_that_the_form_takes_makes_an_entry(knowledge: Knowledge) -> None:
    typed = Typed("x" * MOST_ANSWER, "y" * MOST_QUESTION, source_title="z" * 300, owner="o" * 80)

    assert entry_of(addition(drafted(typed, knowledge)), knowledge.sources) is not None


def test_an_answer_keeps_its_paragraphs_lists_and_quotes(knowledge: Knowledge) -> None:
    typed = Typed("Yes, “always”.\r\n\r\n- one\r\n- two\x00")

    assert drafted(typed, knowledge).record["answer"] == "Yes, “always”.\n\n- one\n- two"


@pytest.mark.parametrize(
    "typed",
    [
        ANSWER,
        replace(ANSWER, source="mandate-2012", edition="later", part="0"),
        replace(ANSWER, source_title="Staff handbook", source_address="https://example.org", audience="ccgs"),
    ],
    ids=["defaults", "picked", "typed"],
)
def test_a_draft_that_is_taken_up_again_makes_the_same_entry(knowledge: Knowledge, typed: Typed) -> None:
    made = drafted(typed, knowledge)

    assert drafted(typed_from(addition(made)), knowledge) == made


def test_an_approval_is_of_what_was_seen(knowledge: Knowledge) -> None:
    before, after = (addition(drafted(Typed(answer), knowledge)) for answer in ("Yes.", "No."))

    assert seal(before) == seal(addition(drafted(Typed("Yes."), knowledge)))
    assert seal(before) != seal(after)


def test_a_source_may_have_an_empty_address_and_no_other_than_a_web_address() -> None:
    record = {"title": "T", "publisher": "P", "date": "2012"}

    assert take_record("sources.yaml", {**record, "address": ""}, SOURCE, "a")[1] == []
    assert take_record("sources.yaml", {**record, "address": "ftp://x"}, SOURCE, "a")[1] != []
    assert take_record("sources.yaml", record, SOURCE, "a")[1] != []
