"""Fit the learned part of the guard: bot/guard/weights.npz and slips.npz, and lexicon.npz beside them when lists of
names are given.

python -m tools.fit_guard
python -m tools.fit_guard NAMES …    (files with a name a line, whatever follows it)

It learns from the cases of tests/pii that are worked on, never from those in *-heldout.yaml; from messages put together
out of tools/guard_pieces.yaml; and from all that the shipped knowledge says and asks, which has to pass. Cases and asks
are learned from misspelt too (tools/misspelling.py), so that bad spelling counts for nothing by itself. It prints what
each threshold refuses of cases and asks that the weights were not fitted on in any spelling. Run it when cases were
added, or when the signals or the encoder have changed.
"""

import random
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from sklearn.linear_model import LogisticRegression
from spellchecker import SpellChecker

from bot.guard import learned
from bot.guard.kinds import Kind
from bot.guard.lexicon import SLIPS, TABLE, Sort, mark, shortened, sort_of
from bot.guard.people import GIVEN, GIVEN_TOO, GIVEN_WORDS, NO_NAMES, PUBLIC_FIGURES, SURNAMES
from bot.guard.reading import Reading
from bot.guard.rules import kinds_by_rule
from bot.guard.words import words_of
from bot.knowledge import load_knowledge
from bot.matching.arrays import Floats
from bot.matching.encoder import SIZE
from bot.matching.mending import english_words
from bot.settings import shipped_knowledge
from tools.misspelling import misspelt

PII = Path("tests/pii")
PIECES = Path(__file__).parent / "guard_pieces.yaml"
OF_MODEL = {
    "name": {Kind.NAME},
    "contact": {Kind.EMAIL, Kind.PHONE, Kind.POSTCODE, Kind.ADDRESS, Kind.DATE_OF_BIRTH},
    "care": {Kind.CLINICAL},
}
FOLDS = 5
ROUNDS = 3  # of finding out which candidate of a message is the patient's
STRENGTH = 2.0  # of belief in the cases: the inverse of the pull of the weights towards 0
TOLERANCE = 1e-4
MADE = {"patient": 900, "colleague": 900, "patient_contact": 400, "work_contact": 400}
# Of surnames that nobody listed.
BEGINNINGS = words_of("Spro|Har|Thistle|Ack|Fother|Wim|Brad|Os|Tut|Nettle|Hux|Pem|Old|Quar|Sallo|Wither|Crow|Bel|Dun")
ENDINGS = words_of("ston|bottle|gill|by|worth|wick|ham|ley|ship|table|ington|combe|thwaite|ridge|croft|man|shaw|burn")
FAMILIES = ["the {}s", "the {} twins", "the {} family", "all the {}s", "the {} children"]
WORDS_AS_NAMES = sorted(GIVEN_WORDS)
WORDS_AS_SURNAMES = words_of("field|springs|frost|church|banks|summers|raven|branch|park|rivers|moss|wood|hill|snow")
KNOWN = 3_000  # texts of the knowledge to start with, besides those that name anything
REAL = 3.0  # weighs a case that is neither put together nor of the knowledge
MISSED, MISSED_ROUNDS = 2.0, 2  # weighs a case that was missed, in each of the first rounds
HEAVIER = 3.0  # weighs a known text that was refused, each time
SLIPPED = 4  # misspelt forms of each ask
SHORT = 400  # characters
USUAL_WORD, RARE_WORD, PLAIN_WORD = 2_000, 400, 150  # how often English has it; a name is less often a word


@dataclass(frozen=True)
class Case:
    text: str
    kinds: frozenset[Kind]
    rows: dict[str, list[Floats]]  # of each model, one a view
    is_real: bool  # not put together


Slips = Mapping[str, list[Case]]  # by the text as it should be


def case(text: str, kinds: Sequence[str], *, is_real: bool = True) -> Case:
    views = learned.views_of(Reading(text).text)
    rows = {name: [learned.row_of(view) for view in each] for name, each in views.items()}
    return Case(text, frozenset(Kind(kind) for kind in kinds), rows, is_real)


