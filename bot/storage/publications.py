"""What others than leads were shown of polls: kept, so that nothing shown later tells few people's answers apart."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from sqlite3 import Row
from typing import Any

from sqlite_utils import Database

from bot.polls import SMALLEST_GROUP, Count, Poll, Question, Tally
from bot.polls.disclosure import Counted, Part, Publication, Shown, counted, mark_of, notes_on, publish
from bot.polls.mixing import Ballot
from bot.storage.database import Connections, as_text
from bot.storage.practices import localities_in
from bot.storage.votes import votes_in


@dataclass(frozen=True)
class Kept:
    """What a closed poll shows, as it was when it closed."""

    whole: Tally | None  # None where nothing may be shown
    localities: tuple[Part, ...]
    notes: tuple[str, ...]  # what is left out, and why
    taking_part: int
    eligible: int | None  # None where nobody knows


class Publications:
    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def latest(self, poll: Poll) -> Publication | None:
        """What was shown last."""
        with self._connections.reading() as db:
            rows = _rows(db, poll, "DESC LIMIT 1")
        return _publication(rows[0], poll.plan.questions) if rows else None

    def kept(self, poll: Poll) -> Kept | None:
        """What was kept when a poll closed; None of one that is not closed."""
        with self._connections.reading() as db:
            row = db.conn.execute("SELECT content FROM results WHERE poll_id = ?", (poll.id,)).fetchone()
        if row is None:
            return None
        content, questions = json.loads(row["content"]), poll.plan.questions
        return Kept(
            whole=_tally(content["whole"], questions) if content["whole"] else None,
            localities=tuple(Part(name, _tally(numbers, questions)) for name, numbers in content["localities"] or ()),
            notes=tuple(content["notes"]),
            taking_part=content["taking_part"],
            eligible=content["eligible"],
        )

    def publish(self, poll: Poll, now: datetime) -> Shown:
        """What may be shown of an open poll now; written down before anybody sees it."""
        with self._connections.reading() as db:  # as most looks bring nothing new, they do not hold up votes
            stands = _standing_in(db, poll, _counted_in(db, poll))
        if stands:
            return stands
        with self._connections.writing() as db:
            return publish_in(db, poll, now)


def publish_in(db: Database, poll: Poll, now: datetime, *, with_localities: bool = False) -> Shown:
    """What may be shown of a named poll now, written down within the caller's transaction."""
    votes = _counted_in(db, poll)
    stands = None if with_localities else _standing_in(db, poll, votes)
    if stands:
        return stands
    earlier = [_publication(row, poll.plan.questions) for row in _rows(db, poll)]
    made = publish(poll.plan.questions, votes, earlier, with_localities=with_localities)
    if made is None:
        return Shown(earlier[-1] if earlier else None, len(votes), not votes)
    db.conn.execute(
        "INSERT INTO publications (poll_id, ballots, content, published_at) VALUES (?, ?, ?, ?)",
        (poll.id, json.dumps([dict(group) for group in made.groups]), json.dumps(_content(made)), as_text(now)),
    )
    return Shown(made, len(votes))


def keep_results_in(db: Database, poll: Poll, shown: Shown, eligible: int) -> None:
    """Keep with a poll that closes what is shown of it, of how many, within the caller's transaction."""
    found = shown.publication
    content = {
        "whole": _numbers(found.whole) if found else None,
        "localities": _content(found)["localities"] if found else [],
        "notes": notes_on(shown, poll.plan.voice),
        "taking_part": shown.voted,
        "eligible": eligible or None,
    }
    db.conn.execute("INSERT OR REPLACE INTO results VALUES (?, ?)", (poll.id, json.dumps(content)))


def _counted_in(db: Database, poll: Poll) -> list[Counted]:
    return counted(votes_in(db, poll.id), localities_in(db))


def _standing_in(db: Database, poll: Poll, votes: Sequence[Counted]) -> Shown | None:
    """What was shown last, where too little changed since for anything newer; None where something newer may be."""
    last = _rows(db, poll, "DESC LIMIT 1")
    if not last:
        return Shown(None, len(votes)) if len(votes) < SMALLEST_GROUP else None
    if _may_be_new(last[0], votes):
        return None
    stands = _publication(last[0], poll.plan.questions)
    return Shown(stands, len(votes), _ballots(stands) == {one.ballot for one in votes})


def rename_in(db: Database, poll_id: int, names: Mapping[str, str]) -> None:
    """Voters go by other names from now on, as once they are forgotten; within the caller's transaction."""
    marks = {mark_of(before): mark_of(after) for before, after in names.items()}
    for row in db.conn.execute("SELECT id, ballots FROM publications WHERE poll_id = ?", (poll_id,)).fetchall():
        groups = [{marks.get(mark, mark): said for mark, said in group.items()} for group in json.loads(row["ballots"])]
        db.conn.execute("UPDATE publications SET ballots = ? WHERE id = ?", (json.dumps(groups), row["id"]))


def _rows(db: Database, poll: Poll, order: str = "") -> list[Row]:
    found = db.conn.execute(f"SELECT * FROM publications WHERE poll_id = ? ORDER BY id {order}", (poll.id,))
    return list(found.fetchall())


def _ballots(publication: Publication) -> set[Ballot]:
    return {ballot for group in publication.groups for ballot in group}


def _may_be_new(last: Row, votes: Sequence[Counted]) -> bool:
    """Whether enough changed since the last publication for it to be worth looking at all of them."""
    shown = {ballot for group in json.loads(last["ballots"]) for ballot in group.items()}
    changed = {voter for voter, _ in shown ^ {one.ballot for one in votes}}
    return len(changed) >= SMALLEST_GROUP


def _content(publication: Publication) -> dict[str, Any]:
    return {
        "whole": _numbers(publication.whole),
        "localities": [[part.name, _numbers(part.tally)] for part in publication.localities],
        "is_rolled_up": publication.is_rolled_up,
    }


def _numbers(tally: Tally) -> dict[str, Any]:
    return {"taking_part": tally.taking_part, "counts": [[*count.numbers, count.answered] for count in tally.counts]}


def _publication(row: Row, questions: Sequence[Question]) -> Publication:
    content, groups = json.loads(row["content"]), json.loads(row["ballots"])
    return Publication(
        whole=_tally(content["whole"], questions),
        localities=tuple(Part(name, _tally(numbers, questions)) for name, numbers in content["localities"]),
        is_rolled_up=content["is_rolled_up"],
        groups=tuple(frozenset(group.items()) for group in groups),
    )


def _tally(numbers: Mapping[str, Any], questions: Sequence[Question]) -> Tally:
    counts = tuple(
        Count(question, tuple(found[:-1]), found[-1])
        for question, found in zip(questions, numbers["counts"], strict=True)
    )
    return Tally(numbers["taking_part"], counts)
