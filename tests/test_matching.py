"""The ranker: fitting, keeping what was fitted, confidence, and explaining."""

import os
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from bot.keeping import understand
from bot.knowledge import Edition, Entry, Knowledge, Term
from bot.library import Library
from bot.matching import Ranker, explain
from bot.matching.arrays import unit
from bot.matching.background import FOLDS, Background
from bot.matching.mending import Mender, english_words
from bot.matching.vocabulary import Vocabulary
from bot.settings import shipped_knowledge

DAY = date(2012, 11, 13)


def entry(key: str, question: str, *also: str, answer: str = "An answer.") -> Entry:
    return Entry(key, question, also, answer, (), Edition.CONTEXT, DAY, "somebody", DAY, "topic")


TEA = entry("tea", "When is tea served?", "tea time", "what time do we get a cup of tea")
BUS = entry("bus", "Which bus stops outside?", "bus number for the surgery", "can i get here by bus")
SMALL = Knowledge(entries={"tea": TEA, "bus": BUS})


def first(ranker: Ranker, question: str) -> str:
    return ranker.rank(question)[0].entry.id


def test_every_entry_is_ranked_best_first() -> None:
    ranking = Ranker(SMALL).rank("is there a bus to you")

    assert [match.entry.id for match in ranking] == ["bus", "tea"]
    assert ranking[0].confidence >= ranking[1].confidence
    assert all(0 <= match.confidence <= 1 for match in ranking)


def test_a_phrasing_word_for_word_is_certain() -> None:
    assert Ranker(SMALL).rank("TEA TIME!")[0].confidence == 1


@pytest.mark.parametrize("question", ["", "???", "\u200b"])
def test_a_question_without_words_has_no_ranking(question: str) -> None:
    assert Ranker(SMALL).rank(question) == ()


def test_knowledge_without_entries_ranks_nothing() -> None:
    assert Ranker(Knowledge()).rank("is there a bus") == ()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("freinds and familly test", "friends and family test"),
        ("demenita", "dementia"),
        ("quallity premium", "quality premium"),
        ("comissioning", "commissioning"),
    ],
)
def test_typos_are_mended_by_the_words_of_the_knowledge(library: Library, typed: str, meant: str) -> None:
    reading = library.current.ranker.vocabulary.read(typed)

    assert set(meant.split()) <= set(reading.words)


@pytest.mark.parametrize("word", ["lanyards", "christmas", "parking", "metformin"])
def test_real_words_that_the_knowledge_does_not_have_are_left_alone(library: Library, word: str) -> None:
    assert word in library.current.ranker.vocabulary.read(f"what about {word}").words


def test_a_likelier_word_must_be_much_likelier_to_replace_a_real_one() -> None:
    mender = Mender({"practice": 900}, english_words())

    assert [mender.mend(word) for word in ("boards", "practise")] == ["boards", "practice"]


def test_a_term_in_capitals_is_not_the_word_in_small_letters() -> None:
    term = Term("glossary/it", "IT", "information technology", "Computers.", exact_case=True)
    vocabulary = Vocabulary([term], [], english_words())

    assert "technology" in vocabulary.read("is IT covered").words
    assert "technology" not in vocabulary.read("is it covered").words


def test_what_was_fitted_is_kept_and_ranks_the_same(tmp_path: Path, library: Library) -> None:
    fitted = library.current.ranker

    taken_up = Ranker(library.current.knowledge, fitted.arrays())

    for ask in library.current.knowledge.asks[:60]:
        before, after = fitted.rank(ask.ask)[0], taken_up.rank(ask.ask)[0]
        assert after.entry.id == before.entry.id
        assert after.confidence == pytest.approx(before.confidence, abs=0.02)


def test_the_kept_model_is_plain_arrays(library: Library) -> None:
    assert {array.dtype.kind for array in library.current.ranker.arrays().values()} <= set("fiuU")


def test_other_knowledge_gets_a_model_of_its_own(tmp_path: Path) -> None:
    swapped = {"tea": replace(BUS, id="tea"), "bus": replace(TEA, id="bus")}
    understand(SMALL, tmp_path)

    other = understand(Knowledge(entries=swapped), tmp_path)

    assert first(other.ranker, "is there a bus") == "tea"


def test_of_several_that_need_the_same_model_one_makes_it(tmp_path: Path) -> None:
    first_made: list[int] = []

    def take_part() -> None:
        understand(SMALL, tmp_path)
        first_made.append(next(tmp_path.glob("model-*.npz")).stat().st_ino)

    threads = [threading.Thread(target=take_part) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(first_made)) == 1


