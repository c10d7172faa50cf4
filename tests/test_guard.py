"""What the guard refuses, what it lets pass, and that it keeps nothing of what it looked at.

Cases are in tests/pii; `pytest -s tests/test_guard.py` prints precision and recall for each kind.
Those in `*-heldout.yaml` are for measuring: nothing is changed because of one of them without moving it to the others.
"""

import random
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.blocks.refusals import PLEASE_DELETE, SIGNPOST, refused, say_refusal
from bot.guard import Kind, Refusal, look
from bot.guard.candidates import Shape, candidates
from bot.knowledge import load_knowledge
from bot.matching.encoder import shipped_encoder
from bot.settings import shipped_knowledge

PII = Path(__file__).parent / "pii"
LEAST_RECALL = 0.95
MOST_FALSE_ALARMS = 0.05
LONGEST = 40_000  # characters of a Slack message


@dataclass(frozen=True)
class Case:
    text: str
    kinds: frozenset[Kind]
    seen: frozenset[Kind]


@cache
def cases(*, held_out: bool) -> tuple[Case, ...]:
    found = []
    for path in sorted(PII.glob("*.yaml")):
        if path.stem.endswith("-heldout") == held_out:
            for case in yaml.safe_load(path.read_text(encoding="utf-8")):
                refusal = look(case["text"])
                kinds = frozenset(Kind(kind) for kind in case["kinds"])
                found.append(Case(case["text"], kinds, frozenset(refusal.kinds if refusal else ())))
    return tuple(found)


def share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def print_figures(tried: tuple[Case, ...], title: str) -> None:
    print(f"\n{title}: {len(tried)} cases\n{'kind':20} {'cases':>5} {'precision':>9} {'recall':>7}")
    for kind in Kind:
        right = sum(kind in case.kinds and kind in case.seen for case in tried)
        wanted, seen = sum(kind in case.kinds for case in tried), sum(kind in case.seen for case in tried)
        print(f"{kind:20} {wanted:5} {share(right, seen):9.1%} {share(right, wanted):7.1%}")
    right = sum(bool(case.kinds and case.seen) for case in tried)
    wanted, seen = sum(bool(case.kinds) for case in tried), sum(bool(case.seen) for case in tried)
    print(f"{'refused':20} {wanted:5} {share(right, seen):9.1%} {share(right, wanted):7.1%}")
    print(f"false alarms: {seen - right} of {len(tried) - wanted}")


@pytest.mark.parametrize("held_out", [False, True], ids=["worked on", "held out"])
def test_what_identifies_a_patient_is_refused_and_look_alikes_pass(held_out: bool) -> None:
    tried = cases(held_out=held_out)
    to_refuse = [case for case in tried if case.kinds]
    to_pass = [case for case in tried if not case.kinds]

    print_figures(tried, "held out" if held_out else "worked on")

    assert share(sum(bool(case.seen) for case in to_refuse), len(to_refuse)) >= LEAST_RECALL
    assert share(sum(bool(case.seen) for case in to_pass), len(to_pass)) <= MOST_FALSE_ALARMS


def test_the_cases_are_about_half_to_refuse_and_half_to_pass_and_some_are_held_out() -> None:
    everything = [*cases(held_out=False), *cases(held_out=True)]

    assert len(everything) >= 250
    assert 0.4 <= share(sum(bool(case.kinds) for case in everything), len(everything)) <= 0.6
    assert len(cases(held_out=True)) >= 150
    assert {kind for case in everything for kind in case.kinds} == set(Kind) - {Kind.PERSON}


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from strings(part)


@pytest.mark.parametrize(
    "path", sorted(shipped_knowledge().rglob("*.yaml")), ids=lambda path: f"{path.parent.name}/{path.stem}"
)
def test_nothing_the_knowledge_says_or_asks_is_refused(path: Path) -> None:
    known = strings(yaml.safe_load(path.read_text(encoding="utf-8")))

    assert [(text, refusal) for text in known if (refusal := look(text))] == []