def worked_on() -> Iterator[Case]:
    for path in sorted(PII.glob("*.yaml")):
        if not path.stem.endswith("-heldout"):
            for each in yaml.safe_load(path.read_text(encoding="utf-8")):
                yield case(each["text"], each["kinds"])


def put_together(chance: random.Random) -> Iterator[Case]:
    pieces = yaml.safe_load(PIECES.read_text(encoding="utf-8"))
    given, surnames = sorted(GIVEN), sorted(SURNAMES)
    kinds = {"patient": [Kind.NAME], "patient_contact": [Kind.ADDRESS]}
    for beginning, count in MADE.items():
        for _ in range(count):
            first, last = made_name(chance, given, surnames)
            contact = chance.choice([
                f"{chance.randint(1, 150)} {last} {chance.choice(['Road', 'Street', 'Close', 'Lane', 'Way'])}",
                f"{chance.choice(['LS', 'NG', 'ZX', 'BN', 'M'])}{chance.randint(60, 99)} {chance.randint(1, 9)}ZZ",
                f"07700 900{chance.randint(100, 999)}",
                f"01632 960{chance.randint(100, 999)}",
                f"{first}{chance.choice(['.', '_', ''])}{last}@example.{chance.choice(['com', 'org', 'net'])}".lower(),
            ])  # fmt: skip
            piece, about = chance.choice(pieces[beginning]), chance.choice(pieces["about"])
            text = (piece if "{a}" in piece else f"{piece} {{a}}").format(
                a=about,
                n=f"{first} {last}",
                s=f"{chance.choice(['Mr', 'Mrs', 'Ms', 'Miss'])} {last}",
                f=first,
                i=f"{first[0]}{chance.choice(['.', ''])} {last}",
                s2=last,
                s3=last,
                k=chance.choice(FAMILIES).format(last),
                l=".".join(chance.sample("ABCDEFGHJKLMNRSTW", chance.choice([2, 3]))) + chance.choice(["", "."]),
                c=contact,
            )
            is_small = chance.random() < 0.35
            yield case(text.lower() if is_small else text, kinds.get(beginning, []), is_real=False)


def made_name(chance: random.Random, given: Sequence[str], surnames: Sequence[str]) -> tuple[str, str]:
    """A usual name, or a surname that nobody listed, or a name that is made of words."""
    manner = chance.random()
    first = chance.choice(WORDS_AS_NAMES if manner > 0.9 else given)
    last = chance.choice(surnames)
    if 0.4 < manner <= 0.9:
        last = chance.choice(BEGINNINGS) + chance.choice(ENDINGS)
    elif manner > 0.9:
        last = chance.choice(WORDS_AS_SURNAMES)
    if chance.random() < 0.06:
        last = f"{last}-{chance.choice(surnames)}"
    return first.title(), last.title()


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from strings(part)


def known() -> list[str]:
    texts = {
        text
        for path in sorted(shipped_knowledge().rglob("*.yaml"))
        for text in strings(yaml.safe_load(path.read_text(encoding="utf-8")))
    }
    return sorted(texts)


def fit(name: str, cases: Sequence[Case], weigh: Mapping[str, float]) -> LogisticRegression:
    """Of a message to refuse, only the candidate that looks most like a patient's has to be one."""
    rows, of, right, weights = [], [], [], []
    for number, one in enumerate(cases):
        is_right = bool(one.kinds & OF_MODEL[name])
        if not one.kinds or is_right:  # whether another kind's message is of this kind too, nobody said
            rows += one.rows[name]
            of += [number] * len(one.rows[name])
            right += [is_right] * len(one.rows[name])
            weights += [weigh.get(one.text, REAL if one.is_real else 1.0)] * len(one.rows[name])
    x, y, message, weight = np.array(rows), np.array(right), np.array(of), np.array(weights)
    kept = np.ones(len(y), bool)
    for _ in range(ROUNDS):
        model = LogisticRegression(C=STRENGTH, tol=TOLERANCE, max_iter=1000, class_weight="balanced")
        model.fit(x[kept], y[kept], sample_weight=weight[kept])
        chances = model.predict_proba(x)[:, 1]
        kept = ~y | (chances >= 0.5)
        for number in set(message[y].tolist()):
            own = np.flatnonzero(message == number)
            kept[own[chances[own].argmax()]] = True
    return model


