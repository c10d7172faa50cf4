"""What words and whole texts mean, as numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.matching.arrays import Floats
from bot.matching.encoder import SIZE, Encoder, shipped_encoder
from bot.matching.word_vectors import WordVectors, shipped_word_vectors


@dataclass(frozen=True)
class Vectors:
    """Word vectors know what each word means; the encoder, what the words mean together."""

    words: WordVectors
    texts: Encoder

    @property
    def sizes(self) -> tuple[int, int]:
        """Of a whole text's vector, and of a word's."""
        return SIZE, self.words.size

    def word(self, word: str) -> tuple[Floats, int]:
        """The sum of a word's token vectors, and how many tokens it has."""
        return self.words.word(word)

    def whole(self, texts: Sequence[Sequence[str]]) -> Floats:
        """A row of length 1 for each text, given by its words."""
        return self.texts.encode([" ".join(text) for text in texts])


def shipped_vectors() -> Vectors:
    """Those that come with the bot and its packages."""
    return Vectors(shipped_word_vectors(), shipped_encoder())
