"""The preview of a poll, for the lead who makes it, and what became of it."""

from collections.abc import Sequence
from datetime import datetime

from bot.blocks.kit import (
    MOST_BLOCKS,
    Block,
    Message,
    actions,
    button,
    confirmation,
    divider,
    escape,
    escape_short,
    marked,
    plain,
    section,
)
from bot.blocks.polls.form import REPEATS
from bot.blocks.polls.message import poll_message
from bot.letters import Letter
from bot.polls import SMALLEST_GROUP, Plan, Poll, Repeats, Results, State
from bot.schedule import spoken

MOST_NAMED = 20  # channels or people in one line
PREVIEW_READY = "I've sent you the preview by direct message. Nothing is posted before you press Post it there."
PLAN_CHANGED = "Your changes are kept. The poll is planned as before; I've sent you how it looks now by direct message."
_SEEN = {
    Results.AFTER_CLOSE: "Results: everybody in those channels sees them once the poll is closed.",
    Results.AFTER_VOTING: "Results: those who have voted see them from then on, everybody once the poll is closed.",
    Results.LIVE: "Results: everybody in those channels sees them as votes come in.",
    Results.LEADS: "Results: for leads only.",
}
_INVITE = (
    "I am not in {channel}, so {poll} was not posted there. "
    "Invite me by typing /invite @Mandate Bot in that channel, then press Retry."
)
_NOT_POSTED = {
    "not_in_channel": _INVITE,
    "channel_not_found": _INVITE,  # Slack's word for a private channel that the bot is not in
    "is_archived": "{channel} has been archived, so {poll} was not posted there. Unarchive it, then press Retry.",
    "restricted_action": (
        "I am not allowed to post in {channel}, so {poll} is not there. Ask whoever runs your Slack, then press Retry."
    ),
}


def preview(poll: Poll, to: str, ccg_name: str, now: datetime) -> Letter:
    """The poll as it will be posted, with what was decided about it, for the lead alone who sent the form."""
    is_planned = poll.state is State.SCHEDULED
    said = "This is how your planned poll looks now." if is_planned else "A preview of your poll. Only you see it."
    value = f"{poll.id} {poll.version}"
    confirm = confirmation("Discard this poll?", "What you typed goes for good.", "Discard", "Keep it")
    post = [] if is_planned else [button("Post it", "poll:post", value, style="primary")]
    buttons = [
        *post,
        button("Change it", "poll:change", str(poll.id)),
        button("Discard", "poll:discard", str(poll.id), confirm=confirm),
    ]
    decided = "\n".join(_decided(poll, ccg_name, now))
    foot = [divider(), marked(decided), actions(buttons, block_id=f"preview-{value}")]
    shown = poll_message(poll, ccg_name=ccg_name, now=now)
    blocks = [section(said), divider(), *shown.blocks[: MOST_BLOCKS - len(foot) - 2], *foot]
    text = f"{said} {escape_short(poll.plan.title, 600)}\n{decided}"
    return Letter(
        name=f"poll-preview:{poll.id}:{poll.version}",
        kind="preview",
        channel=to,
        body=Message(text, blocks).arguments(),
        person=to,
    )


def channels_of(channels: Sequence[str]) -> str:
    """Channels by their links, the first twenty of them."""
    return _named([f"<#{one}>" for one in channels])


def posted(poll: Poll, reached: Sequence[str], refused: Sequence[str], now: datetime) -> Message:
    """What became of "Post it": the channels that have it, those that refused it, and by that which still wait."""
    waiting = [one for one in poll.plan.channels if one not in {*reached, *refused}]
    said = ["Your poll is open."]
    if reached:
        said.append(f"It is in {channels_of(reached)}.")
    if waiting:
        said.append(f"It follows in {channels_of(waiting)} as soon as Slack takes it.")
    if refused:
        said.append(f"I could not post it in {channels_of(refused)}; my next message says why.")
    if poll.plan.closes_at:
        said.append(f"It closes on {spoken(poll.plan.closes_at, now)}.")
    return _became(poll, " ".join(said))


