"""What leads added, written into the YAML files and read again."""

import difflib
import shutil
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.additions import Addition, Kind, Standing
from bot.asking import Recorded, outcome_name
from bot.blocks.wording import say
from bot.checking import check_folder
from bot.conversation import Understanding, subject
from bot.drafting import Asked, Draft, Typed, draft
from bot.errors import BotError
from bot.exporting import Check, Plan, copy_folder, plan_export, write_plan
from bot.knowledge import Knowledge, Problem, inspect_folder, load_knowledge
from bot.library import Library
from bot.settings import shipped_knowledge
from bot.splicing import CannotSplice, add_item, append_record, set_value
from bot.storage import Store

TODAY = date(2026, 11, 25)
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)

TEA = """\
# About tea. Keep this line.

- id: tea          # rows refer to it
  question: When is tea served?
  also:
    - tea time
    - "what time is tea"   # as asked in March

  # Said by the kitchen.
  answer: >-   # two paragraphs
    At four o'clock, in the room
    beside the library.


    Bring a cup.
  sources: [rota]
  edition: context
  checked: 2012-11-01
  owner: tea lead   # a role
  review_by: 2099-01-01
  related: []

- {id: parking, question: Where can visitors park?, also: [visitor parking], answer: Behind the house.,
   sources: [rota], edition: context, checked: 2012-11-01, owner: me, review_by: 2099-01-01}
"""
SOURCES = (
    "# Where it comes from.\nrota: {title: The rota, publisher: Us, date: '2012', address: 'https://example.org'}\n"
)
BLOCK_SOURCES = "rota:\n  title: The rota\n  publisher: Us\n  date: '2012'\n  address: https://example.org\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "mine"
    made.mkdir()
    (made / "sources.yaml").write_text(BLOCK_SOURCES)
    (made / "house.yaml").write_text(TEA)
    return made


def added(kind: Kind, entry: str, content: Mapping[str, Any], number: int = 1) -> Addition:
    return Addition(kind, entry, content, author="ULEAD", id=number, made_on=TODAY)


def phrasing(text: str, entry: str = "tea", number: int = 1) -> Addition:
    return added(Kind.PHRASING, entry, {"text": text}, number)


def local_entry(number: int = 1, question: str = "Who waters the plants?", also: str = "plant watering") -> Addition:
    made = draft(
        Typed(f"Ms B. Person.\n\nAsk her:\n- {also}\n- anything else", question),
        Asked([question, also]),
        Knowledge(),
        (),
        "Anytown CCG",
        TODAY,
    )
    assert isinstance(made, Draft)
    return added(Kind.ENTRY, made.record["id"], made.content, number)


def inspect(folder: Path, today: date) -> tuple[Knowledge, list[Problem]]:
    """The check without the matcher, which takes longer than all else."""
    return inspect_folder(folder)


def export(folder: Path, *additions: Addition, check: Check = inspect) -> Plan:
    plan = plan_export(folder, additions, TODAY, check)
    write_plan(plan, folder)
    return plan


def changed_lines(before: str, after: str) -> list[str]:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return [line for line in lines if line[0] in "+-" and line[:3] not in ("+++", "---")]


def test_one_phrasing_is_one_more_line_in_one_file(folder: Path) -> None:
    plan = export(folder, phrasing("when do we get a brew"))

    assert list(plan.after) == ["house.yaml"]
    assert changed_lines(TEA, (folder / "house.yaml").read_text()) == ['+    - "when do we get a brew"']
    assert load_knowledge(folder).entries["tea"].also[-1] == "when do we get a brew"


def test_a_list_in_brackets_stays_in_brackets(folder: Path) -> None:
    export(folder, phrasing("where to leave a car", "parking"))

    assert '[visitor parking, "where to leave a car"]' in (folder / "house.yaml").read_text()
    assert load_knowledge(folder).entries["parking"].also == ("visitor parking", "where to leave a car")


