"""Who works on a row: whoever died lets go of it, whatever has their number by now."""

import os
import socket
from datetime import UTC, datetime, timedelta

import pytest

from bot.storage.claims import is_free
from bot.storage.database import as_text

NOW = datetime.now(UTC)


@pytest.mark.parametrize(("minutes", "is_lapsed"), [(1, False), (11, True)])
def test_a_claim_lapses_where_another_program_got_the_number_of_a_process_that_died(
    minutes: int, is_lapsed: bool
) -> None:
    claimed_by = f"{socket.gethostname()}/{os.getppid()}/another"

    assert is_free(claimed_by, as_text(NOW - timedelta(minutes=minutes)), NOW) is is_lapsed
