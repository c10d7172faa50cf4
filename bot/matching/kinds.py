"""What kind of thing a question asks for: a name, a date, a sum. An entry that nobody asks for one has none to give."""

import re
from collections.abc import Sequence

import numpy as np

from bot.matching.arrays import Floats
from bot.text import visible

KINDS = tuple(
    re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
    for words in (
        r"who|who's|whos|whose|name of|names",
        r"when|when's|whens|what date|deadline|by when|what time|what day|which year|how soon|how long",
        r"where|where's|wheres|address|location",
        r"how many|number of|count",
        r"how much|costs?|price|worth|paid|pay|salary|fee",
        r"why|reason",
        r"how do (?:i|we)|how to|how can (?:i|we)|form|template|log ?in|apply|book|phone|number|email|download|copy|"
        r"send",
        r"which",
    )
)
OFTEN = 0.15  # an entry asked for a kind in this share of its phrasings is taken to hold it


def kinds_of(text: str) -> Floats:
    """For each kind: 1 where the text asks for it, else 0."""
    shown = visible(text)
    return np.array([float(kind.search(shown) is not None) for kind in KINDS], np.float32)


def kinds_held(phrasings: Sequence[str]) -> Floats:
    """For each kind: how far an entry with these phrasings seems to hold it, 0 to 1."""
    share = np.mean([kinds_of(text) for text in phrasings], axis=0)
    return np.asarray(np.minimum(share / OFTEN, 1), np.float32)