@pytest.mark.parametrize("entry", ["tea", "parking"])
@pytest.mark.parametrize(
    "text",
    [
        "is it: yes or no?",
        'the "good" tea',
        "# of cups",
        "- tea?",
        "null cups",
        "tea 🍵 für alle",
        "a\\b tea",
        "100% tea",
    ],
)
def test_a_phrasing_reads_as_it_was_typed(folder: Path, entry: str, text: str) -> None:
    export(folder, phrasing(text, entry))

    assert load_knowledge(folder).entries[entry].also[-1] == text


def test_a_review_changes_its_three_keys(folder: Path) -> None:
    content = {"reviewed": "2026-11-25", "reviewed_by": "Anytown CCG", "review_by": "2027-11-25"}

    export(folder, added(Kind.REVIEW, "tea", content))

    assert changed_lines(TEA, (folder / "house.yaml").read_text()) == [
        "-  review_by: 2099-01-01",
        "+  review_by: 2027-11-25",
        "+  reviewed: 2026-11-25",
        "+  reviewed_by: Anytown CCG",
    ]


def test_a_correction_leaves_equal_paragraphs_and_comments_as_they_were(folder: Path) -> None:
    answer = "At four o'clock, in the room beside the library.\n\nBring a cup: there are none here."

    export(folder, added(Kind.CORRECTION, "tea", {"answer": answer, "note": "Cups."}))

    assert changed_lines(TEA, (folder / "house.yaml").read_text()) == [
        "-    Bring a cup.",
        "+    Bring a cup: there are none here.",
        "+  correction: Cups.",
        "-  checked: 2012-11-01",
        "+  checked: 2026-11-25",
    ]


@pytest.mark.parametrize("entry", ["tea", "parking"])
@pytest.mark.parametrize(
    "answer",
    [
        "Bring:\n- a cup\n- a spoon",
        "Line one.\nLine two.",
        "One.\n\n\nTwo # not a comment.",
        "A very long line. " * 20 + "End.",
        "Two  spaces, and a tab\tin it.",
        "'Quoted', \"twice\": yes",
    ],
)
def test_an_answer_reads_as_it_was_typed(folder: Path, entry: str, answer: str) -> None:
    export(folder, added(Kind.CORRECTION, entry, {"answer": answer, "note": ""}))

    assert load_knowledge(folder).entries[entry].answer == answer


def test_the_last_correction_stands(folder: Path) -> None:
    first, last = (added(Kind.CORRECTION, "tea", {"answer": f"At {hour}.", "note": ""}, hour) for hour in (4, 5))

    export(folder, first, last)

    assert load_knowledge(folder).entries["tea"].answer == "At 5."


def test_a_local_entry_and_its_source_pass_the_check(folder: Path) -> None:
    plan = export(folder, local_entry(), phrasing("who looks after the plants", "who-waters-the-plants", 2))

    knowledge, problems = check_folder(folder, TODAY)
    assert [problem for problem in problems if not problem.warning] == []
    assert sorted(plan.after) == ["local.yaml", "sources.yaml"]
    entry = knowledge.entries["who-waters-the-plants"]
    assert (entry.topic, entry.reviewed, entry.sources[0].title) == ("local", TODAY, "Answer by Anytown CCG")
    assert entry.also == ("plant watering", "who looks after the plants")


def test_a_second_export_appends_to_the_local_file(folder: Path) -> None:
    export(folder, local_entry())
    before = (folder / "local.yaml").read_text()

    export(folder, local_entry(2, "Who feeds the office cat?", "cat food"))

    assert (folder / "local.yaml").read_text().startswith(before)
    assert {"who-waters-the-plants", "who-feeds-the-office-cat"} <= set(load_knowledge(folder).entries)


