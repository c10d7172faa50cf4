"""What came from Slack in the last minutes, so that a request that comes twice has its effect once."""

import hashlib
from datetime import datetime, timedelta

from bot.storage.database import Connections, as_text

# A signature holds for five minutes before and after its time: slack_sdk.signature.SignatureVerifier.
KEPT = timedelta(minutes=15)


class Arrivals:
    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def is_known(self, workspace: str, key: str, now: datetime) -> bool:
        """Whether a request with this key (of Slack's making) was acknowledged before, by any process."""
        with self._connections.reading() as db:
            found = db.conn.execute(
                "SELECT 1 FROM arrivals WHERE name = ? AND came_at >= ?", (_name(workspace, key), as_text(now - KEPT))
            ).fetchone()
        return found is not None

    def note(self, workspace: str, key: str, now: datetime) -> None:
        """A request with this key is about to be acknowledged: what it asked for is done."""
        # A power cut ends what a copy could come from just as well.
        with self._connections.writing(is_lasting=False) as db:
            db.conn.execute("DELETE FROM arrivals WHERE came_at < ?", (as_text(now - KEPT),))
            db.conn.execute(
                "INSERT INTO arrivals VALUES (?, ?) ON CONFLICT DO NOTHING", (_name(workspace, key), as_text(now))
            )


def _name(workspace: str, key: str) -> str:
    return hashlib.sha256(f"{workspace} {key}".encode("utf-8", "surrogatepass")).hexdigest()
