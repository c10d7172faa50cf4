"""How well the product's own matcher finds intents, beside what most FAQ bots use, in one run.

python -m tests.bench.matching --phrasings FILE --questions FILE [--predictions OUT.jsonl] [--typos N]

FILE formats: {"intent": …, "phrasings": […]} a line, and {"question": …, "intent": … or null} a line,
where null means that nothing should be answered.
"""

import argparse
import json
import random
import resource
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process, utils
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_union

from bot.knowledge import Edition, Entry, Knowledge
from bot.matching import Ranker

Ranking = list[tuple[str, float]]  # intent and confidence, best first
KEPT = 5
KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


@dataclass(frozen=True)
class Question:
    text: str
    intent: str | None


def main() -> None:
    """Print a row a matcher: score.py's figures, milliseconds a question, and this process's peak memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--phrasings", type=Path, required=True)
    parser.add_argument("--questions", type=Path, required=True)
    parser.add_argument("--predictions", type=Path, help="where to write our own predictions")
    parser.add_argument("--typos", type=int, default=0, help="plant so many typos in each question")
    parser.add_argument("--alone", action="store_true", help="without the peers, as for measuring memory")
    options = parser.parse_args()
    phrasings = {row["intent"]: row["phrasings"] for row in read(options.phrasings)}
    questions = [Question(row["question"], row["intent"]) for row in read(options.questions)]
    dice = random.Random(0)
    questions = [Question(with_typos(one.text, options.typos, dice), one.intent) for one in questions]

    print(f"{'matcher':28}{'top1':>7}{'top3':>7}{'auroc':>7}{'accepted':>10}{'refused':>9}{'ms':>7}{'fit s':>7}")
    makers = {"Mandate Bot": ours}
    if not options.alone:
        makers |= {"rapidfuzz token_sort_ratio": token_sort, "BM25, best phrasing": bm25, "TF-IDF, cosine": tfidf}
    for name, make in makers.items():
        started = time.perf_counter()
        rank = make(phrasings)
        fitted = time.perf_counter() - started
        rankings, times = [], []
        for question in questions:
            started = time.perf_counter()
            rankings.append(rank(question.text))
            times.append(time.perf_counter() - started)
        figures = score([question.intent for question in questions], rankings)
        row = "".join(f"{figure:{width}.1f}" for figure, width in zip(figures, (7, 7, 7, 10, 9), strict=True))
        print(f"{name:28}{row}{1000 * statistics.median(times):7.2f}{fitted:7.1f}", flush=True)
        if name == "Mandate Bot":
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
            print(f"{'':28}peak memory so far {peak:.0f} MB, expected calibration error {ece(questions, rankings):.1f}")
            if options.predictions:
                write(options.predictions, rankings)


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def write(path: Path, rankings: Sequence[Ranking]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for ranking in rankings:
            rows = [{"entry": intent, "confidence": confidence} for intent, confidence in ranking[:KEPT]]
            file.write(json.dumps({"ranking": rows}) + "\n")


def ours(phrasings: dict[str, list[str]]) -> Callable[[str], Ranking]:
    """The product's own ranker, fitted on entries that have phrasings and nothing else."""
    some_day = date(2012, 11, 13)
    entries = {
        intent: Entry(intent, texts[0], tuple(texts[1:]), "", (), Edition.CONTEXT, some_day, "", some_day, "")
        for intent, texts in phrasings.items()
    }
    ranker = Ranker(Knowledge(entries=entries))
    return lambda question: [(match.entry.id, match.confidence) for match in ranker.rank(question)]


def best_by_intent(phrasings: dict[str, list[str]], scores: NDArray[np.floating]) -> Ranking:
    """From a score for each phrasing, in order, to intents by their best one."""
    owners = [intent for intent, texts in phrasings.items() for _ in texts]
    best: dict[str, float] = {}
    for index in np.argsort(-scores, kind="stable")[:200]:
        best.setdefault(owners[index], float(scores[index]))
    return list(best.items())


