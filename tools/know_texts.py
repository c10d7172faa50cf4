"""Write encoder/mandate_bot_encoder/known.npz: the vectors of all that the matcher learns from as it is shipped.

python -m tools.know_texts

It spares the first start some seconds. A text that is not in it costs a millisecond and nothing else, so run this
when a good part of the knowledge has changed; a test says when.
"""

import numpy as np

from bot.conversation import Understanding
from bot.knowledge import load_knowledge
from bot.matching import Ranker
from bot.matching.encoder import KNOWN, Encoder, key
from bot.matching.vectors import Vectors
from bot.matching.word_vectors import shipped_word_vectors
from bot.settings import shipped_knowledge


def main() -> None:
    """Fit once with an encoder that knows nothing, and keep what it had to compute."""
    encoder = Encoder()
    knowledge = load_knowledge(shipped_knowledge())
    Understanding.of(knowledge, Ranker(knowledge, vectors=Vectors(shipped_word_vectors(), encoder)))
    vectors = {key(text): vector.astype(np.float32) for text, vector in encoder.remembered().items()}
    keys = sorted(vectors)
    rows = np.stack([vectors[one] for one in keys])
    # Bytes are enough: they are brought to length 1 again when they are read.
    scaled = np.round(127 * rows / np.abs(rows).max(axis=1, keepdims=True)).astype(np.int8)
    np.savez(KNOWN, keys=np.array(keys, np.uint64), vectors=scaled)


if __name__ == "__main__":
    main()
