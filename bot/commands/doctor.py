"""`mandate-bot doctor`: looks at all that a deployment needs, says what to do about it, and changes nothing."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from pathlib import Path
from typing import Any

import yaml
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.blocks.undelivered import ERRORS
from bot.commands.session import print_json, print_text
from bot.errors import BotError, KnowledgeError, StorageError
from bot.knowledge import load_knowledge
from bot.listeners.refusals import Patience, code_of, header_of
from bot.settings import TOKENS, Settings, manifest
from bot.storage import about, ballots_beside, damaged, is_backup, is_made_up
from bot.storage.deliveries import DIRECT, Delivered, backlog, delivered, is_running, require_writable

PATIENCE = 10  # seconds with each question to Slack
MOST_SKEW = timedelta(seconds=60)  # Slack's own requests are refused from five minutes on
LEAST_SPACE = 200_000_000  # bytes
BACKUP_EVERY = timedelta(hours=36)  # a daily one, and some hours of grace
BEATS_WITHIN = timedelta(minutes=1)
ANSWERED_WITHIN = timedelta(minutes=15)


@dataclass(frozen=True)
class Finding:
    """What was looked at, how it was found, and what to do; `todo` is "" where there is nothing to do."""

    check: str
    is_well: bool
    found: str
    todo: str = ""


def run(settings: Settings, *, as_json: bool) -> int:
    """Print every finding; 0 where all is well, 1 otherwise."""
    now = datetime.now(UTC)
    findings = [*_slack(settings, now), *_database(settings, now), _knowledge(settings), *_backups(settings, now)]
    wrong = sum(not finding.is_well for finding in findings)
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        summary = "All is well." if not wrong else f"{wrong} of {len(findings)} need you."
        print_text([*(line for finding in findings for line in _lines(finding)), summary])
    return 1 if wrong else 0


def _lines(finding: Finding) -> Iterator[str]:
    yield f"{'ok  ' if finding.is_well else 'DO  '}  {finding.check:<18}  {finding.found}"
    if finding.todo:
        yield f"{'':26}{finding.todo}"


# Slack


def _slack(settings: Settings, now: datetime) -> Iterator[Finding]:
    client = WebClient(
        settings.slack_bot_token,
        base_url=settings.slack_api_url,
        timeout=PATIENCE,
        retry_handlers=[Patience(max_retry_count=1)],
    )
    if not settings.slack_bot_token:
        yield Finding("bot token", False, "SLACK_BOT_TOKEN is not set.", f"Find it at {TOKENS['SLACK_BOT_TOKEN']}")
    else:
        yield from _bot_token(client, now)
    yield from _way_in(settings, client)
    yield from _leads(settings, client)


def _bot_token(client: WebClient, now: datetime) -> Iterator[Finding]:
    try:
        answer = client.auth_test()
    except (SlackApiError, OSError, HTTPException) as error:
        yield Finding("bot token", False, _refusal(error), _todo_for(error, "SLACK_BOT_TOKEN"))
        return
    yield Finding("bot token", True, f"Slack accepts it, in the workspace {answer.get('team')}.")
    yield _scopes(answer.headers)
    yield _clock(answer.headers, now)


def _scopes(headers: Mapping[str, Any]) -> Finding:
    said = header_of(headers, "x-oauth-scopes")
    if said is None:
        return Finding("scopes", False, "Slack did not say which are granted.", "Try again later.")
    granted = {scope.strip() for scope in said.split(",")} - {""}
    asked = set(yaml.safe_load(manifest().read_text(encoding="utf-8"))["oauth_config"]["scopes"]["bot"])
    if missing := sorted(asked - granted):
        return Finding(
            "scopes",
            False,
            f"Not granted: {', '.join(missing)}.",
            "Paste app.yaml as the app's manifest again (api.slack.com/apps, App Manifest), then reinstall the app.",
        )
    more = sorted(granted - asked)
    return Finding("scopes", True, f"All of app.yaml are granted{f', and {chr(44).join(more)}' if more else ''}.")


def _clock(headers: Mapping[str, Any], now: datetime) -> Finding:
    said = header_of(headers, "date")
    if said is None:
        return Finding("clock", True, "Slack did not say what time it is, so it was not compared.")
    skew = abs(now - parsedate_to_datetime(said))
    if skew > MOST_SKEW:
        return Finding(
            "clock",
            False,
            f"It is {round(skew.total_seconds())} seconds off Slack's.",
            "Set the machine's clock by a time server (NTP).",
        )
    return Finding("clock", True, "It agrees with Slack's.")


def _way_in(settings: Settings, client: WebClient) -> Iterator[Finding]:
    if settings.slack_app_token:
        try:
            client.apps_connections_open(app_token=settings.slack_app_token)
        except (SlackApiError, OSError, HTTPException) as error:
            found = _refusal(error)
            yield Finding("app token", False, found, _todo_for(error, "SLACK_APP_TOKEN"))
        else:
            yield Finding("app token", True, "Slack accepts it, for Socket Mode.")
    elif settings.slack_signing_secret:
        yield Finding("signing secret", True, "It is set. Only a request from Slack shows whether it is the right one.")
    else:
        yield Finding(
            "way in",
            False,
            "Neither SLACK_APP_TOKEN nor SLACK_SIGNING_SECRET is set.",
            f"For Socket Mode set SLACK_APP_TOKEN: {TOKENS['SLACK_APP_TOKEN']}",
        )


def _leads(settings: Settings, client: WebClient) -> Iterator[Finding]:
    if not settings.leads:
        todo = "Set MANDATE_LEADS to their user ids, or to the id of their user group."
        yield Finding("leads", False, "There are none, so nobody sees the questions that wait.", todo)
    listed = [one for one in settings.leads if not one.startswith("S")]
    if listed:
        yield Finding("leads", True, f"{len(listed)} listed by their own ids.")
    for group in [one for one in settings.leads if one.startswith("S")] if settings.slack_bot_token else []:
        yield _group(group, client)
    if not settings.leads_channel:
        todo = "Set MANDATE_LEADS_CHANNEL to its id, and invite the bot to it."
        yield Finding("leads' channel", False, "There is none, so nobody is told of new questions.", todo)


def _group(group: str, client: WebClient) -> Finding:
    try:
        members = client.usergroups_users_list(usergroup=group)["users"]
    except SlackApiError as error:
        code = code_of(error)
        todo = (
            "User groups are not in your Slack plan: list the leads' own ids in MANDATE_LEADS."
            if code == "plan_upgrade_required"
            else "Look up the group's id, or list the leads' own ids in MANDATE_LEADS."
        )
        return Finding("lead group", False, f"{group} cannot be read: {code}. Nobody in it is taken for a lead.", todo)
    except (OSError, HTTPException) as error:
        return Finding("lead group", False, f"{group} cannot be read: {_why(error)}.", "Try again later.")
    if not members:
        return Finding("lead group", False, f"{group} has nobody in it.", "Add the leads to it.")
    return Finding("lead group", True, f"{group} has {len(members)} in it.")


# What the bot keeps


def _database(settings: Settings, now: datetime) -> Iterator[Finding]:
    db = settings.db
    if not db.exists():
        yield Finding("database", True, f"There is none at {db} yet. The first start makes it.")
        yield _space(db)
        return
    try:
        wrong = damaged(db)
        require_writable(db)
    except StorageError as error:
        yield Finding("database", False, str(error), "The user who runs the bot has to be able to read and write it.")
        return
    for path, said in wrong.items():
        todo = (
            "Install that version." if "newer" in said else "Stop the bot, move it away, and: mandate-bot restore FILE"
        )
        yield Finding("database", False, f"{path} is not usable: {said}.", todo)
    if wrong:
        return
    if is_made_up(db):
        yield Finding(
            "database", False, f"{db} is made up, by mandate-bot demo.", "Name another with --db or MANDATE_DB."
        )
        return
    yield Finding("database", True, f"{db} is whole and can be written.")
    yield _private(db)
    yield _space(db)
    try:
        yield from _running(settings, now)
        yield from (_channel(one) for one in delivered(db))
    except StorageError as error:
        yield Finding("deliveries", False, str(error), "Start the bot once, which brings its database up to date.")


def _private(db: Path) -> Finding:
    files = [path for path in (db, ballots_beside(db)) if path.exists()]
    if open_ones := [str(path) for path in files if path.stat().st_mode & 0o077]:
        return Finding(
            "file rights", False, f"Others can read {', '.join(open_ones)}.", f"chmod 600 {' '.join(open_ones)}"
        )
    return Finding("file rights", True, "Only the bot's user can read its files.")


def _space(db: Path) -> Finding:
    folder = next(path for path in (db.parent, *db.parent.parents) if path.exists())
    size = db.stat().st_size if db.exists() else 0
    free = shutil.disk_usage(folder).free
    if free < max(LEAST_SPACE, 2 * size):
        return Finding("disk", False, f"{free // 1_000_000} MB are free in {folder}.", "Free some space, or move it.")
    return Finding("disk", True, f"{free // 1_000_000} MB are free, for a database of {size // 1_000_000} MB.")


def _running(settings: Settings, now: datetime) -> Iterator[Finding]:
    waits, runs, beat = backlog(settings.db), is_running(settings.db, now), settings.heartbeat
    if waits.oldest and now - waits.oldest > ANSWERED_WITHIN:
        todo = "See what the log says." if runs else "Start it: mandate-bot run"
        yield Finding("answers", False, f"{waits.questions} wait, the oldest for {_age(now - waits.oldest)}.", todo)
    elif not runs:
        yield Finding("bot", True, "It is not running now, and nothing waits for it.")
    else:
        yield Finding("bot", True, "It is running, and nobody waits for an answer.")
    if waits.undrawn:
        todo = "Invite the bot to the poll's channel; it then brings it up to date by itself."
        yield Finding("polls", False, f"{waits.undrawn} messages of polls do not show the latest.", todo)
    if beat and runs:
        since = now.timestamp() - beat.stat().st_mtime if beat.exists() else float("inf")
        if since > BEATS_WITHIN.total_seconds():
            yield Finding("heartbeat", False, f"{beat} was not touched for a minute.", "Start the bot again.")
        else:
            yield Finding("heartbeat", True, f"{beat} was touched {round(since)} seconds ago.")


def _channel(one: Delivered) -> Finding:
    where = "direct messages" if one.channel == DIRECT else one.channel
    last = (
        f"last delivered {one.last_at:%d %B %Y at %H:%M} UTC" if one.last_at else "nothing delivered in the last week"
    )
    said = f"{last}; {one.waiting} on their way."
    if one.undelivered or (one.waiting and one.error):
        why = ERRORS.get(one.error or "", one.error or "It may have been posted already.")
        todo = "Leads decide under Not delivered, on the bot's Home tab." if one.undelivered else "It is tried again."
        return Finding(where, False, f"{said} {one.undelivered} not delivered: {why}", todo)
    return Finding(where, True, said)


def _knowledge(settings: Settings) -> Finding:
    try:
        entries = load_knowledge(settings.knowledge).entries
    except KnowledgeError as error:
        found = f"{len(error.problems)} mistakes; the first: {error.problems[0]}"
        return Finding("knowledge", False, found, "To see them all: mandate-bot check")
    return Finding("knowledge", True, f"{settings.knowledge} has {len(entries)} entries.")


def _backups(settings: Settings, now: datetime) -> Iterator[Finding]:
    folder, todo = settings.backup_folder, "Each day: mandate-bot backup"
    files: Sequence[Path] = (
        [path for path in folder.iterdir() if path.is_file() and is_backup(path)] if folder.is_dir() else []
    )
    made = []
    for file in files:
        try:
            made.append(about(file))
        except BotError as error:
            yield Finding("backups", False, str(error), "Delete it.")
    if not settings.db.exists():
        return
    if not made:
        yield Finding("backups", False, f"There are none in {folder}.", todo)
        return
    latest = max(made, key=lambda one: one.made_at)
    age = now - latest.made_at
    yield Finding("backups", age < BACKUP_EVERY, f"The latest is {_age(age)} old.", "" if age < BACKUP_EVERY else todo)
    if not latest.has_ballots:
        with_ballots = [one.made_at for one in made if one.has_ballots]
        since = f"the latest that has them is {_age(now - max(with_ballots))} old" if with_ballots else "none has them"
        yield Finding("backups", True, f"It has no votes of anonymous polls, too few being new; {since}.")


# Words


def _why(error: Exception) -> str:
    return code_of(error) if isinstance(error, SlackApiError) else str(getattr(error, "reason", error))


def _refusal(error: Exception) -> str:
    said = "Slack does not accept it" if isinstance(error, SlackApiError) else "Slack cannot be reached"
    return f"{said}: {_why(error)}."


def _todo_for(error: Exception, name: str) -> str:
    if isinstance(error, SlackApiError):
        return f"Set {name} anew, from {TOKENS[name]}; then start the bot again."
    return "Look whether this machine reaches slack.com, and whether a proxy is needed."


def _age(age: timedelta) -> str:
    hours = age.total_seconds() / 3600
    return (
        f"{round(hours / 24)} days"
        if hours >= 48
        else f"{round(hours)} hours"
        if hours >= 2
        else f"{round(hours * 60)} minutes"
    )