def chance_of(model: LogisticRegression, name: str, one: Case) -> float:
    rows = one.rows[name]
    return float(model.predict_proba(np.array(rows))[:, 1].max()) if rows else 0.0


def fit_all(cases: Sequence[Case], weigh: Mapping[str, float]) -> dict[str, LogisticRegression]:
    return {name: fit(name, cases, weigh) for name in OF_MODEL}


def seen(one: Case, models: Mapping[str, LogisticRegression]) -> bool:
    """Whether a rule sees it, or a model that was fitted on it too."""
    by_rule = bool(kinds_by_rule(Reading(one.text)))
    return by_rule or any(chance_of(model, name, one) >= learned.LEAST[name] for name, model in models.items())


def slipped(cases: Sequence[Case], each: int, chance: random.Random) -> dict[str, list[Case]]:
    """Misspelt forms of each case, by its text."""
    return {
        one.text: [
            Case(text, one.kinds, case(text, []).rows, is_real=False)
            for text in (misspelt(one.text, chance) for _ in range(each))
        ]
        for one in cases
        if len(one.text) < SHORT
    }


def print_held_out(real: Sequence[Case], asks: Sequence[Case], others: Sequence[Case], slips: Slips) -> None:
    """What is refused of cases that neither as written nor misspelt were learned from."""
    chance = random.Random(0)
    fold = {one.text: chance.randrange(FOLDS) for one in (*real, *asks)}
    found: dict[str, dict[str, float]] = {}
    for held_out in range(FOLDS):
        kept = [one for one in (*real, *asks) if fold[one.text] != held_out]
        models = fit_all([*kept, *(each for one in kept for each in slips.get(one.text, ())), *others], {})
        for one in (*real, *asks):
            if fold[one.text] == held_out:
                for each in (one, *slips.get(one.text, ())):
                    found[each.text] = {name: chance_of(model, name, each) for name, model in models.items()}
    ruled = {text: bool(kinds_by_rule(Reading(text))) for text in found}
    for name in OF_MODEL:
        for least in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
            alarms = [found[one.text][name] >= least for one in real if not one.kinds]
            asked = [found[each.text][name] >= least for one in asks for each in slips.get(one.text, ())]
            gained = sum(found[one.text][name] >= least and not ruled[one.text] for one in real if one.kinds)
            print(
                f"{name:8} {least} false alarms {np.mean(alarms):6.1%}, misspelt asks {np.mean(asked):6.1%},"
                f" {gained} more refused than by rules"
            )

    def share(cases: Sequence[Case]) -> float:
        return float(np.mean([
            ruled[one.text] or any(found[one.text][name] >= least for name, least in learned.LEAST.items())
            for one in cases
        ]))  # fmt: skip

    for title, cases in {
        "to refuse": [one for one in real if one.kinds],
        "that identify": [one for one in real if one.kinds - {Kind.CLINICAL}],
        "to pass": [one for one in real if not one.kinds],
        "asks": asks,
    }.items():
        wrong = [each for one in cases for each in slips.get(one.text, ())]
        print(f"rules and learned, {title}: {share(cases):.1%} refused, misspelt {share(wrong):.1%} of {len(wrong)}")


def write_weights(models: dict[str, LogisticRegression]) -> None:
    arrays = {}
    for name, model in models.items():
        meanings = SIZE * (1 if name == "care" else 2)
        weights = model.coef_[0].astype(np.float32)
        arrays |= {f"{name}_meanings": weights[:meanings], f"{name}_counts": weights[meanings:]}
        arrays[f"{name}_constant"] = np.float32(model.intercept_[0])
    np.savez(learned.WEIGHTS, **arrays)


