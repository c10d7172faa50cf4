"""Loading a folder of YAML, and reporting everything that is wrong with it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.errors import KnowledgeError
from bot.knowledge import Edition, Facet, inspect_folder, load_knowledge

SOURCES = """
act:
  title: An Act
  publisher: The Queen's Printer
  date: "2012"
  address: https://example.org/act
"""
ENTRY = """
- id: parking
  question: Where do I park?
  also: [car park, parking space, where can i leave the car]
  answer: Park behind the surgery.
  sources: [act]
  edition: context
  checked: 2012-11-22
  owner: practice engagement lead
  review_by: 2099-01-01
"""
Write = Callable[..., Path]


@pytest.fixture
def folder(tmp_path: Path) -> Write:
    """Writes files by name into a knowledge folder: write(access=..., glossary=...)."""

    def write(**files: str) -> Path:
        base = tmp_path / "knowledge"
        (base / "asks").mkdir(parents=True, exist_ok=True)
        for name, text in {"sources": SOURCES, **files}.items():
            place = base / "asks" / f"{name[5:]}.yaml" if name.startswith("asks_") else base / f"{name}.yaml"
            place.write_text(text, encoding="utf-8")
        return base

    return write


def problems(base: Path) -> list[str]:
    return [str(problem) for problem in inspect_folder(base)[1]]


def test_an_entry_is_loaded_with_its_sources(folder: Write) -> None:
    entry = load_knowledge(folder(access=ENTRY)).entries["parking"]

    assert entry.phrasings == ("Where do I park?", "car park", "parking space", "where can i leave the car")
    assert [source.title for source in entry.sources] == ["An Act"]
    assert entry.edition is Edition.CONTEXT
    assert entry.topic == "access"


def test_every_problem_is_reported_not_the_first(folder: Write) -> None:
    broken = ENTRY.replace("[car park, parking space, where can i leave the car]", "car park").replace(
        "edition: context", "edition: final"
    )

    assert problems(folder(access=broken)) == [
        'knowledge/access.yaml: entry "parking": "also" should be a list of questions, found text "car park"',
        'knowledge/access.yaml: entry "parking": "edition" should be one of draft-2012-07, final-2012-11, later, '
        'context, found text "final"',
    ]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("checked: 2012-11-22", "ownr: x\n  checked: 2012-11-22"), '"ownr" is not a key the bot knows'),
        (("  owner: practice engagement lead\n", ""), '"owner" is missing; it should be a role'),
        (("[act]", "[bill]"), 'names the source "bill", which is not in sources.yaml'),
        (("[act]", "[]"), "every answer needs at least one source"),
        (("checked: 2012-11-22", "checked: yesterday"), '"checked" should be a date such as 2012-12-31, found text'),
        (("checked: 2012-11-22", "part: 10\n  checked: 2012-11-22"), "should be a whole number from 1 to 9"),
        (("checked: 2012-11-22", "part: true\n  checked: 2012-11-22"), 'found yes or no "True"'),
        (("checked: 2012-11-22", "related: [nowhere]\n  checked: 2012-11-22"), 'names "nowhere", and no entry has'),
        (("checked: 2012-11-22", "duty: {kind: must}\n  checked: 2012-11-22"), 'has kind "must" without a section'),
        (("checked: 2012-11-22", "duty: {kind: shall}\n  checked: 2012-11-22"), "should be a kind (must or may)"),
        (("checked: 2012-11-22", "reviewed: 2012-12-01\n  checked: 2012-11-22"), "needs reviewed_by beside it"),
        (("checked: 2012-11-22", "by_when: {text: Soon}\n  checked: 2012-11-22"), "should be a date and a text"),
        (("Park behind the surgery.", "x" * 2501), "has 2,501 characters, and 2,500 is the most that fits in Slack"),
        (("Park behind the surgery.", "[a, b]"), "should be a text, found list"),
        (("parking space", "'?!'"), 'has "?!", which has no words'),
        (("[act]", "[act, act, act, act, act, act, act]"), "has 7 items, and 6 is the most that fits in a reply"),
    ],
)
def test_a_mistake_is_named_with_what_was_found_and_what_was_expected(
    folder: Write, change: tuple[str, str], expected: str
) -> None:
    found = problems(folder(access=ENTRY.replace(*change)))

    assert len(found) == 1
    assert expected in found[0]
    assert found[0].startswith('knowledge/access.yaml: entry "parking": ')


def test_an_id_is_small_letters_digits_and_hyphens(folder: Write) -> None:
    assert (
        "should be a short name of small letters" in problems(folder(access=ENTRY.replace("parking\n", "a b\n", 1)))[0]
    )


def test_hidden_files_of_editors_are_passed_over(folder: Write) -> None:
    base = folder(access=ENTRY)
    (base / ".#access.yaml").symlink_to("nobody@nowhere")

    assert problems(base) == []


def test_an_id_used_twice_names_the_first_file(folder: Write) -> None:
    twin = ENTRY.replace("car park, parking space, where can i leave the car", "bike shed").replace(
        "Where do I", "May I"
    )

    assert problems(folder(access=ENTRY, travel=twin)) == [
        'knowledge/travel.yaml: entry "parking": "id" is used twice, first in knowledge/access.yaml'
    ]


def test_one_phrasing_under_two_entries_is_an_error(folder: Write) -> None:
    other = ENTRY.replace("id: parking", "id: bikes").replace("Where do I park?", "Bikes?").replace("[car", "[CAR")

    assert (
        'has "CAR park", which also stands under "parking" (knowledge/access.yaml)'
        in problems(folder(access=ENTRY, travel=other))[0]
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- id: [unclosed", "is not valid YAML (line "),
        ("- &a {id: x}\n- *a", "uses a YAML alias"),
        ("- {id: x, id: y}", 'has the key "id" twice (line 1)'),
        ("[" * 20 + "]" * 20, "is nested more than 12 deep"),
        ("just words", "should be a list of records, found text"),
        ("- words", 'entry "number 1": should be keys and values, found text "words"'),
    ],
)
def test_a_file_that_is_no_list_of_records_says_why(folder: Write, text: str, expected: str) -> None:
    assert expected in problems(folder(access=text))[0]


def test_an_alias_bomb_is_refused_at_once(folder: Write) -> None:
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "\n".join(
        f"{b}: &{b} [*{a}, *{a}, *{a}, *{a}, *{a}, *{a}, *{a}, *{a}, *{a}]"
        for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )

    assert "uses a YAML alias" in problems(folder(access=bomb))[0]


def test_bytes_that_are_not_text_are_reported(folder: Write) -> None:
    base = folder()
    (base / "access.yaml").write_bytes(b"- id: \xff\xfe")

    assert problems(base) == ["knowledge/access.yaml: is not UTF-8 text (byte 6)"]


def test_a_file_with_another_ending_is_not_passed_over(folder: Write) -> None:
    base = folder()
    (base / "access.yml").write_text(ENTRY)

    assert problems(base) == ["knowledge/access.yml: ends in .yml; rename it to .yaml"]


def test_a_folder_that_does_not_exist_is_one_problem(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="is not a folder"):
        load_knowledge(tmp_path / "nowhere")


def test_a_held_out_ask_must_not_stand_in_the_knowledge(folder: Write) -> None:
    asks = "- {ask: 'Car park!', expect: parking}\n- {ask: my bike, expect: bikes}"

    assert problems(folder(access=ENTRY, asks_access=asks)) == [
        'knowledge/asks/access.yaml: entry "Car park!": "ask" stands word for word in the knowledge; '
        "it is not held out",
        'knowledge/asks/access.yaml: entry "my bike": "expect" names "bikes", and nothing has that id',
    ]


def test_a_file_of_asks_mirrors_a_file_of_knowledge(folder: Write) -> None:
    base = folder(access=ENTRY, asks_travel="- {ask: any buses, expect: null}")

    assert problems(base) == ["knowledge/asks/travel.yaml: mirrors no file; knowledge/travel.yaml does not exist"]


def test_glossary_small_talk_and_follow_ups_are_knowledge_too(folder: Write) -> None:
    base = folder(
        **{
            "glossary": "- {id: hwb, term: HWB, expansion: health and wellbeing board, meaning: A council's board.}",
            "small-talk": "- {id: hello, also: [hello, hi], answer: Hello.}",
            "follow-ups": "- {facet: by_when, also: [by when], missing: My source gives no date.}",
        }
    )

    knowledge = load_knowledge(base)

    assert knowledge.terms["glossary/hwb"].names == ("HWB", "health and wellbeing board")
    assert knowledge.small_talk["small-talk/hello"].answer == "Hello."
    assert knowledge.follow_ups[0].facet is Facet.BY_WHEN