def with_a_typo(text: str, chance: random.Random) -> str:
    place, letter = chance.randrange(len(text) - 1), chance.choice("abcdefghijklmnopqrstuvwxyz")
    before, char, after = text[:place], text[place], text[place + 1 :]
    return chance.choice([
        before + after,
        before + after[0] + char + after[1:],
        before + char + char + after,
        before + letter + after,
    ])  # fmt: skip


@pytest.mark.parametrize(("typos", "most"), [(1, 0.01), (4, 0.02)])
def test_a_policy_question_with_typos_is_hardly_ever_refused(typos: int, most: float) -> None:
    chance = random.Random(5)
    asks = [ask.ask for ask in load_knowledge(shipped_knowledge()).asks]
    typed = chance.sample(asks, 800)
    for _ in range(typos):
        typed = [with_a_typo(text, chance) for text in typed]

    assert share(sum(look(text) is not None for text in typed), len(typed)) <= most


@pytest.mark.parametrize(
    "text",
    [
        "wen dose the frends and family test reech maternity",
        "wot dus the mandait say abowt dementia",
        "wht ds th mndt sy abt mntl hlth",
        "doesthemandate coverdentists",
    ],
)
def test_a_policy_question_that_is_badly_spelt_passes(text: str) -> None:
    assert look(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "my pateint wilf harbotle wnts a secnd opinon",
        "pt jhon smithh has ben waitin 30 weaks",
        "can she stp her metformin n strat insulin",
    ],
)
def test_bad_spelling_hides_no_patient(text: str) -> None:
    assert look(text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("patient number nine nine nine, treble oh, double oh two six is asking", Kind.NHS_NUMBER),
        ("ring her carer, oh seven seven double oh, nine hundred, one two three", Kind.PHONE),
        ("dob fourteenth of the fifth nineteen thirty six", Kind.DATE_OF_BIRTH),
        ("she was born on christmas day 1925", Kind.DATE_OF_BIRTH),
        ("d.o.b.\n07\n10\n1944", Kind.DATE_OF_BIRTH),
    ],
)
def test_what_is_dictated_is_read_in_digits(text: str, kind: Kind) -> None:
    refusal = look(text)

    assert refusal
    assert kind in refusal.kinds


@pytest.mark.parametrize("text", ["domains one, two, three, four and five", "two or three of the nine domains"])
def test_numbers_in_words_pass_by_themselves(text: str) -> None:
    assert look(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "patient E.H.W. was refused surgery, to whom does he appeal",
        "theres a man here dave quixley says he may book online",
        "Our patient Bill is dying at home",
        "Zebedee's mother (Zebedee is our patient with asthma) asks about the review",
        "Sir Peregrine Quixley-Vane (yes really, he is a patient here) asks about choice",
        "Surname: QUIXLEY  Forename: Zoltan. Who handles complaints now?",
        "Patient: MAY, June. Who pays for the scan?",
    ],
)
def test_a_patient_is_named_in_other_ways_too(text: str) -> None:
    refusal = look(text)

    assert refusal
    assert Kind.NAME in refusal.kinds


@pytest.mark.parametrize(
    "text",
    [
        "Our Sue Ryder hospice team wonder where end of life care is",
        "Mrs Quixley the community matron is leaving, does the CCG replace her",
    ],
)
def test_a_job_and_a_house_named_after_somebody_are_no_patient(text: str) -> None:
    refusal = look(text)

    assert not (refusal and Kind.NAME in refusal.kinds)


def test_an_address_is_a_patients_by_the_next_sentence_too() -> None:
    refusal = look("Do we reply to zebra-shed@example.com or write? It's a patient asking for scripts online.")

    assert refusal == Refusal((Kind.EMAIL,))
    assert look("Our CCG lead gave her address as h.quixley@nhs.net, is she the right person") is None


