"""The messages of polls: where each stands in Slack, whether it shows the latest, and who may draw it anew when.

All processes share one budget: to look whether there is room in it and to take it is one transaction.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from sqlite3 import Row

from sqlite_utils import Database

from bot.storage.database import Connections, as_text

MOST_A_MINUTE = 40  # redraws a workspace: Slack takes about 50
BETWEEN_TWO = timedelta(seconds=3)  # of one message
MINUTE = timedelta(minutes=1)
DRAWING_LASTS = timedelta(seconds=20)  # then whoever drew it is taken for dead, and another may
LONGEST_WAIT = timedelta(minutes=5)  # while Slack fails
LONGEST_SHUT_OUT = timedelta(days=1)  # while the bot may not write to the channel
_WAITING = "drawn < wanted AND ts IS NOT NULL"


@dataclass(frozen=True)
class Drawing:
    """A message that is to be drawn anew, and what it will show then."""

    workspace: str
    poll_id: int
    channel: str
    ts: str
    wanted: int
    failures: int = 0  # attempts in a row that Slack did not take


class PollMessages:
    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def of(self, poll_id: int) -> list[tuple[str, str]]:
        """Channel and ts of each message of a poll that Slack has."""
        with self._connections.reading() as db:
            rows = db.conn.execute(
                "SELECT channel, ts FROM poll_messages WHERE poll_id = ? AND ts IS NOT NULL ORDER BY channel",
                (poll_id,),
            )
            return [(row["channel"], row["ts"]) for row in rows]

    def learn(self, poll_id: int, channel: str, ts: str) -> None:
        """Note where a message stands, where that was not known: as from a press on it.

        Whether Slack took the letter with it is then no longer in doubt either.
        """
        with self._connections.reading() as db:
            unknown = db.conn.execute(
                "SELECT 1 FROM poll_messages WHERE poll_id = ? AND channel = ? AND ts IS NULL", (poll_id, channel)
            ).fetchone()
        if unknown:
            with self._connections.writing() as db:
                posted_in(db, poll_id, channel, ts)
                db.conn.execute(
                    "UPDATE outbox SET state = 'sent', sent_at = made_at, body = NULL, error = NULL "
                    "WHERE kind = 'poll' AND name LIKE ? AND channel = ? AND state = 'doubtful'",
                    (f"poll:{poll_id}:%", channel),
                )

    def want(self, poll_id: int) -> None:
        """The messages of a poll should show something new."""
        with self._connections.writing() as db:
            want_in(db, poll_id)

    def claim(self, now: datetime) -> Drawing | None:
        """The message to draw next, counted before Slack hears of it; None while there is none, or no room.

        Closed and deleted polls come first, then what was drawn longest ago. Nobody else gets the message until
        `drawn`, `failed` or `shut_out` says what became of it, or DRAWING_LASTS is over.
        """
        with self._connections.reading() as db:  # every vote looks, and most come between two redraws
            if _next_in(db, now) is None:
                return None
        with self._connections.writing(is_lasting=False) as db:
            db.conn.execute("DELETE FROM redraws WHERE drawn_at <= ?", (as_text(now - MINUTE),))
            row = _next_in(db, now)
            if row is None:
                return None
            db.conn.execute("INSERT INTO redraws VALUES (?, ?)", (row["workspace"], as_text(now)))
            _wait_in(db, row["poll_id"], row["channel"], now + DRAWING_LASTS)
        return Drawing(
            row["workspace"], row["poll_id"], row["channel"], row["ts"], int(row["wanted"]), int(row["failures"])
        )

    def drawn(self, drawing: Drawing, now: datetime) -> None:
        """Slack shows it; or never will, so that only a newer state is worth another try."""
        with self._connections.writing() as db:
            db.conn.execute(
                "UPDATE poll_messages SET drawn = max(drawn, ?), failures = 0 WHERE poll_id = ? AND channel = ?",
                (drawing.wanted, drawing.poll_id, drawing.channel),
            )
            _wait_in(db, drawing.poll_id, drawing.channel, now + BETWEEN_TWO)

    def failed(self, drawing: Drawing, now: datetime) -> None:
        """Slack failed: the newest state is tried again after a while, twice as long each time."""
        self._try_later(drawing, now, BETWEEN_TWO, LONGEST_WAIT)

    def shut_out(self, drawing: Drawing, now: datetime) -> None:
        """The bot may not write there, for now or for ever: tried again seldom."""
        self._try_later(drawing, now, LONGEST_WAIT, LONGEST_SHUT_OUT)

    def gone(self, drawing: Drawing) -> None:
        """The message is no longer there: nothing is drawn until a press says where it stands."""
        with self._connections.writing() as db:
            db.conn.execute(
                "UPDATE poll_messages SET ts = NULL, drawn = wanted WHERE poll_id = ? AND channel = ? AND ts = ?",
                (drawing.poll_id, drawing.channel, drawing.ts),
            )

    def pause(self, drawing: Drawing, now: datetime, wait: timedelta) -> None:
        """Slack wants no redraw from anybody in the workspace for a while; the message stays to be drawn."""
        with self._connections.writing() as db:
            db.conn.execute(
                "INSERT OR REPLACE INTO redraw_pauses VALUES (?, ?)", (drawing.workspace, as_text(now + wait))
            )
            _wait_in(db, drawing.poll_id, drawing.channel, now + BETWEEN_TWO)

    def want_where_anonymous(self) -> None:
        """Have the messages of open anonymous polls drawn anew.

        Their votes lie in another file, so that a crash may come between a vote and the wish to show it.
        """
        with self._connections.writing() as db:
            db.conn.execute(
                "UPDATE poll_messages SET wanted = wanted + 1 WHERE poll_id IN "
                "(SELECT id FROM polls WHERE state = 'open' AND box IS NOT NULL)"
            )

    def _try_later(self, drawing: Drawing, now: datetime, first: timedelta, longest: timedelta) -> None:
        wait = min(first * 2 ** min(drawing.failures, 16), longest)
        with self._connections.writing() as db:
            db.conn.execute(
                "UPDATE poll_messages SET failures = failures + 1 WHERE poll_id = ? AND channel = ?",
                (drawing.poll_id, drawing.channel),
            )
            _wait_in(db, drawing.poll_id, drawing.channel, now + wait)


def _next_in(db: Database, now: datetime) -> Row | None:
    found: Row | None = db.conn.execute(
        "SELECT p.workspace, m.* FROM poll_messages m JOIN polls p ON p.id = m.poll_id "
        f"WHERE {_WAITING} AND ifnull(m.not_before, '') <= ? "
        "AND (SELECT count(*) FROM redraws r WHERE r.workspace = p.workspace AND r.drawn_at > ?) < ? "
        "AND NOT EXISTS (SELECT 1 FROM redraw_pauses s WHERE s.workspace = p.workspace AND s.until > ?) "
        "ORDER BY p.state = 'open', ifnull(m.not_before, '') LIMIT 1",
        (as_text(now), as_text(now - MINUTE), MOST_A_MINUTE, as_text(now)),
    ).fetchone()
    return found


def _wait_in(db: Database, poll_id: int, channel: str, until: datetime) -> None:
    db.conn.execute(
        "UPDATE poll_messages SET not_before = ? WHERE poll_id = ? AND channel = ?", (as_text(until), poll_id, channel)
    )


def places_in(db: Database, workspace: str, poll_id: int) -> dict[str, str | None]:
    """Channels where a poll's message stands, with its ts; or may stand, with None. Within the caller's transaction."""
    rows = db.conn.execute(
        "SELECT m.channel, m.ts FROM poll_messages m WHERE m.poll_id = ? AND (m.ts IS NOT NULL OR EXISTS ("
        "SELECT 1 FROM outbox o WHERE o.workspace = ? AND o.kind = 'poll' AND o.channel = m.channel "
        "AND o.name LIKE ? AND o.state IN ('sending', 'doubtful', 'sent'))) ORDER BY m.channel",
        (poll_id, workspace, f"poll:{poll_id}:%"),
    )
    return {row["channel"]: row["ts"] for row in rows}


def want_in(db: Database, poll_id: int) -> None:
    """The messages of a poll should show something new, within the caller's transaction."""
    db.conn.execute("UPDATE poll_messages SET wanted = wanted + 1 WHERE poll_id = ?", (poll_id,))


def posted_in(db: Database, poll_id: int, channel: str, ts: str) -> None:
    """Slack has the message, within the caller's transaction: drawn once more where it changed meanwhile."""
    db.conn.execute(
        "UPDATE poll_messages SET ts = ? WHERE poll_id = ? AND channel = ? AND ts IS NULL", (ts, poll_id, channel)
    )