@pytest.mark.parametrize("spoilt", [b"PK\x03\x04 nonsense", b""])
def test_a_kept_model_that_is_spoilt_is_made_again(tmp_path: Path, spoilt: bytes) -> None:
    cache = tmp_path / "cache"
    understand(SMALL, cache)
    [kept] = cache.glob("model-*.npz")
    kept.write_bytes(spoilt)

    again = understand(SMALL, cache)

    assert first(again.ranker, "is there a bus") == "bus"
    assert np.load(kept)["weights"].shape[1] == 2


def test_without_a_place_to_keep_it_the_model_still_answers(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")

    made = understand(SMALL, blocked / "cache")

    assert first(made.ranker, "is there a bus") == "bus"


def test_an_edit_is_learned_and_a_broken_one_is_not(tmp_path: Path) -> None:
    folder = tmp_path / "knowledge"
    folder.mkdir()
    for name in ("sources.yaml", "later.yaml"):
        text = (shipped_knowledge() / name).read_text()
        (folder / name).write_text(text if name == "sources.yaml" else "[]")
    topic = folder / "topic.yaml"
    good = (
        "- {id: tea, question: When is tea served?, also: [tea time], answer: At four., sources: [pulse-space],"
        " edition: context, checked: 2012-11-01, owner: me, review_by: 2099-01-01}\n"
    )
    topic.write_text(good)
    library = Library(folder)
    told: list[str] = []

    topic.write_text(good.replace("At four.", "At five o'clock."))
    assert library.refresh(lambda error: told.append(str(error)))
    topic.write_text(good.replace("owner: me", "owner: [me]"))
    assert not library.refresh(lambda error: told.append(str(error)))

    assert library.current.knowledge.entries["tea"].answer == "At five o'clock."
    assert told == ['knowledge/topic.yaml: entry "tea": "owner" should be a role, found list "[\'me\']"']


def test_an_explanation_names_the_nearest_phrasing_and_the_words_that_counted(library: Library) -> None:
    explained = explain(library.current.ranker, "hwo many obejctives does the mandate have")

    top = explained.reasons[0]
    assert top.match.entry.id == "objectives-count-final"
    assert "objectives" in top.counted
    assert top.nearest in top.match.entry.phrasings
    assert explained.reading.mended["obejctives"] == "objectives"
    assert len(explained.reasons) == 5


def test_confusions_name_the_phrasing_that_finds_another_entry() -> None:
    stray = entry("bus", *BUS.phrasings, "when is tea served on the bus")
    entries = {one.id: one for one in (TEA, stray)}

    confused = Ranker(Knowledge(entries=entries)).confusions(folds=4)

    assert ("bus", "tea", ["when is tea served on the bus"]) in [(a.id, b.id, texts) for a, b, texts in confused]


def test_answering_opens_no_connection_and_writes_no_pickle(tmp_path: Path, model_cache: Path) -> None:
    code = (
        "import socket, sys\n"
        "def refuse(*_): raise SystemExit('tried the network')\n"
        "socket.socket.connect = refuse\n"
        "from bot.__main__ import main\n"
        "code = main(['ask', 'how many objectives are in it'])\n"
        "assert not {'sklearn', 'torch', 'requests', 'wordllama'} & set(sys.modules), 'imported too much'\n"
        "sys.exit(code)\n"
    )
    root = Path(__file__).parent.parent
    env = {
        **os.environ,
        "PYTHONPATH": str(root),
        "MANDATE_DB": str(tmp_path / "x.db"),
        "XDG_CACHE_HOME": str(model_cache),
    }

    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert "24 objectives" in done.stdout


def test_a_question_in_the_company_of_unanswerable_ones_is_held_back() -> None:
    rng = np.random.default_rng(1)
    known, unknown = rng.normal(size=(2, 1, 32))
    near = [unit((one + 0.1 * rng.normal(size=(40, 32))).astype(np.float32)) for one in (known, known, unknown)]
    asks = np.concatenate(near[1:])

    background, held_out = Background.learn(near[0], asks, np.arange(80) < 40)

    assert background.score(unit(known.astype(np.float32)))[0] > 0.5
    assert background.score(unit(unknown.astype(np.float32)))[0] < -0.5
    assert (held_out[:40] > 0).all()
    assert (held_out[40:] < 0).all()


def test_an_ask_is_scored_as_if_it_had_not_been_learned() -> None:
    rng = np.random.default_rng(2)
    texts = unit(rng.normal(size=(30, 16)).astype(np.float32))
    answerable = rng.random(20) < 0.5
    fold = np.random.default_rng(0).integers(0, FOLDS, 20)

    _, held_out = Background.learn(texts[:10], texts[10:], answerable)

    left = fold != 0
    without, _ = Background.learn(texts[:10], texts[10:][left], answerable[left])
    assert held_out[~left] == pytest.approx(without.score(texts[10:][~left]), abs=1e-3)