def test_a_dose_for_somebody_of_an_age_and_a_weight_is_clinical() -> None:
    assert look("what dose of amoxicillin for a six year old about 20 kilos") == Refusal((Kind.CLINICAL,))
    assert look("should I be referring this young man, he thinks about ending it") == Refusal((Kind.CLINICAL,))


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("the Kowalczyk twins", Shape.FAMILY),
        ("E.H.W.", Shape.LETTERS),
        ("hope springs", Shape.WORDS),
        ("Tarquin", Shape.ALONE),
        ("Sir Peregrine Ashdown-Vane", Shape.HONOURED),
    ],
)
def test_what_may_be_a_name_is_looked_at(name: str, shape: Shape) -> None:
    text = f"who decides about {name}, asked yesterday"

    assert [(text[one.start : one.end], one.shape) for one in candidates(text)] == [(name, shape)]


def test_who_leads_may_be_said_with_a_title_and_a_surname() -> None:
    assert look("Ms Jones does.") is None
    assert look("Ms Jones does not want her operation.")


@pytest.mark.parametrize(
    "text",
    [
        "999 000 0026",
        "999-000-0026",
        "９９９　０００　００２６",
        "9\u200b9\u200b9\u200b0000026",
        "<tel:9990000026|999 000 0026>",
        "99 90 00 00 26",
        "999 OOO OO26",
        "٩٩٩٠٠٠٠٠٢٦",
        ":nine::nine::nine:0000026",
        "nhs no9990000026pls",
        "4 999 000 0026 2012",
        "&lt;9990000026&gt;",
    ],
)
def test_an_nhs_number_is_seen_however_it_is_typed(text: str) -> None:
    assert look(text) == Refusal((Kind.NHS_NUMBER,))


@pytest.mark.parametrize(
    "text",
    [
        "999 000 0027",
        "9999999999",
        "000 000 0000",
        "943 476 5919",
        "1353600000.000123",
        "https://ccg.slack.com/archives/C9990000026/p1353600000000123",
        "9990000026123",
        "£9990000026",
    ],
    ids=["check digit", "nines", "zeros", "not issued", "timestamp", "link", "longer", "money"],
)
def test_a_number_that_was_never_a_patients_passes(text: str) -> None:
    assert look(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "is wilf harbottle entitled to a second opinion",
        "need to tell R. Okonjo (diabetic) what checks he gets",
        "the lad from the chip shop, Danny Fearnley, has been waiting 9 months for CAMHS",
        "P. Okonjo has complained that nobody told her about choice",
        "one of our couples at 3 Lockkeepers Row have no heating, is that the council",
    ],
)
def test_what_no_rule_sees_but_reads_like_one_person_is_refused_softly(text: str) -> None:
    refusal = look(text)

    assert refusal
    assert refusal.kinds == (Kind.PERSON,)


@pytest.mark.parametrize(
    "text",
    [
        "could the CCG say whether Wilf Harbottle, our practice manager, may sit on the board",
        "what did R. Okonjo of the King's Fund write about the mandate",
        "Thanks Danny, and who commissions CAMHS",
        "our surgery at 3 Lockkeepers Row is merging, does the area team have to agree",
    ],
)
def test_the_same_names_and_places_pass_where_they_are_at_work(text: str) -> None:
    assert look(text) is None


def test_somebody_in_the_middle_of_a_long_question_is_seen() -> None:
    policy = "What does the mandate say about the choice of hospital, and who watches over the waiting times? "

    assert look(policy * 8 + "Is wilf harbottle entitled to a second opinion about his hip? " + policy * 8)
    assert look(policy * 16) is None


def test_what_was_looked_at_is_not_remembered_by_the_encoder() -> None:
    before = dict(shipped_encoder().remembered())

    look("is wilf harbottle entitled to a second opinion")

    assert dict(shipped_encoder().remembered()).keys() == before.keys()