def token_sort(phrasings: dict[str, list[str]]) -> Callable[[str], Ranking]:
    texts = [text for group in phrasings.values() for text in group]

    def rank(question: str) -> Ranking:
        scores = process.cdist([question], texts, scorer=fuzz.token_sort_ratio, processor=utils.default_process)[0]
        return best_by_intent(phrasings, scores)

    return rank


def bm25(phrasings: dict[str, list[str]]) -> Callable[[str], Ranking]:
    texts = [text for group in phrasings.values() for text in group]
    index = bm25s.BM25()
    index.index(bm25s.tokenize(texts, stopwords=None, show_progress=False), show_progress=False)

    def rank(question: str) -> Ranking:
        tokens = bm25s.tokenize([question], stopwords=None, return_ids=False, show_progress=False)[0]
        return best_by_intent(phrasings, index.get_scores(list(tokens))) if tokens else []

    return rank


def tfidf(phrasings: dict[str, list[str]]) -> Callable[[str], Ranking]:
    texts = [text for group in phrasings.values() for text in group]
    features = make_union(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True),
    )
    table = features.fit_transform(texts)

    def rank(question: str) -> Ranking:
        return best_by_intent(phrasings, np.asarray((table @ features.transform([question]).T).todense()).ravel() / 2)

    return rank


def score(gold: Sequence[str | None], rankings: Sequence[Ranking]) -> tuple[float, float, float, float, float]:
    """top1, top3, auroc, accepted and refused, in per cent; the cutoff is the one that serves the last two best."""
    first = np.array([ranking[0][1] if ranking else -np.inf for ranking in rankings])
    answerable = np.array([intent is not None for intent in gold])
    right = np.array(
        [[hit for hit, _ in ranking[:1]] == [intent] for intent, ranking in zip(gold, rankings, strict=True)]
    )
    among = np.array(
        [intent in [hit for hit, _ in ranking[:3]] for intent, ranking in zip(gold, rankings, strict=True)]
    )
    known, unknown = first[answerable], first[~answerable]
    top = (100 * right[answerable].mean(), 100 * among[answerable].mean())
    if not len(unknown):
        return (*top, np.nan, np.nan, np.nan)
    above = (known[:, None] > unknown[None, :]).mean() + 0.5 * (known[:, None] == unknown[None, :]).mean()
    cutoffs = np.unique(first)[:: max(1, len(np.unique(first)) // 400)]
    both = [
        (100 * (right[answerable] & (known >= cutoff)).mean(), 100 * (unknown < cutoff).mean()) for cutoff in cutoffs
    ]
    return (*top, 100 * above, *max(both, key=sum))


def ece(questions: Sequence[Question], rankings: Sequence[Ranking]) -> float:
    """Expected calibration error in per cent, ten bins: how far confidence is from how often it is right."""
    sure = np.array([ranking[0][1] if ranking else 0.0 for ranking in rankings])
    right = np.array([bool(r) and r[0][0] == q.intent for q, r in zip(questions, rankings, strict=True)])
    bins = np.minimum((10 * sure).astype(int), 9)
    return float(100 * sum(abs(sure[bins == b].sum() - right[bins == b].sum()) for b in range(10)) / len(sure))


def with_typos(text: str, count: int, dice: random.Random) -> str:
    """`count` slips of the keyboard: a neighbouring key, a letter dropped, doubled or swapped with the next."""
    letters = list(text)
    for _ in range(count):
        places = [i for i, letter in enumerate(letters) if letter.isalpha()]
        if not places:
            break
        place = dice.choice(places)
        kind = dice.choice(("neighbour", "drop", "double", "swap"))
        if kind == "neighbour":
            letters[place] = neighbour(letters[place], dice)
        elif kind == "drop":
            del letters[place]
        elif kind == "double":
            letters.insert(place, letters[place])
        elif place + 1 < len(letters):
            letters[place], letters[place + 1] = letters[place + 1], letters[place]
    return "".join(letters)


def neighbour(letter: str, dice: random.Random) -> str:
    row = next((row for row in KEYBOARD if letter.lower() in row), None)
    if row is None:
        return letter
    at = row.index(letter.lower())
    return dice.choice([row[i] for i in (at - 1, at + 1) if 0 <= i < len(row)])


if __name__ == "__main__":
    main()
