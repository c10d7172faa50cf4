"""What was learned from cases: whether a candidate is a patient's, and whether a clause is about one person's care.

Three logistic regressions over what the encoder makes of the words around and what is counted in them, fitted by
tools/fit_guard.py. They look where the rules saw nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from bot.guard.kinds import Kind
from bot.guard.signals import Surroundings, View, clauses_of, within
from bot.matching.arrays import Floats
from bot.matching.encoder import shipped_encoder

WEIGHTS = Path(__file__).parent / "weights.npz"
LEAST = {"name": 0.6, "contact": 0.4, "care": 0.85}  # of the chance
KINDS = {"name": Kind.PERSON, "contact": Kind.PERSON, "care": Kind.CLINICAL}
MOST_READ = 3_000  # characters of a text
MOST_TOKENS = 64  # of a view, more than ordinary words make of it
MOST_VIEWS = 30  # of each model, that are counted in
MOST_ENCODED = 4  # of those, the likeliest by what is counted


@dataclass(frozen=True)
class Model:
    meanings: Floats  # one after the other for each text of a view
    counts: Floats
    constant: float


def kind_learned(text: str) -> Kind | None:
    """What kind of thing `text` is about, or None; the first that is likely enough."""
    text = text[:MOST_READ]
    models = _models()
    for name, views in views_of(text).items():
        if _most(models[name], views) >= LEAST[name]:
            return KINDS[name]
    return None


def views_of(text: str) -> dict[str, list[View]]:
    """What each model looks at in a text."""
    surroundings = Surroundings(text)
    names = [one for one in surroundings.everyone if one.is_name]
    contacts = [one for one in surroundings.everyone if not one.is_name]
    return {
        "name": [surroundings.around(one) for one in names[:MOST_VIEWS]],
        "contact": [surroundings.around(one) for one in contacts[:MOST_VIEWS]],
        # A few words by themselves, such as an option of a poll or the beginning of a title, are about nobody.
        "care": [within(clause) for clause in clauses_of(text) if len(clause.split()) > 3][:MOST_VIEWS],
    }


def row_of(view: View) -> Floats:
    """A view in numbers: what its texts mean, then its counts. Nothing of the texts is remembered."""
    meanings = [shipped_encoder().glance(text, MOST_TOKENS) for text in view.texts]
    return np.concatenate([*meanings, np.array(view.counts, np.float32)])


@lru_cache(maxsize=1)
def _models() -> dict[str, Model]:
    with np.load(WEIGHTS, allow_pickle=False) as file:
        return {
            name: Model(file[f"{name}_meanings"], file[f"{name}_counts"], float(file[f"{name}_constant"]))
            for name in LEAST
        }


def _most(model: Model, views: Sequence[View]) -> float:
    """The greatest chance of any view; 0 without views."""
    counted = sorted(views, key=lambda view: -float(np.dot(model.counts, view.counts)))
    # Of views that read the same, the first counts most.
    different: dict[tuple[str, ...], View] = {}
    for view in counted:
        different.setdefault(view.texts, view)
    weights = np.concatenate([model.meanings, model.counts])
    scores = [float(weights @ row_of(view)) + model.constant for view in list(different.values())[:MOST_ENCODED]]
    return float(1 / (1 + np.exp(-max(scores)))) if scores else 0.0