def test_several_kinds_come_in_one_refusal_in_a_fixed_order() -> None:
    refusal = look("can my patient Mrs Patel (999 000 0026, dob 1/2/34) stop her metformin")

    assert refusal == Refusal((Kind.NHS_NUMBER, Kind.DATE_OF_BIRTH, Kind.NAME, Kind.CLINICAL))
    assert refusal.identifies == (Kind.NHS_NUMBER, Kind.DATE_OF_BIRTH, Kind.NAME)


def test_a_refusal_holds_kinds_and_nothing_of_the_text() -> None:
    refusal = look("my patient Mrs Quixley, nhs 999 000 0026, lives at 14 Zebra Avenue")

    assert refusal
    assert vars(refusal) == {"kinds": (Kind.NHS_NUMBER, Kind.ADDRESS, Kind.NAME)}
    assert "quixley" not in repr(refusal).lower()


TYPED = st.text(max_size=200) | st.text(alphabet=st.characters(codec=None), max_size=200)
PIECES = st.sampled_from([
    "pt ", "patient ", "Mrs Patel ", "her ", "dob ", "12/03/1941 ", "999 000 0026", "<tel:", "mailto:", "a@b.example ",
    "07700 900123", "NG1 9ZZ", "12 High Street ", "\u200b", "\ud800", "\0", "\u202e", "９", "ﷺ", "a\u0301\u0323",
    ":nine:", "&lt;", ". ", "? ", "\n", "(", "[", "\\", "{", "*", "+", "stop ", "metformin",
])  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(TYPED | st.lists(PIECES, max_size=60).map("".join))
def test_no_text_whatever_makes_it_fail(text: str) -> None:
    refusal = look(text)

    assert refusal is None or refusal.kinds


HOSTILE = [
    "9", "9 ", "0 ", "O", "|", "<tel:", "a@", "a.a@a.", "mr a ", "Mrs Patel ", "pt ", "patient ", "dob ", "12/12/12 ",
    "12 acacia ", "+44", "http://x/archives/", "ﷺ", "\u0301\u0323", "\ud800", "qq12345", "John Smith ", "1st of the ",
    "she metformi. ", "what should she ", "a [at] ", "nn1 9", ":nine:", "my patient Zz ", "a-'", " ", "😀", "her ",
    "the Xa twins ", "one two ", "double ", "nineteen ", "A.B.", "Al is a patient", "there is a man ",
]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE, ids=ascii)
def test_a_long_hostile_text_takes_no_longer_than_its_length(piece: str) -> None:
    text = (piece * LONGEST)[:LONGEST]
    started = time.process_time()

    look(text)

    # Ten times what it takes: a pattern that takes quadratic time needs minutes. tests/bench/guard.py measures.
    assert time.process_time() - started < 1


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.CLINICAL])
def test_each_kind_has_its_own_sentence_which_says_what_was_seen_and_how_to_ask_again(kind: Kind) -> None:
    (said,) = say_refusal(Refusal((kind,)))

    assert re.match(r"This looks like .+, so I have not kept it\. Ask again without", said)
    assert "!" not in said


def test_several_kinds_are_said_in_one_sentence() -> None:
    (said,) = say_refusal(Refusal((Kind.NHS_NUMBER, Kind.DATE_OF_BIRTH, Kind.NAME)))

    assert said.startswith(
        "This looks like an NHS number, a date of birth and a patient's name, so I have not kept any"
    )


def test_a_clinical_question_gets_the_fixed_signpost() -> None:
    message = refused(Refusal((Kind.CLINICAL,)), in_channel=True)

    assert message.text == SIGNPOST
    assert all(word in SIGNPOST for word in ("not clinical advice", "clinician", "111", "NHS Direct", "999"))


def test_in_a_channel_the_person_is_asked_to_delete_their_message() -> None:
    assert refused(Refusal((Kind.NAME,)), in_channel=True).text.endswith(PLEASE_DELETE)
    assert PLEASE_DELETE not in refused(Refusal((Kind.NAME,))).text
