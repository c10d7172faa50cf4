"""Questions and feedback of 300 days, for what counts them."""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlite_utils import Database

from bot.storage.database import as_text

FIRST = datetime(2012, 10, 1, tzinfo=UTC)
DAYS = 300


def fill_year(path: Path) -> Path:
    """300 days of questions and feedback, at every hour, with clocks going back and forward in between."""
    chance, db = random.Random(6), Database(path)
    questions, feedback = [], []
    for number in range(1, 2_001):
        at = FIRST + timedelta(minutes=chance.randrange(DAYS * 24 * 60))
        questions.append(
            {
                "id": number,
                "workspace": chance.choice(["T1", "T2"]),
                "asker": f"U{number % 40}",
                "surface": chance.choice(["direct", "channel", "command"]),
                "question": f"question {number}",
                "outcome": chance.choice(["answer", "suggestions", "no_answer"]),
                "confidence": 0.5,
                "part": chance.choice([None, 1, 4, 9]),
                "asked_at": as_text(at),
            }
        )
        if chance.random() < 0.5:
            feedback.append(
                {
                    "workspace": questions[-1]["workspace"],
                    "question_id": number,
                    "asker": "U1",
                    "entry": "tea",
                    "helpful": chance.choice([0, 1]),
                    "reason": None,
                    "given_at": as_text(at + timedelta(hours=chance.choice([0, 1, 30, 24 * 40]))),
                }
            )
    db.table("questions").insert_all(questions)
    db.table("feedback").insert_all(feedback)
    db.conn.close()
    return path
