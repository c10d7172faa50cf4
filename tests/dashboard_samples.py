"""A small quarter of a CCG that never was, as the bot would have kept it, and a reader of the dashboard on it."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from datasette.app import Datasette
from sqlite_utils import Database

from bot.dashboard.app import close, make_dashboard
from bot.settings import Settings, shipped_knowledge
from bot.storage import Store
from bot.storage.database import as_text

MONDAY = datetime(2012, 11, 5, 9, tzinfo=UTC)
HOSTILE = '</script><script>alert("1")</script><img src=x onerror=alert(1)> & =1+1'
SECRET_PERSON = "UVERYSECRET"
OUTCOMES = ("answer", "answer", "answer", "suggestions", "no_answer")


def fill(path: Path, *, is_demo: bool = False) -> None:
    """Fifty questions over ten weeks, six rows of the queue, three answers, two polls and three practices."""
    Store(path).close()
    db = Database(path)
    with db.conn:
        _questions(db)
        _queue(db)
        _answers(db)
        _polls(db)
        if is_demo:
            db.table("marks").insert({"workspace": "*", "name": "demo", "made_at": as_text(MONDAY)})
    db.conn.close()


@contextmanager
def shown(path: Path, host: str = "127.0.0.1", **settings: Any) -> Iterator[Datasette]:
    made = make_dashboard(settings_for(path, **settings), host)
    yield made
    close(made)


def settings_for(path: Path, **more: Any) -> Settings:
    return Settings(knowledge=shipped_knowledge(), db=path, ccg_name="Anytown CCG", **more)


def get(dashboard: Datasette, address: str, **more: Any) -> httpx.Response:
    response: httpx.Response = asyncio.run(dashboard.client.get(address, **more))
    return response


def post(dashboard: Datasette, address: str, **more: Any) -> httpx.Response:
    response: httpx.Response = asyncio.run(dashboard.client.post(address, **more))
    return response


def _questions(db: Database) -> None:
    for number in range(50):
        at = MONDAY + timedelta(weeks=number // 5, hours=number % 5)
        db.table("questions").insert(
            {
                "id": number + 1,
                "workspace": "T1",
                "asker": SECRET_PERSON,
                "surface": "direct",
                "question": f"asked before {number}",
                "outcome": OUTCOMES[number % 5],
                "entry": "health-checks" if OUTCOMES[number % 5] == "answer" else None,
                "confidence": 0.5,
                "part": [1, 1, 2, 9, None][number % 5],
                "practice": "Z81001" if number < 4 else None,
                "asked_at": as_text(at),
            }
        )
    for number, (helpful, reason) in enumerate([(1, None), (1, None), (1, None), (0, "wrong")]):
        db.table("feedback").insert(
            {
                "workspace": "T1",
                "question_id": number * 5 + 1,
                "asker": SECRET_PERSON,
                "entry": "health-checks",
                "helpful": helpful,
                "reason": reason,
                "given_at": as_text(MONDAY + timedelta(weeks=number, hours=1)),
            }
        )
    db.table("refusals").insert(
        {"workspace": "T1", "day": "2012-11-06", "surface": "direct", "kind": "nhs-number", "times": 2}
    )


def _queue(db: Database) -> None:
    waits = {"waited": [[60, "direct"], [180, "direct"]], "part": 2}
    for number, (state, part, text, weeks) in enumerate(
        [
            ("new", 1, HOSTILE, 1),
            ("assigned", 2, "Who pays for 100% of dementia beds?", 3),
            ("answered", 2, "Are carers in it?", 3),
            ("new", None, "beds for Dementia patients", 9),
            ("dismissed", 9, "when is lunch", 8),
            ("reopened", 1, None, 9),
        ],
        1,
    ):
        question = number * 5
        db.table("groups").insert(
            {
                "id": number,
                "workspace": "T1",
                "state": state,
                "version": 1,
                "times": number,
                "people": 1,
                "practices": 1,
                "first_asked_at": as_text(MONDAY + timedelta(weeks=weeks)),
                "last_asked_at": as_text(MONDAY + timedelta(weeks=9)),
                "part": part,
            }
        )
        db.table("questions").update(question, {"question": text})
        db.table("unanswered").insert(
            {
                "workspace": "T1",
                "question_id": question,
                "status": "open",
                "reason": "no_answer",
                "queued_at": as_text(MONDAY),
                "group_id": number,
            }
        )
    db.table("moves").insert(
        {
            "workspace": "T1",
            "group_id": 3,
            "move": "answer",
            "by": SECRET_PERSON,
            "detail": json.dumps(waits),
            "made_at": as_text(MONDAY + timedelta(weeks=4)),
        }
    )


def _answers(db: Database) -> None:
    for entry, question, reviewed in (
        ("health-checks", "Who gets a health check?", "2012-11-22"),
        ("carers", "What of carers?", None),
    ):
        content = {"question": question, "reviewed": reviewed}
        db.table("versions").insert(
            {
                "entry": entry,
                "digest": entry,
                "content": json.dumps(content),
                "by": SECRET_PERSON,
                "seen_at": as_text(MONDAY),
                "part": 1,
                "is_listed": 1,
            }
        )


def _polls(db: Database) -> None:
    names = [("Z81001", "ELM TREE SURGERY", "North"), ("Z81002", "ST OAK'S", "North"), ("Z81003", "ASH", "")]
    for code, name, locality in names:
        db.table("practices").insert({"code": code, "name": name, "postcode": "", "locality": locality, "is_listed": 1})
    evenings = {"text": "Which evening?", "kind": "one", "options": ["Tuesday", "<b>Thursday</b>"], "ends": ["", ""]}
    useful = {"text": "How useful?", "kind": "rating", "options": [], "ends": ["Not", "Very"]}
    plan = {
        "title": "When should talks be? <i>",
        "voice": "person",
        "is_anonymous": False,
        "results": "after-close",
        "questions": [evenings, useful],
    }
    closed = {
        "workspace": "T1",
        "state": "closed",
        "plan": json.dumps(plan),
        "author": SECRET_PERSON,
        "version": 1,
        "made_at": as_text(MONDAY),
        "opened_at": as_text(MONDAY),
        "closes_at": as_text(MONDAY + timedelta(weeks=1)),
        "closed_at": as_text(MONDAY + timedelta(weeks=1)),
        "outcome": json.dumps(
            {
                "heard": "Tuesdays suit.",
                "will_do": "Talks on Tuesdays.",
                "by": SECRET_PERSON,
                "said_at": as_text(MONDAY),
            }
        ),
    }
    db.table("polls").insert(closed | {"id": 1})
    db.table("polls").insert(
        closed
        | {
            "id": 2,
            "state": "open",
            "closed_at": None,
            "outcome": None,
            "plan": json.dumps(plan | {"title": "Secret poll", "is_anonymous": True, "questions": [evenings]}),
        }
    )
    for number in range(12):
        db.table("votes").insert(
            {
                "poll_id": 1,
                "voter": f"{SECRET_PERSON}{number}",
                "person": f"{SECRET_PERSON}{number}",
                "practice": "Z81001",
                "answers": "[]",
                "cast_at": as_text(MONDAY),
            }
        )
    content = {
        "whole": {"counts": [[7, 5, 12], [0, 0, 0, 6, 6, 12]]},
        "localities": [],
        "notes": ["Localities with fewer than 5 people stand together."],
        "taking_part": 12,
        "eligible": 48,
    }
    db.table("results").insert({"poll_id": 1, "content": json.dumps(content)})