def test_windows_line_ends_and_byte_order_marks_stay(folder: Path) -> None:
    raw = b"\xef\xbb\xbf" + TEA.replace("\n", "\r\n").encode()
    (folder / "house.yaml").write_bytes(raw)

    export(
        folder, phrasing("brew"), added(Kind.CORRECTION, "tea", {"answer": "At five.\n\nBring a cup.", "note": ""}, 2)
    )

    written = (folder / "house.yaml").read_bytes()
    assert written.startswith(b"\xef\xbb\xbf# About tea.")
    assert written.count(b"\n") == written.count(b"\r\n")
    assert load_knowledge(folder).entries["tea"].answer == "At five.\n\nBring a cup."


def test_an_addition_that_would_be_a_mistake_is_left_out_and_the_others_are_written(folder: Path) -> None:
    plan = export(folder, phrasing("visitor parking", number=1), phrasing("when do we get a brew", number=2))

    [(left_out, why)] = plan.left_out
    assert left_out.id == 1
    assert 'also stands under "' in why
    assert load_knowledge(folder).entries["tea"].also[-1] == "when do we get a brew"


def test_a_phrasing_that_takes_the_words_of_another_entry_is_left_out(folder: Path) -> None:
    taken = phrasing("where can visitors park", number=1)

    plan = export(folder, taken, phrasing("when do we get a brew", number=2), check=check_folder)

    assert [addition for addition, _ in plan.left_out] == [taken]
    assert load_knowledge(folder).entries["tea"].also[-1] == "when do we get a brew"


def test_an_addition_whose_entry_has_gone_is_left_out(folder: Path) -> None:
    plan = export(folder, phrasing("anything", "coffee"))

    assert [why for _, why in plan.left_out] == ['no file has an entry "coffee"']
    assert plan.after == {}


def test_an_ask_that_is_answered_now_is_held_out_no_longer(folder: Path) -> None:
    (folder / "asks").mkdir()
    asks = '- ask: "plant watering"\n  expect: null\n- ask: when is it tea\n  expect: tea\n'
    (folder / "asks" / "house.yaml").write_text(asks)

    export(folder, local_entry())

    assert (folder / "asks" / "house.yaml").read_text() == "- ask: when is it tea\n  expect: tea\n"


def test_an_ask_that_something_else_answers_keeps_the_phrasing_out(folder: Path) -> None:
    (folder / "asks").mkdir()
    (folder / "asks" / "house.yaml").write_text("- ask: when is it tea\n  expect: tea\n")

    plan = export(folder, phrasing("when is it tea", "parking"))

    assert "it is not held out" in plan.left_out[0][1]
    assert plan.after == {}


def test_an_edit_between_planning_and_writing_is_not_overwritten(folder: Path) -> None:
    plan = plan_export(folder, [phrasing("brew")], TODAY, inspect)
    (folder / "house.yaml").write_text(TEA.replace("Bring a cup.", "Bring two."))

    with pytest.raises(BotError, match=r"house\.yaml was edited in the meantime"):
        write_plan(plan, folder)

    assert "brew" not in (folder / "house.yaml").read_text()


def test_what_the_files_have_is_not_written_again(folder: Path) -> None:
    export(folder, phrasing("brew"), local_entry(2))

    assert plan_export(folder, [phrasing("Brew?"), local_entry(2)], TODAY, inspect).after == {}


def test_sources_on_one_line_are_left_to_their_author(folder: Path) -> None:
    (folder / "sources.yaml").write_text("{" + SOURCES.split("\n")[1] + "}\n")

    plan = export(folder, local_entry())

    assert [why for _, why in plan.left_out] == ["sources.yaml is not keys and values, a line each"]
    assert not (folder / "local.yaml").exists()