def planned(poll: Poll, now: datetime) -> Message:
    assert poll.plan.opens_at
    opens = f"It opens by itself on {spoken(poll.plan.opens_at, now)}, in {channels_of(poll.plan.channels)}."
    change = button("Change it", "poll:change", str(poll.id))
    return _became(poll, f"Your poll is planned. {opens}", change)


def discarded(poll: Poll) -> Message:
    return _became(poll, "This poll is discarded. It was not posted.", look=False)


def refused(poll: Poll, posting_id: int, channel: str, error: str) -> Message:
    """Says that a channel did not get a poll, and what to do about it; `error` is Slack's word."""
    poll_title, place = f"“{escape_short(poll.plan.title, 600)}”", f"<#{channel}>"
    if error in _NOT_POSTED:
        said = _NOT_POSTED[error].format(poll=poll_title, channel=place)
    else:
        why = escape_short(error.replace("_", " "), 100)
        said = f"Slack did not let me post {poll_title} in {place} ({why}). Press Retry to try again."
    retry = actions([button("Retry", "poll:retry", str(posting_id), style="primary")], block_id=f"retry-{posting_id}")
    return Message(said, [marked(said), retry])


def not_posted(poll: Poll, posting_id: int, channel: str, error: str, to: str, times: int) -> Letter:
    """Tells a lead what `refused` says; `times` counts how often they were told."""
    return Letter(
        name=f"poll-not-posted:{posting_id}:{times}:{to}",
        kind="poll_not_posted",
        channel=to,
        body=refused(poll, posting_id, channel, error).arguments(),
        person=to if to[:1] in ("U", "W") else None,
    )


def retried(channel: str, *, is_there: bool) -> Message:
    """What became of "Retry"."""
    again = f"I tried again, and Slack still does not let me post in <#{channel}>. My next message says why."
    said = f"The poll is now in <#{channel}>." if is_there else again
    return Message(said, [marked(said)])


def _decided(poll: Poll, ccg_name: str, now: datetime) -> list[str]:
    """A line for each thing that was decided, in mark-up."""
    plan = poll.plan
    then = "" if poll.state is State.SCHEDULED else ", once you have pressed Post it"
    opens = f"by itself on {spoken(plan.opens_at, now)}{then}" if plan.opens_at else "as soon as you press Post it"
    closes = f"on {spoken(plan.closes_at, now)}" if plan.closes_at else "7 days after it opens"
    lines = [
        f"Where: {channels_of(plan.channels)}",
        f"Opens: {opens}",
        f"Closes: {closes}",
        _names_line(plan, ccg_name),
        _SEEN[plan.results],
    ]
    if plan.repeats is not Repeats.NEVER:
        lines.append(f"Repeats: {REPEATS[plan.repeats].lower()}")
    if plan.owners:
        lines.append(f"Owners: you and {_named([f'<@{one}>' for one in plan.owners])}")
    return lines


def _names_line(plan: Plan, ccg_name: str) -> str:
    if plan.is_anonymous:
        return f"Anonymous: nobody can tell who chose what, and nothing shows unless {SMALLEST_GROUP} people take part."
    return f"Named: leads at {escape(ccg_name)} see each practice's answers, and who took part."


def _named(links: Sequence[str]) -> str:
    more = f" and {len(links) - MOST_NAMED} more" if len(links) > MOST_NAMED else ""
    shown = links[:MOST_NAMED]
    if len(shown) > 1 and not more:
        return f"{', '.join(shown[:-1])} and {shown[-1]}"
    return ", ".join(shown) + more


def _became(poll: Poll, said: str, *buttons: Block, look: bool = True) -> Message:
    """A sentence in mark-up under the poll's title."""
    shown = [*buttons, *([button("See how it goes", "poll:open_desk", str(poll.id))] if look else [])]
    title = {"type": "section", "text": plain(escape_short(poll.plan.title, 600))}
    return Message(said, [title, marked(said), *([actions(shown)] if shown else [])])
