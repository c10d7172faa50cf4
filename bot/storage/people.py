"""Everything that is held about a person, from every table that names them."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from sqlite3 import Row
from typing import Any

from sqlite_utils import Database

from bot.polls.poll import answers_from_json, plan_from_json
from bot.storage.database import Connections

Held = Mapping[str, list[dict[str, Any]]]  # by the names of `RETENTION`, only what there is


@dataclass(frozen=True)
class Query:
    """What one table holds about a person (`:person`, in `:workspace`); columns are named for the person to read."""

    name: str  # as `RETENTION` has it
    sql: str
    told: Callable[[Row], dict[str, Any]] = dict


def _vote(row: Row) -> dict[str, Any]:
    plan, answers = plan_from_json(json.loads(row["plan"])), answers_from_json(json.loads(row["answers"]))
    said = {
        question.text: answer.text or [question.choices[one] for one in answer.picked]
        for question, answer in zip(plan.questions, answers, strict=True)
    }
    return {"poll": plan.title, "cast at": row["cast_at"], "practice": row["practice"], "answers": said}


def _poll(row: Row) -> dict[str, Any]:
    plan = plan_from_json(json.loads(row["plan"]))
    return {"poll": plan.title, "state": row["state"], "made at": row["made_at"], "you": row["you"]}


def _inbox(row: Row) -> dict[str, Any]:
    sent = json.loads(row["request"]) if row["request"] else None
    return {"received at": row["received_at"], "state": row["state"], "channel": row["channel"], "what you sent": sent}


def _letter(row: Row) -> dict[str, Any]:
    # What is for somebody else and only names them is not theirs to read.
    text = str(json.loads(row["body"]).get("text", "")) if row["body"] and row["is_theirs"] else None
    return {
        "kind": row["kind"],
        "written at": row["made_at"],
        "state": row["state"],
        "for you": bool(row["is_theirs"]),
    } | ({"text": text} if text else {})


_QUERIES = (
    Query(
        "questions",
        'SELECT q.question, q.asked_at AS "asked at", q.surface AS "where", q.channel, q.practice, q.outcome, '
        'q.entry AS "answer", u.status AS "of what waits" FROM questions q LEFT JOIN unanswered u '
        "ON u.question_id = q.id WHERE q.workspace = :workspace AND q.asker = :person ORDER BY q.id",
    ),
    Query(
        "served",
        'SELECT entry AS "answer", served_at AS "given at" FROM served '
        "WHERE workspace = :workspace AND asker = :person ORDER BY id",
    ),
    Query(
        "feedback",
        'SELECT entry AS "answer", iif(helpful, \'yes\', \'no\') AS "helpful", reason AS "why not", note, '
        'given_at AS "given at" FROM feedback WHERE workspace = :workspace AND asker = :person ORDER BY id',
    ),
    Query(
        "conversations",
        'SELECT place, question, entry AS "answer", served_at AS "given at" FROM conversations '
        "WHERE workspace = :workspace AND (asker = :person OR place LIKE '%:' || :person)",
    ),
    Query(
        "inbox",
        "SELECT received_at, state, channel, request FROM inbox WHERE workspace = :workspace AND (request LIKE :named "
        "OR channel IN (SELECT channel FROM direct_channels WHERE workspace = :workspace AND person = :person)) "
        "ORDER BY id",
        _inbox,
    ),
    Query(
        "sent",
        "SELECT kind, made_at, state, body, coalesce(person = :person OR channel = :person, 0) AS is_theirs "
        "FROM outbox "
        "WHERE workspace = :workspace AND (person = :person OR channel = :person OR body LIKE :mentioned "
        "OR name LIKE '%:' || :person) ORDER BY id",
        _letter,
    ),
    Query(
        "marks",
        'SELECT name, made_at AS "done at" FROM marks '
        "WHERE workspace = :workspace AND (instr(':' || name || ':', ':' || :person || ':') > 0 "
        "OR EXISTS (SELECT 1 FROM direct_channels d WHERE d.workspace = :workspace AND d.person = :person "
        "AND instr(':' || name || ':', ':' || d.channel || ':') > 0))",
    ),
    Query(
        "direct_channels",
        'SELECT channel, known_at AS "seen at" FROM direct_channels WHERE workspace = :workspace AND person = :person',
    ),
    Query(
        "clarified",
        'SELECT c.question, c.asked_at AS "asked at" FROM clarified s JOIN clarifications c '
        "ON c.id = s.clarification_id WHERE c.workspace = :workspace AND s.person = :person ORDER BY s.id",
    ),
    Query(
        "belongs",
        'SELECT b.practice, p.name, b.chosen_at AS "chosen at" FROM belongs b JOIN practices p ON p.code = b.practice '
        "WHERE b.workspace = :workspace AND b.person = :person",
    ),
    Query(
        "voters",
        "SELECT v.*, p.plan FROM votes v JOIN polls p ON p.id = v.poll_id "
        "WHERE p.workspace = :workspace AND (v.person = :person OR v.voter = :person) ORDER BY v.id",
        _vote,
    ),
    Query(
        "no_reminders",
        "SELECT 'you want none' AS \"reminders of polls\" FROM no_reminders "
        "WHERE workspace = :workspace AND person = :person",
    ),
    Query(
        "groups",
        'SELECT id AS "row", state FROM groups WHERE workspace = :workspace AND assignee = :person ORDER BY id',
    ),
    Query(
        "moves",
        "SELECT group_id AS \"row\", move, made_at AS \"done at\", iif(by = :person, 'you did it', 'it names you') "
        "AS you FROM moves WHERE workspace = :workspace AND (by = :person OR detail LIKE :named) ORDER BY id",
    ),
    Query(
        "clarifications",
        'SELECT group_id AS "row", question, asked_at AS "asked at" FROM clarifications '
        "WHERE workspace = :workspace AND by = :person ORDER BY id",
    ),
    Query(
        "additions",
        'SELECT kind, entry AS "answer", state, made_at AS "made at", '
        "iif(author = :person, 'you wrote it', iif(approved_by = :person, 'you approved it', 'it names you')) "
        "AS you FROM additions WHERE workspace = :workspace "
        "AND (author = :person OR approved_by = :person OR content LIKE :named OR reason LIKE :mentioned) ORDER BY id",
    ),
    Query(
        "versions",
        'SELECT entry AS "answer", note, seen_at AS "changed at" FROM versions '
        "WHERE by = :person OR content LIKE :named ORDER BY id",
    ),
    Query(
        "recalls",
        'SELECT entry AS "answer", state, decided_at AS "decided at" FROM recalls '
        "WHERE workspace = :workspace AND decided_by = :person ORDER BY id",
    ),
    Query(
        "polls",
        "SELECT plan, state, made_at, iif(author = :person, 'you made it', 'it names you') AS you FROM polls "
        "WHERE workspace = :workspace AND (author = :person OR closed_by = :person OR plan LIKE :named "
        "OR form LIKE :named OR outcome LIKE :named) AND plan != '' ORDER BY id",
        _poll,
    ),
    Query(
        "audit",
        'SELECT action, poll_id AS "poll", detail, done_at AS "done at", '
        "iif(done_by = :person, 'you did it', 'it concerned you') AS \"you\" FROM audit "
        "WHERE workspace = :workspace AND (done_by = :person OR person = :person) ORDER BY id",
    ),
)
_KNOWS_WORKSPACE = (
    "questions",
    "marks",
    "outbox",
    "inbox",
    "belongs",
    "direct_channels",
    "polls",
    "moves",
    "audit",
    "served",
)


class People:
    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def workspaces(self) -> list[str]:
        """Every workspace that anything is held of."""
        union = " UNION ".join(f"SELECT workspace FROM {table}" for table in _KNOWS_WORKSPACE)
        with self._connections.reading() as db:
            return sorted(row[0] for row in db.conn.execute(union) if row[0] != "*")

    def schema(self) -> dict[str, list[str]]:
        """Every table of the database with its columns."""
        with self._connections.reading() as db:
            return schema_of(db)

    def held(self, workspace: str, person: str) -> Held:
        """What the database holds about a person; who took part in anonymous polls lies elsewhere."""
        with self._connections.reading() as db:
            db.conn.execute("BEGIN")  # one state of all tables
            found = {query.name: _rows(db, query, workspace, person) for query in _QUERIES}
            db.conn.execute("COMMIT")
        return {name: rows for name, rows in found.items() if rows}


def schema_of(db: Database) -> dict[str, list[str]]:
    """Every table with its columns, but for SQLite's own and the one in which steps are noted."""
    tables = db.conn.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB 'sqlite_*' AND name NOT GLOB '_sqlite_*'"
    ).fetchall()
    return {name: [row["name"] for row in db.conn.execute(f"PRAGMA table_info({name})")] for (name,) in tables}


def _rows(db: Database, query: Query, workspace: str, person: str) -> list[dict[str, Any]]:
    # An id is letters and digits, as Slack has it, so that no pattern comes of it.
    if not re.fullmatch(r"\w+", person):
        return []
    values = {
        "workspace": workspace,
        "person": person,
        "named": f'%"{person}"%',
        "mentioned": f"%<@{person}>%",
    }
    return [_without_empty(query.told(row)) for row in db.conn.execute(query.sql, values)]


def _without_empty(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if value is not None}
