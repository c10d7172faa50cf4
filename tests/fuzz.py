"""How long fuzzers run: a short run in the suite, and as many examples as MANDATE_FUZZ says on request."""

import os
from collections.abc import Callable
from typing import TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

Test = TypeVar("Test", bound=Callable[..., object])
EXAMPLES = int(os.environ.get("MANDATE_FUZZ", "100"))
# Whatever a program may put into a text, lone halves of characters too.
ANYTHING = st.text(st.characters(exclude_categories=()), max_size=400)


def fuzzed(test: Test) -> Test:
    """Runs with EXAMPLES examples, however slow the machine is."""
    return settings(
        max_examples=EXAMPLES,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )(test)


def mixed(*pieces: str, most: int = 40) -> st.SearchStrategy[str]:
    """Texts made of these pieces with anything between them: they get further into a parser than noise does."""
    one = st.one_of(st.sampled_from(pieces), st.text(st.characters(exclude_categories=()), max_size=4))
    return st.lists(one, max_size=most).map("".join)
