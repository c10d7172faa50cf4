"""What whole texts mean: the shipped transformer."""

import numpy as np
import pytest

from bot.conversation import Understanding
from bot.knowledge import Knowledge
from bot.matching.encoder import MOST_TOKENS, SIZE, Encoder, key, shipped_encoder


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder()


def test_each_text_becomes_a_row_of_length_one(encoder: Encoder) -> None:
    rows = encoder.encode(["who is on the board", "when does it start"])

    assert rows.shape == (2, SIZE)
    assert np.linalg.norm(rows, axis=1) == pytest.approx([1, 1], abs=1e-3)


def test_a_text_means_the_same_in_any_company() -> None:
    alone = Encoder().encode(["when does it start"])
    among = Encoder().encode(["a much longer text about something else altogether", "when does it start"])

    assert (among[1] == alone[0]).all()


def test_other_words_for_the_same_are_nearer_than_some_of_the_same_words(encoder: Encoder) -> None:
    asked, reworded, other = encoder.encode(["when does it start", "what is the starting date", "when does it rain"])

    assert asked @ reworded > asked @ other


def test_a_text_is_read_so_far_as_the_model_was_trained(encoder: Encoder) -> None:
    words = ["mandate"] * (2 * MOST_TOKENS)

    long, longer = encoder.encode([" ".join(words), " ".join([*words, "dementia"])])

    assert (long == longer).all()


def test_a_known_text_is_not_computed_again() -> None:
    vector = np.eye(1, SIZE, dtype=np.float32)[0]

    assert (Encoder(known={key("hello"): vector}).encode(["hello"])[0] == vector).all()


def test_the_first_start_need_not_compute_what_ships(understanding: Understanding, knowledge: Knowledge) -> None:
    vocabulary = understanding.ranker.vocabulary
    texts = [" ".join(vocabulary.read(p, mend=False).words) for e in knowledge.entries.values() for p in e.phrasings]
    known = [shipped_encoder().knows(text) for text in texts]

    assert np.mean(known) > 0.8, "run python -m tools.know_texts"
