"""People go from their votes: when they ask for it, and a year after a poll closed."""

import secrets
from collections import defaultdict
from datetime import datetime

from sqlite_utils import Database

from bot.storage.database import as_text
from bot.storage.poll_messages import want_in
from bot.storage.publications import rename_in


def forget_voter_in(db: Database, workspace: str, person: str) -> None:
    """A vote of theirs goes while its poll is open; after that it counts on, without them.

    Within the caller's transaction.
    """
    of_theirs = "person = ? AND poll_id IN (SELECT id FROM polls WHERE workspace = ?)"
    _without_people(db, of_theirs, (person, workspace))


def forget_voters_in(db: Database, closed_before: datetime) -> int:
    """Votes of polls that closed before then count on without the people; how many. Within the caller's transaction."""
    where = "person IS NOT NULL AND poll_id IN (SELECT id FROM polls WHERE state = 'closed' AND closed_at < ?)"
    return _without_people(db, where, (as_text(closed_before),))


def _without_people(db: Database, where: str, values: tuple[str, ...]) -> int:
    rows = db.conn.execute(
        "SELECT v.id, v.poll_id, v.voter, v.person, p.state FROM votes v JOIN polls p ON p.id = v.poll_id "
        f"WHERE v.id IN (SELECT id FROM votes WHERE {where})",
        values,
    ).fetchall()
    names: defaultdict[int, dict[str, str]] = defaultdict(dict)
    for row in rows:
        # A practice that has one voice stays the voter.
        name = f"gone-{secrets.token_hex(8)}" if row["voter"] == row["person"] else row["voter"]
        names[row["poll_id"]][row["voter"]] = name
        if row["state"] == "open":
            db.conn.execute("DELETE FROM votes WHERE id = ?", (row["id"],))
            want_in(db, row["poll_id"])
        else:
            db.conn.execute("UPDATE votes SET voter = ?, person = NULL WHERE id = ?", (name, row["id"]))
    for poll_id, renamed in names.items():
        # What was published is compared with what will be: there too they are the same voter.
        rename_in(db, poll_id, renamed)
    return len(rows)
