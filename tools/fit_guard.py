"""Fit the learned part of the guard: bot/guard/weights.npz, and bot/guard/lexicon.npz when lists of names are given.

python -m tools.fit_guard
python -m tools.fit_guard NAMES …    (files with a name a line, whatever follows it)

It learns from the cases of tests/pii that are worked on, never from those in *-heldout.yaml; from messages put together
out of tools/guard_pieces.yaml; and from all that the shipped knowledge says and asks, which has to pass. It prints what
each threshold refuses of cases that the weights were not fitted on. Run it when cases were added, or when the signals
or the encoder have changed.
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
from bot.guard.lexicon import TABLE, Sort, mark
from bot.guard.people import GIVEN, GIVEN_TOO, NO_NAMES, PUBLIC_FIGURES, SURNAMES
from bot.guard.reading import Reading
from bot.guard.rules import kinds_by_rule
from bot.matching.arrays import Floats
from bot.matching.encoder import SIZE
from bot.settings import shipped_knowledge

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
MADE = {"patient": 600, "colleague": 600, "patient_contact": 400, "work_contact": 400}
KNOWN = 3_000  # texts of the knowledge to start with, besides those that name anything
REAL = 3.0  # weighs a case that is neither put together nor of the knowledge
HEAVIER = 3.0  # weighs a known text that was refused, each time
SHORT = 400  # characters
USUAL_WORD, RARE_WORD, PLAIN_WORD = 2_000, 400, 150  # how often English has it; a name is less often a word


@dataclass(frozen=True)
class Case:
    text: str
    kinds: frozenset[Kind]
    rows: dict[str, list[Floats]]  # of each model, one a view
    is_real: bool  # not put together


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
            first, last = chance.choice(given).title(), chance.choice(surnames).title()
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
                c=contact,
            )
            is_small = chance.random() < 0.35
            yield case(text.lower() if is_small else text, kinds.get(beginning, []), is_real=False)


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
        model = LogisticRegression(C=STRENGTH, max_iter=1000, class_weight="balanced")
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


def print_held_out(real: Sequence[Case], others: Sequence[Case], weigh: Mapping[str, float]) -> None:
    chance = random.Random(0)
    fold = [chance.randrange(FOLDS) for _ in real]
    found: dict[int, dict[str, float]] = {}
    for held_out in range(FOLDS):
        models = fit_all([*(one for one, own in zip(real, fold, strict=True) if own != held_out), *others], weigh)
        for number, one in enumerate(real):
            if fold[number] == held_out:
                found[number] = {name: chance_of(model, name, one) for name, model in models.items()}
    ruled = [bool(kinds_by_rule(Reading(one.text))) for one in real]
    for name in OF_MODEL:
        for least in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
            alarms = [found[number][name] >= least for number, one in enumerate(real) if not one.kinds]
            gained = sum(
                found[number][name] >= least and not ruled[number] for number, one in enumerate(real) if one.kinds
            )
            print(f"{name:8} {least} false alarms {np.mean(alarms):6.1%}, {gained} more refused than by rules")
    said = [
        ruled[number] or any(found[number][name] >= least for name, least in learned.LEAST.items())
        for number in range(len(real))
    ]
    for title, kinds in {"to refuse": True, "to pass": False}.items():
        share = np.mean([said[number] for number, one in enumerate(real) if bool(one.kinds) is kinds])
        print(f"rules and learned, {title}: {share:.1%} refused")


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


def main() -> None:
    if sys.argv[1:]:
        write_lexicon([Path(name) for name in sys.argv[1:]])
    chance = random.Random(1)
    real, made = list(worked_on()), list(put_together(chance))
    texts = known()
    cases = {text: case(text, []) for text in texts}
    rare = {text for text in texts if cases[text].rows["name"] or cases[text].rows["contact"]}
    chosen = rare | set(chance.sample([text for text in texts if len(text) < SHORT], KNOWN))
    weigh = dict.fromkeys(sorted(chosen), 1.0)
    print_held_out(real, [*made, *(cases[text] for text in weigh)], weigh)
    while True:
        models = fit_all([*real, *made, *(cases[text] for text in weigh)], weigh)
        wrong = {
            text
            for text in texts
            if any(chance_of(model, name, cases[text]) >= 0.95 * learned.LEAST[name] for name, model in models.items())
        }
        print(f"{len(wrong)} of {len(texts)} known texts are refused or nearly")
        if not wrong:
            break
        weigh |= {text: HEAVIER * weigh.get(text, 1.0) for text in sorted(wrong)}
    write_weights(models)


if __name__ == "__main__":
    main()