def test_a_copy_goes_to_a_new_folder_only(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(BotError, match="inside the knowledge folder"):
        copy_folder(folder, folder / "copy")
    with pytest.raises(BotError, match="is there already"):
        copy_folder(folder, tmp_path)

    copy_folder(folder, tmp_path / "copy")
    assert (tmp_path / "copy" / "house.yaml").read_text() == TEA


@pytest.mark.parametrize(
    "style", ["- id: a\n  also:\n  - x\n", "  - id: a\n    also: []\n", '- {id: a, also: ["x",]}\n']
)
def test_other_indentation_is_kept(style: str) -> None:
    after = add_item(style, "a", "also", "new")

    assert "new" in after
    assert after.splitlines()[0].lstrip().startswith("- ")
    assert set_value(after, "a", "answer", "Yes.").count("Yes.") == 1


def test_a_file_that_is_one_value_is_not_spliced() -> None:
    with pytest.raises(CannotSplice, match="not a list"):
        append_record("a: 1\n", {"id": "a"})


# The shipped knowledge, from end to end.


def served(understanding: Understanding, question: str) -> tuple[object, ...]:
    """What a person sees: each part's outcome, its entry and its text."""
    return tuple(
        (outcome_name(part), subject(part.outcome), say(Recorded(part, None), "Anytown CCG", today=TODAY).text)
        for part in understanding.read(question)
    )


@pytest.fixture
def additions() -> list[Addition]:
    review = {"reviewed": "2026-11-25", "reviewed_by": "Anytown CCG", "review_by": "2027-11-25"}
    return [
        local_entry(),
        local_entry(2, "Who feeds the office cat?", "cat food"),
        phrasing("is there a body that fights our corner as a commissioning group", "nhscc"),
        phrasing("plants need water, whose job", "who-waters-the-plants"),
        added(Kind.REVIEW, "objectives-count-final", review),
    ]


def test_the_exported_files_give_the_same_answers_and_retire_the_local_copies(
    tmp_path: Path, store: Store, additions: list[Addition], model_cache: Path
) -> None:
    for addition in additions:
        store.additions.add("T1", addition, NOW)
    with_additions = Library(shipped_knowledge(), model_cache, additions=store.additions).current
    folder = tmp_path / "knowledge"
    shutil.copytree(shipped_knowledge(), folder)

    plan = plan_export(folder, store.additions.live(), TODAY)
    write_plan(plan, folder)

    assert plan.left_out == ()
    knowledge = load_knowledge(shipped_knowledge())
    asks = [ask.ask for ask in knowledge.asks][:: len(knowledge.asks) // 100][:95]
    questions = [
        *asks,
        "who waters the plants",
        "plant watering",
        "who feeds the cat",
        "what is nhscc",
        "how many objectives",
    ]
    fresh = Store(tmp_path / "fresh.db")
    from_files = Library(folder, model_cache, additions=fresh.additions).current
    fresh.close()
    assert len(questions) == 100
    assert [served(from_files, one) for one in questions] == [served(with_additions, one) for one in questions]
    Library(folder, model_cache, additions=store.additions)
    assert {addition.standing for addition in store.additions.of()} == {Standing.RETIRED}


def test_a_corrected_answer_retires_once_it_is_in_the_files(folder: Path, store: Store) -> None:
    store.additions.add("T1", added(Kind.CORRECTION, "tea", {"answer": "At five.", "note": "Later."}), NOW)

    export(folder, *store.additions.live())

    assert Library(folder, additions=store.additions).current.knowledge.entries["tea"].answer == "At five."
    assert store.additions.live() == []


@pytest.mark.parametrize("first", [local_entry(), added(Kind.CORRECTION, "tea", {"answer": "At four.", "note": ""})])
def test_what_was_corrected_again_before_the_export_retires_too(folder: Path, store: Store, first: Addition) -> None:
    store.additions.add("T1", first, NOW)
    store.additions.add("T1", added(Kind.CORRECTION, first.entry, {"answer": "Quite different.", "note": ""}), NOW)

    export(folder, *store.additions.live())

    assert (
        Library(folder, additions=store.additions).current.knowledge.entries[first.entry].answer == "Quite different."
    )
    assert store.additions.live() == []
