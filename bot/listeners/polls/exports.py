"""What a poll came to, as files in a direct message to a lead."""

import json
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.blocks.polls import export as words
from bot.listeners.desk import Desk
from bot.listeners.refusals import code_of
from bot.polls import Poll, PollError, State
from bot.polls.charts import charts_of
from bot.polls.report import Report, as_export, as_rows
from bot.reporting import report_for_leads
from bot.tables import as_csv


def send(desk: Desk, poll: Poll, lead: str, client: WebClient) -> str:
    """Send the files; what to tell the lead. Raises `PollError` where the poll has none, or the bot may send none."""
    if poll.state not in (State.OPEN, State.CLOSED):
        raise PollError(words.NOTHING)
    report = report_for_leads(desk.store, poll)
    pictures = _pictures(report)
    # A file is sent to a channel alone, and a message to a person says which that is.
    posted = client.chat_postMessage(channel=lead, **words.covering(report, len(pictures)).arguments())
    try:
        client.files_upload_v2(channel=str(posted["channel"]), file_uploads=[*_tables(report), *pictures])
    except SlackApiError as error:
        if code_of(error) != "missing_scope":
            raise
        raise PollError(words.no_scope(poll.id)) from error
    return words.SENT


def _tables(report: Report) -> list[dict[str, Any]]:
    poll, name = report.poll, f"poll-{report.poll.id}"
    made = json.dumps(as_export(report), indent=2, ensure_ascii=False)
    return [
        # Excel takes UTF-8 for what it is by the mark at its start.
        _file(f"{name}.csv", as_csv(as_rows(report)).encode("utf-8-sig"), words.table_title(poll)),
        _file(f"{name}.json", made.encode(), words.data_title(poll)),
    ]


def _file(name: str, content: bytes, title: str, alt_text: str | None = None) -> dict[str, Any]:
    return {"filename": name, "content": content, "title": title, "alt_txt": alt_text}


def _pictures(report: Report) -> list[dict[str, Any]]:
    """A picture of each question that is counted; none where the extra `charts` is not installed."""
    try:
        from bot.charts import draw
    except ImportError:
        return []
    found = []
    specs = charts_of(report.tally, report.poll.plan.voice) if report.tally else []
    for number, spec in enumerate(specs, start=1):
        if spec:
            picture = draw(spec)
            title, alt_text = words.chart_title(spec.title), words.alt_text(picture.alt_text)
            found.append(_file(f"poll-{report.poll.id}-{number}.png", picture.png, title, alt_text))
    return found