def write_lexicon(paths: Sequence[Path]) -> None:
    """Which words are names: those on the lists that English and the knowledge hardly use otherwise."""
    english = SpellChecker(language="en").word_frequency
    listed: Counter[str] = Counter()  # how usual, where the list says it
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            word, *rest = line.lower().split() or [""]
            if len(word) > 2 and word.isascii() and word.isalpha():
                listed[word] = max(listed[word], round(1000 * float(rest[0])) if rest else 0)
    small = Counter(
        word for text in known() for word in re.findall(r"[a-z][a-z']+", re.sub(r"\b[A-Z][a-z]+", "", text).lower())
    )
    sure = GIVEN | SURNAMES
    figures = {word for figure in PUBLIC_FIGURES for word in figure.split() if english[word] < USUAL_WORD}
    sorts = {word: Sort.WORD for word in english.dictionary if english[word] >= PLAIN_WORD and word.isascii()}
    sorts |= dict.fromkeys(small, Sort.WORD)
    for word in {*listed, *sure, *GIVEN_TOO, *figures}:
        often = english[word]
        is_name = often < RARE_WORD or (often < USUAL_WORD and listed[word] > 3) or (often < 8000 and listed[word] > 50)
        is_said = word not in figures and small[word] >= 2
        sorts[word] = Sort.NAME if word in sure or (is_name and not is_said) else Sort.NAME_TOO
    sorts |= dict.fromkeys(NO_NAMES, Sort.WORD)
    ordered = sorted((mark(word), int(sort)) for word, sort in sorts.items())
    marks, kinds = zip(*ordered, strict=True)
    np.savez_compressed(TABLE, marks=np.array(marks, np.uint32), sorts=np.array(kinds, np.uint8))


def write_slips() -> None:
    """What `may_be_slip` looks among."""
    common = {word for word, often in english_words().items() if often >= USUAL_WORD and word.isalpha()}
    common |= {
        word for text in known() for word in re.findall(r"[a-z]{2,}", re.sub(r"\b[A-Z][a-z]+", "", text).lower())
    }
    usual = {word for word in common if sort_of(word) is not Sort.NAME}
    marks = sorted({mark(each) for word in usual for each in {word, *shortened(word)}})
    np.savez(SLIPS, marks=np.array(marks, np.uint32))


def main() -> None:
    if sys.argv[1:]:
        write_lexicon([Path(name) for name in sys.argv[1:]])
    write_slips()
    chance = random.Random(1)
    real, made = list(worked_on()), list(put_together(chance))
    texts = known()
    cases = {text: case(text, []) for text in texts}
    rare = {text for text in texts if cases[text].rows["name"] or cases[text].rows["contact"]}
    chosen = rare | set(chance.sample([text for text in texts if len(text) < SHORT], KNOWN))
    asks = [cases[each.ask] for each in load_knowledge(shipped_knowledge()).asks]
    slips = slipped(real, 2, chance) | slipped(asks, SLIPPED, chance)
    of_asks = {one.text for one in asks}
    print_held_out(real, asks, [*made, *(cases[text] for text in sorted(chosen - of_asks))], slips)
    weigh = dict.fromkeys(sorted(chosen | of_asks), 1.0)
    misspelt_too = [each for one in (*real, *asks) for each in slips.get(one.text, ())]
    rounds = 0
    while True:
        models = fit_all([*real, *made, *misspelt_too, *(cases[text] for text in weigh if text in cases)], weigh)
        wrong = {
            text
            for text in texts
            if any(chance_of(model, name, cases[text]) >= 0.95 * learned.LEAST[name] for name, model in models.items())
        }
        print(f"{len(wrong)} of {len(texts)} known texts are refused or nearly")
        if rounds < MISSED_ROUNDS:
            missed = [one for one in real if one.kinds and not seen(one, models)]
            print(f"{len(missed)} of the cases to refuse are missed")
            weigh |= {one.text: MISSED * weigh.get(one.text, REAL) for one in missed}
        elif not wrong:
            break
        rounds += 1
        weigh |= {text: HEAVIER * weigh.get(text, 1.0) for text in sorted(wrong)}
    write_weights(models)


if __name__ == "__main__":
    main()
