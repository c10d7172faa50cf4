"""The review queue: what waits for the CCG, one row for each distinct question."""

from collections.abc import Sequence

from bot.review import Group
from bot.storage.database import Connections
from bot.storage.groups import Likeness, as_group, place_loose, recount, regroup_all


class Review:
    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def workspaces_with_loose(self) -> list[str]:
        """Workspaces with open questions that stand in no group yet."""
        with self._connections.reading() as db:
            rows = db.conn.execute(
                "SELECT DISTINCT workspace FROM unanswered WHERE status = 'open' AND group_id IS NULL"
            ).fetchall()
        return [row["workspace"] for row in rows]

    def place(self, workspace: str, likeness: Likeness) -> int:
        """Bring the next open questions without a group into one; how many there were, 0 when all have one."""
        with self._connections.writing() as db:
            return place_loose(db, workspace, likeness)

    def pin(
        self, workspace: str, ones: Sequence[int], others: Sequence[int], together: bool, likeness: Likeness
    ) -> None:
        """Somebody says that these questions mean the same as those, or do not; that outlasts what comes later."""
        pairs = [(min(a, b), max(a, b)) for a in ones for b in others if a != b]
        with self._connections.writing() as db:
            db.conn.executemany(
                "INSERT OR REPLACE INTO pins VALUES (?, ?, ?, ?)",
                [(workspace, one, other, int(together)) for one, other in pairs],
            )
            regroup_all(db, workspace, {*ones, *others}, likeness)

    def groups(self, workspace: str | None = None) -> list[Group]:
        """Every group of one workspace or of all, oldest first, with its counts as they are now."""
        with self._connections.writing() as db:
            # Questions may have been taken back or erased since they were counted.
            for row in db.conn.execute("SELECT id FROM groups WHERE merged_into IS NULL").fetchall():
                recount(db, row["id"])
            rows = db.conn.execute(
                # The text stays with the questions alone, so that it goes with them.
                "SELECT groups.*, (SELECT q.question FROM unanswered u JOIN questions q ON q.id = u.question_id "
                "WHERE u.group_id = groups.id ORDER BY q.asked_at, u.id LIMIT 1) AS text "
                "FROM groups WHERE workspace = ifnull(?, workspace) AND merged_into IS NULL "
                "ORDER BY first_asked_at, id",
                (workspace,),
            ).fetchall()
        return [as_group(row) for row in rows]

    def wordings(self, group_id: int) -> list[tuple[int, str]]:
        """A group's questions, oldest first: the row's id and its text."""
        with self._connections.reading() as db:
            rows = db.conn.execute(
                "SELECT u.id, q.question FROM unanswered u JOIN questions q ON q.id = u.question_id "
                "WHERE u.group_id = ? ORDER BY q.asked_at, u.id",
                (group_id,),
            ).fetchall()
        return [(row["id"], row["question"] or "") for row in rows]
