"""What came from Slack in the last minutes, so that a request that comes twice has its effect once."""

import hashlib
from datetime import datetime, timedelta

from bot.storage.database import Connections, as_text

# A signature holds for five minutes before and after its time: slack_sdk.signature.SignatureVerifier.
KEPT = timedelta(minutes=15)


class Arrivals:
    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def is_new(self, workspace: str, key: str, now: datetime) -> bool:
        """True for the first request with this key (of Slack's making), in any process; False for every copy."""
        name = hashlib.sha256(f"{workspace} {key}".encode("utf-8", "surrogatepass")).hexdigest()
        with self._connections.writing() as db:
            db.conn.execute("DELETE FROM arrivals WHERE came_at < ?", (as_text(now - KEPT),))
            came = db.conn.execute("INSERT INTO arrivals VALUES (?, ?) ON CONFLICT DO NOTHING", (name, as_text(now)))
        return came.rowcount > 0
