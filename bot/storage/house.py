"""What must hold between processes: things done once, who runs the timers, and what is forgotten."""

import secrets
from datetime import datetime, timedelta

from sqlite_utils import Database

from bot.storage.claims import is_free, me
from bot.storage.database import Connections, as_text, as_time
from bot.storage.purging import INVENTED, delete_questions_in, purge_in
from bot.storage.voters import forget_voter_in

MARKED = "instr(':' || name || ':', ?) > 0"  # of marks that name somebody, such as told:U1 or told:C1:U1
EVERYWHERE = "*"  # the workspace of marks that concern the deployment as a whole


class House:
    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._holder = f"{me()} {secrets.token_hex(4)}"

    def mark_once(self, workspace: str, name: str, now: datetime) -> bool:
        """True for the first caller with this name, in any process; False for everybody after."""
        with self._connections.writing() as db:
            return self.mark_in(db, workspace, name, now)

    @staticmethod
    def mark_in(db: Database, workspace: str, name: str, now: datetime) -> bool:
        """As `mark_once`, within the caller's transaction."""
        cursor = db.conn.execute(
            "INSERT INTO marks VALUES (?, ?, ?) ON CONFLICT DO NOTHING", (workspace, name, as_text(now))
        )
        return cursor.rowcount > 0

    def unmark(self, workspace: str, name: str) -> bool:
        """Let it happen once more, as after a failure; whether it had happened."""
        with self._connections.writing() as db:
            gone = db.conn.execute("DELETE FROM marks WHERE workspace = ? AND name = ?", (workspace, name))
        return gone.rowcount > 0

    def mark_invented(self, now: datetime) -> None:
        """Say of all that is kept here that it is made up, and about nobody."""
        self.mark_once(EVERYWHERE, INVENTED, now)

    def hold(self, name: str, now: datetime, lasts: timedelta) -> bool:
        """Whether this process holds the lease `name` now: taken, renewed, or with somebody else who lives."""
        with self._connections.writing() as db:
            row = db.conn.execute("SELECT * FROM leases WHERE name = ?", (name,)).fetchone()
            if row and row["holder"] != self._holder and row["until"] > as_text(now):
                process = row["holder"].partition(" ")[0]
                if not is_free(process, as_text(now), now):
                    return False
            db.conn.execute(
                "INSERT OR REPLACE INTO leases VALUES (?, ?, ?)", (name, self._holder, as_text(now + lasts))
            )
        return True

    def late_by(self, name: str, now: datetime) -> float:
        """For how many seconds nobody has held the lease `name`; 0 while somebody does, or nobody ever did."""
        with self._connections.reading() as db:
            row = db.conn.execute("SELECT until FROM leases WHERE name = ?", (name,)).fetchone()
        return max(0.0, (now - as_time(row["until"])).total_seconds()) if row else 0.0

    def try_writing(self, now: datetime) -> None:
        """Write a small thing to the disk. Raises `StorageError` where nothing can be written now."""
        with self._connections.writing() as db:
            db.conn.execute("INSERT OR REPLACE INTO leases VALUES ('pulse', ?, ?)", (self._holder, as_text(now)))

    def is_invented(self) -> bool:
        """Whether all that is remembered was made up to show the bot, as `mandate-bot demo` marks it."""
        with self._connections.reading() as db:
            return db.conn.execute("SELECT 1 FROM marks WHERE name = ?", (INVENTED,)).fetchone() is not None

    def is_purged(self, now: datetime) -> bool:
        """Whether that was done today."""
        with self._connections.reading() as db:
            marked = "SELECT 1 FROM marks WHERE workspace = ? AND name = ?"
            return db.conn.execute(marked, (EVERYWHERE, _purged(now))).fetchone() is not None

    def purge(self, now: datetime) -> dict[str, int]:
        """Delete what has been kept long enough; how many rows went, by the names of `RETENTION`."""
        with self._connections.writing() as db:
            gone = purge_in(db, now)
            self.mark_in(db, EVERYWHERE, _purged(now), now)
        self._connections.scrub()
        return gone

    def erase(self, workspace: str, person: str) -> int:
        """Forget a person, wherever they stand; how many questions of theirs there were.

        What they did as a lead stays with their name, and what leads did about them stays with theirs: the audit log
        is there to be relied on. So does what they published or asked in polls, as records of the CCG.
        """
        with self._connections.writing() as db:
            db.conn.execute(
                "UPDATE inbox SET state = 'done', request = NULL, reply = NULL "
                "WHERE workspace = ? AND json_extract(request, '$.user') = ?",
                (workspace, person),
            )
            direct = db.conn.execute(
                "SELECT channel FROM direct_channels WHERE workspace = ?1 AND person = ?2 UNION "
                "SELECT channel FROM questions WHERE workspace = ?1 AND asker = ?2 AND surface = 'direct'",
                (workspace, person),
            ).fetchall()
            for (channel,) in direct:
                # What came stays known by its delivery, so that it is not answered again; not by where it was written.
                db.conn.execute(
                    "UPDATE inbox SET channel = NULL, message_ts = NULL "
                    "WHERE workspace = ? AND state = 'done' AND channel = ?",
                    (workspace, channel),
                )
                db.conn.execute(f"DELETE FROM marks WHERE workspace = ? AND {MARKED}", (workspace, f":{channel}:"))
            gone = delete_questions_in(db, "workspace = ? AND asker = ?", (workspace, person))
            for table in ("feedback", "served", "conversations"):
                db.conn.execute(f"DELETE FROM {table} WHERE workspace = ? AND asker = ?", (workspace, person))
            forget_voter_in(db, workspace, person)
            for table in ("outbox", "direct_channels", "belongs", "no_reminders"):
                db.conn.execute(f"DELETE FROM {table} WHERE workspace = ? AND person = ?", (workspace, person))
            db.conn.execute("DELETE FROM outbox WHERE workspace = ? AND channel = ?", (workspace, person))
            db.conn.execute(
                "DELETE FROM clarified WHERE person = ? AND clarification_id IN "
                "(SELECT id FROM clarifications WHERE workspace = ?)",
                (person, workspace),
            )
            db.conn.execute(f"DELETE FROM marks WHERE workspace = ? AND {MARKED}", (workspace, f":{person}:"))
        self._connections.scrub()
        return gone


def _purged(now: datetime) -> str:
    return f"purged:{now:%Y-%m-%d}"
