"""Menus that ask the app what to offer: sources and entries, found by what a lead typed so far."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot import blocks
from bot.listeners.desk import Desk
from bot.listeners.leads import Leads
from bot.text import words

MOST_OPTIONS = 100  # that Slack shows
LONGEST_VALUE = 150  # characters of an option's value


@dataclass(frozen=True)
class Choice:
    """One thing to pick: `value` comes back, `label` is shown, `searched` is looked through."""

    value: str
    label: str
    searched: str


def register(app: App, desk: Desk, leads: Leads) -> None:
    """Answer from memory what the menus `pick_source` and `pick_entry` offer; nothing to those who are not leads."""

    @app.options("pick_source")
    def offer_sources(body: dict[str, Any], payload: dict[str, Any], ack: Ack, client: WebClient) -> None:
        sources = desk.library.current.knowledge.sources.values()
        choices = (Choice(s.key, f"{s.title}, {s.publisher}", f"{s.title} {s.publisher}") for s in sources)
        ack(options=_offered(choices, payload, body, leads, client))

    @app.options("pick_entry")
    def offer_entries(body: dict[str, Any], payload: dict[str, Any], ack: Ack, client: WebClient) -> None:
        entries = desk.library.fitted.knowledge.entries.values()
        choices = (Choice(entry.id, entry.question, " ".join(entry.phrasings)) for entry in entries)
        ack(options=_offered(choices, payload, body, leads, client))


def _offered(
    choices: Iterable[Choice], payload: dict[str, Any], body: dict[str, Any], leads: Leads, client: WebClient
) -> list[dict[str, Any]]:
    if not leads.include(body["user"]["id"], client):
        return []
    return [blocks.option(one.label, one.value) for one in search(choices, str(payload.get("value") or ""))]


def search(choices: Iterable[Choice], typed: str) -> list[Choice]:
    """The choices that have every word typed, each perhaps not finished; those that start with it first."""
    wanted = words(typed)
    found = [
        (not " ".join(words(choice.label)).startswith(" ".join(wanted)), choice)
        for choice in choices
        if len(choice.value) <= LONGEST_VALUE and _has_all(words(choice.searched), wanted)
    ]
    return [choice for _, choice in sorted(found, key=lambda one: one[0])][:MOST_OPTIONS]


def _has_all(held: list[str], wanted: list[str]) -> bool:
    return all(any(word.startswith(start) for word in held) for start in wanted)
