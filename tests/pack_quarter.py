"""A quarter of a CCG that never was, in a real database: for the board pack, with things that it must not say."""

import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlite_utils import Database

from bot.asking import Asking
from bot.conversation import Part
from bot.knowledge import Knowledge
from bot.matching import NoAnswer
from bot.report.gathering import gather
from bot.report.pack import Pack
from bot.settings import LOCAL_WORKSPACE
from bot.storage import Store
from bot.storage.database import as_text
from tests.harness import CCG

FIRST, LAST = date(2012, 10, 1), date(2012, 12, 31)
NOW = datetime(2013, 1, 3, 12, tzinfo=UTC)
ENTRIES = ("objectives-count-final", "friends-and-family-start", "no-such-entry-any-more")


def fill(path: Path, number: int = 600) -> None:
    """Questions and feedback from September to January, at all hours, some of them typed in the terminal."""
    chance = random.Random(7)
    db = Database(path)
    for at in range(1, number + 1):
        outcome = chance.choice(["answer", "answer", "answer", "suggestions", "no_answer", "withdrawn"])
        asked_at = datetime(2012, 9, 20, tzinfo=UTC) + timedelta(minutes=chance.randrange(60 * 24 * 115))
        db.table("questions").insert(
            {
                "id": at,
                "workspace": chance.choice(["T1", "T1", "T2", LOCAL_WORKSPACE]),
                "asker": f"UPLANTED{at % 9}",
                "practice": chance.choice([None, "Z81001", "Z81002", "Z89999"]),
                "surface": "direct",
                "question": None if outcome == "withdrawn" else f"planted words {at}",
                "outcome": outcome,
                "entry": chance.choice(ENTRIES) if outcome == "answer" else None,
                "confidence": 1.0,
                "part": chance.choice([None, *range(1, 10)]),
                "asked_at": as_text(asked_at),
            }
        )
        if outcome == "answer" and at % 3 == 0:
            db.table("feedback").insert(
                {
                    "workspace": db.table("questions").get(at)["workspace"],
                    "question_id": at,
                    "asker": "UPLANTED1",
                    "entry": "x",
                    "helpful": at % 2,
                    "reason": None if at % 2 else chance.choice([None, "unclear", "wrong"]),
                    "note": "planted note",
                    "given_at": as_text(asked_at + timedelta(hours=2)),
                }
            )
    db.conn.close()


def ask(store: Store, question: str, person: str, at: datetime) -> int:
    """A question that nobody can answer; its number."""
    asking = Asking(question, person, "direct", "T1", at)
    [kept] = store.questions.record(asking, [Part(question, NoAnswer())])
    assert kept.question_id
    return kept.question_id


def group(path: Path, questions: list[int], state: str = "new", *, entry: str | None = None, told: int = 0) -> None:
    """Questions as one row of the queue."""
    db = Database(path)
    made = {"workspace": "T1", "state": state, "version": 1, "times": 0, "people": 0, "practices": 0, "told": told}
    reason = "not-about-the-mandate" if state == "dismissed" else None
    times = {"first_asked_at": as_text(NOW), "last_asked_at": as_text(NOW)}
    key = db.table("groups").insert({**made, **times, "part": 4, "entry": entry, "reason": reason}).last_pk
    with db.conn:
        marks = ", ".join("?" * len(questions))
        db.conn.execute(f"UPDATE unanswered SET group_id = ? WHERE question_id IN ({marks})", (key, *questions))
    db.conn.close()


def pack_of(store: Store, knowledge: Knowledge, first: date = FIRST, last: date = LAST, now: datetime = NOW) -> Pack:
    return gather(store, knowledge, CCG, first, last, now, without=LOCAL_WORKSPACE)
