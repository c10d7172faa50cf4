"""`mandate-bot ig`: what an information governance lead asks for, out of the settings, the tables and the code."""

import getpass
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from bot.commands.session import print_json, print_text
from bot.retention import LEADS_WARNED_AFTER, RETENTION
from bot.settings import Settings
from bot.storage import Store

PURPOSE = "explains the NHS mandate to GP practices, passes on what it cannot answer, and asks practices in polls"
HOLDS = (
    "questions that practice staff type, with their Slack member IDs and, where they chose it, their practice; what "
    "was answered; feedback; votes; and what leads did. Text that shows a patient's data is refused before it is kept"
)
RECORDS = (
    "Polls and what came of them, published answers and their versions are records of the CCG. "
    "They stay when the person who made them has their data erased."
)
SLACK = (
    "Slack is a processor of its own. It keeps its copy of every message and file under the workspace's retention, "
    "which this bot can neither see nor change."
)


def run(settings: Settings, *, as_json: bool) -> int:
    """Print it, in words or as one JSON object."""
    store = Store(settings.db)
    try:
        found = _gather(settings, store)
    finally:
        store.close()
    if as_json:
        print_json(found)
    else:
        print_text(_lines(found))
    return 0


def _gather(settings: Settings, store: Store) -> dict[str, Any]:
    files = [settings.db, store.ballot_boxes.path, store.secret.path]
    return {
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "asset": {
            "name": "Mandate Bot",
            "purpose": PURPOSE,
            "holds": HOLDS,
            "owner": settings.ccg_name,
            "format": "SQLite databases, readable by their owner alone",
            "files": [str(path) for path in files],
            "backups": str(settings.backup_folder),
        },
        "controller": settings.controller or _not_set("MANDATE_CONTROLLER", "the body that decides why this is held"),
        "processor": settings.processor or _not_set("MANDATE_PROCESSOR", "the body that runs this bot for it"),
        "legal_basis": settings.legal_basis or _not_set("MANDATE_LEGAL_BASIS", "what allows it to be held"),
        "assessment": settings.dpia or _not_set("MANDATE_DPIA", "the reference of the assessment"),
        "administrators": {
            "leads": list(settings.leads) or _not_set("MANDATE_LEADS", "the CCG's leads"),
            "owners_of_answers": dict(settings.owners),
            "system_user": _system_user(settings),
        },
        "flows": _flows(settings),
        "retention": [
            {**asdict(kept), "how_long": kept.how_long, "columns": columns.get(kept.table, [])}
            for columns in [store.people.schema() | store.ballot_boxes.schema()]
            for kept in RETENTION
        ],
        "leads_warned_after_days": LEADS_WARNED_AFTER,
        "slack": SLACK,
        "records": RECORDS,
    }


def _flows(settings: Settings) -> list[dict[str, str]]:
    leads = settings.leads_channel or "the leads, by direct message"
    slack = settings.slack_api_url
    return [
        {"from": "practice staff", "to": "Slack", "what": "questions, feedback and votes, as they type them"},
        {"from": "Slack", "to": "this bot", "what": "the same, with their member IDs, over TLS"},
        {"from": "this bot", "to": str(settings.db), "what": "what the table of retention lists"},
        {"from": "this bot", "to": slack, "what": "answers to those who asked"},
        {"from": "this bot", "to": f"{slack} ({leads})", "what": "questions it cannot answer, without who asked"},
        {"from": "this bot", "to": str(settings.backup_folder), "what": "copies of the database"},
        {"from": "this bot", "to": "its log", "what": "what happened, without text, tokens or member IDs"},
        {"from": "this bot", "to": "anywhere else", "what": "nothing: it matches questions on its own machine"},
    ]


def _not_set(name: str, what: str) -> str:
    return f"not set: set {name} ({what})"


def _system_user(settings: Settings) -> str:
    try:
        return settings.db.owner()
    except (KeyError, OSError):
        return getpass.getuser()


def _lines(found: dict[str, Any]) -> list[str]:
    asset, administrators = found["asset"], found["administrators"]
    leads = administrators["leads"]
    owners = [f"{role} {user}" for role, user in administrators["owners_of_answers"].items()]
    return [
        "Asset register",
        *(f"  {name}: {', '.join(value) if isinstance(value, list) else value}" for name, value in asset.items()),
        "",
        f"Controller: {found['controller']}",
        f"Processor: {found['processor']}",
        f"Legal basis: {found['legal_basis']}",
        f"Assessment: {found['assessment']}",
        "",
        "Administrators",
        f"  leads: {leads if isinstance(leads, str) else ', '.join(leads)}",
        f"  owners of answers: {', '.join(owners) or 'none'}",
        f"  whoever can act as {administrators['system_user']} on this machine can read the files",
        "",
        "Data flows",
        *(f"  {flow['from']} to {flow['to']}: {flow['what']}" for flow in found["flows"]),
        "",
        "Retention, enforced daily and by: mandate-bot purge",
        *(f"  {kept['name']} ({kept['holds']}): {kept['how_long']}" for kept in found["retention"]),
        "",
        found["slack"],
        found["records"],
    ]
