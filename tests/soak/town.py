"""The people of a round and what they do next, made up by chance from a seed."""

import json
import random
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.polls import Kind, Plan
from bot.polls import Question as Asked
from bot.standin import StandIn
from bot.storage import Store
from tests import payloads
from tests.forms import filled
from tests.payloads import Body
from tests.process import Process
from tests.small_knowledge import KNOWLEDGE, SOURCES
from tests.soak.ledger import HOME, LEADS, OPTIONS, PLACE, PUBLIC, Act, Ballot, Ledger, Move, Opened, Question, pressed

KNOWN = ("Where do I park?", "When is tea served?", "what time is tea", "where can i leave the car")
WHO = ("feeds", "mends", "counts", "paints", "owns", "hides", "washes", "borrows")
WHAT = ("office cat", "stapler", "second lift", "blue bicycle", "ladder", "carpet", "piano", "umbrella", "garden gate")
ANSWER = "The practice manager does."
VOTERS = 12  # of each poll
FEW_ENTRIES = 12  # that leads add in a round: each has to be learned
QUESTIONS = (
    Asked("Should locality meetings move to mornings?", Kind.ONE, OPTIONS),
    Asked("What matters most?", Kind.SEVERAL, ("Waiting times", "Dementia", "Access"), 2),
)


class Town:
    """One bot with a database of its own, the stand-in that is its Slack, and a ledger."""

    def __init__(self, folder: Path, cache: Path, slack: StandIn, chance: random.Random) -> None:
        knowledge = folder / "knowledge"
        knowledge.mkdir(parents=True)
        (knowledge / "sources.yaml").write_text(SOURCES)
        (knowledge / "topic.yaml").write_text(KNOWLEDGE)
        self.slack, self.chance, self.ledger = slack, chance, Ledger()
        self.bot = Process(folder, cache, slack)
        self.bot.env |= {
            "MANDATE_LEADS": " ".join(LEADS),
            "MANDATE_LEADS_CHANNEL": "CLEADS",
            "MANDATE_KNOWLEDGE": str(knowledge),
        }
        self._numbers = iter(range(1, 1_000_000))

    def rows(self, query: str, *values: object) -> list[Any]:
        """What the database says, which only a running bot's is asked: looking at a dead one's would mend it."""
        with closing(sqlite3.connect(self.bot.db, timeout=10)) as connection:
            return connection.execute(query, values).fetchall()

    def next_acts(self, most: int) -> list[Act]:
        """What was not acknowledged, and new things to do beside it."""
        acts, self.ledger.waiting = self.ledger.waiting, []
        self._learn_of_polls()
        busy = {act.who for act in acts}
        makers = random.Random(self.chance.random()).choices(
            (self._ask, self._vote, self._review, self._open_poll, self._close_poll), (10, 10, 5, 1, 0.6), k=most
        )
        for make in makers[: max(0, most - len(acts))]:
            act = make(busy)
            if act:
                busy.add(act.who)
                acts.append(act)
        return acts

    # Questions

    def _ask(self, busy: set[str]) -> Act:
        person, is_known = f"U{next(self._numbers)}", self.chance.random() < 0.5
        text = self.chance.choice(KNOWN)
        if not is_known:
            text = f"who {self.chance.choice(WHO)} the {self.chance.choice(WHAT)}"
        is_public = self.chance.random() < 0.4
        event = payloads.mention(text, person, PUBLIC) if is_public else payloads.direct_message(text, person)
        body = payloads.envelope(event)
        act = Act(person, lambda: body, is_event=True, is_doubled=self.chance.random() < 0.1)
        self.ledger.questions.append(Question(person, event["channel"], event["ts"], text, is_known, act))
        return act

    # Polls

    def _open_poll(self, busy: set[str]) -> Act | None:
        lead = self._idle(LEADS, busy)
        if lead is None:
            return None
        kind, title = self.chance.choice(("typed", "form", "anonymous")), f"Poll {next(self._numbers)} about meetings?"
        if kind == "typed":
            typed = " ".join(f'"{one}"' for one in (title, *OPTIONS))
            act = Act(
                lead,
                lambda: payloads.command(typed, self.slack.response_url(), lead, PUBLIC, "/mandate-poll"),
                is_once=True,
                is_doubled=self.chance.random() < 0.1,
            )
        else:
            asked = QUESTIONS if kind == "form" else (Asked(title, Kind.ONE, OPTIONS),)
            value = self._draft(lead, Plan(title, asked, (PUBLIC,), is_anonymous=kind == "anonymous"))
            act = Act(
                lead, lambda: pressed("poll:post", value, payloads.in_private(PUBLIC, self.slack.response_url()), lead)
            )
        self.ledger.polls.append(Opened(title, kind, act))
        return act

    def _draft(self, lead: str, plan: Plan) -> str:
        """Keep a plan as the forms do; what the button under its preview says."""
        store = Store(self.bot.db)
        drafted = store.polls.draft(payloads.TEAM, lead, plan, datetime.now(UTC))
        store.close()
        return f"{drafted.id} {drafted.version}"

    def _learn_of_polls(self) -> None:
        """See which polls stand in the channel by now."""
        unknown = [poll for poll in self.ledger.polls if not poll.ts and poll.act.tries]
        stands = {
            message.blocks[0]["text"]["text"]: message
            for message in list(self.slack.messages.values())
            if message.channel == PUBLIC and message.blocks and message.blocks[0]["type"] == "header"
        }
        for poll in unknown:
            if poll.title in stands:
                poll.ts = stands[poll.title].ts
                [(poll.id,)] = self.rows("SELECT id FROM polls WHERE json_extract(plan, '$.title') = ?", poll.title)

    def _vote(self, busy: set[str]) -> Act | None:
        polls = [poll for poll in self.ledger.polls if poll.ts and poll.closing is None]
        over = [poll for poll in self.ledger.polls if poll.closing and poll.closing.is_acknowledged]
        poll = self.chance.choice(over if over and self.chance.random() < 0.05 else polls) if polls else None
        voter = self._idle([f"UV{number}" for number in range(VOTERS)], busy)
        if poll is None or voter is None:
            return None
        choice = self.chance.randrange(len(OPTIONS))
        act = Act(voter, self._ballot(poll, voter, choice), is_doubled=self.chance.random() < 0.1)
        self.ledger.ballots.append(Ballot(voter, poll.title, choice, act, is_late=poll.closing is not None))
        return act

    def _ballot(self, poll: Opened, voter: str, choice: int) -> Callable[[], Body]:
        if poll.kind == "form":
            chosen = {"value": str(choice)}
            values = {
                "question-0": {"answer": {"type": "radio_buttons", "selected_option": chosen}},
                "question-1": {"answer": {"type": "checkboxes", "selected_options": [chosen]}},
            }
            view = {"type": "modal", "callback_id": "poll_ballot", "private_metadata": str(poll.id), "blocks": []}
            return lambda: payloads.submitted("V1", view, values, voter)
        return lambda: pressed(f"poll:pick:{choice}", f"{poll.id} {choice}", self._beside(poll), voter)

    def _beside(self, poll: Opened) -> Body:
        message = {"channel": PUBLIC, "ts": poll.ts, "blocks": []}
        return payloads.in_message(message, self.slack.response_url())

    def _close_poll(self, busy: set[str]) -> Act | None:
        lead = self._idle(LEADS, busy)
        in_hand = {one.poll for one in self.ledger.ballots if not one.act.is_acknowledged}
        voted = {one.poll for one in self.ledger.ballots}
        over = [one for one in self.ledger.polls if one.ts and one.closing is None and one.title in voted - in_hand]
        if lead is None or not over:
            return None
        poll = self.chance.choice(over)
        poll.closing = Act(lead, lambda: pressed("poll:close", str(poll.id), self._beside(poll), lead))
        return poll.closing

    # The review queue

    def _review(self, busy: set[str]) -> Act | None:
        lead = self._idle(LEADS, busy)
        what = self.chance.choices(("dismiss", "link", "assign", "answer", "reopen"), (4, 3, 2, 2, 1))[0]
        wanted = "'dismissed', 'linked'" if what == "reopen" else "'new', 'assigned', 'reopened'"
        touched = {(move.row, move.version) for move in self.ledger.moves}
        rows = [
            row
            for row in self.rows(f"SELECT id, version FROM groups WHERE merged_into IS NULL AND state IN ({wanted})")
            if row not in touched or self.chance.random() < 0.1  # two leads at once
        ]
        if lead is None or not rows:
            return None
        if what == "answer" and sum(move.what == "answer" for move in self.ledger.moves) >= FEW_ENTRIES:
            what = "link"
        row, version = self.chance.choice(rows)
        act = Act(lead, lambda: HOME)
        move = Move(what, row, version, act)
        self.ledger.moves.append(move)
        getattr(self, f"_{what}")(lead, move)
        return act

    def _dismiss(self, lead: str, move: Move) -> None:
        reason = {"type": "radio_buttons", "selected_option": {"value": "not-a-question"}}
        values = {"reason": {"choice": reason}}
        self._submit(move, "queue_dismiss", values, lead)

    def _assign(self, lead: str, move: Move) -> None:
        person = {"type": "users_select", "selected_user": LEADS[0]}
        self._submit(move, "queue_assign", {"assignee": {"person": person}}, lead)

    def _link(self, lead: str, move: Move) -> None:
        """The form without a wording to add, then the window that asks whether that is meant."""
        values = {
            "entry": {"pick_entry": {"type": "external_select", "selected_option": {"value": "parking"}}},
            "phrasing": {"text": {"type": "plain_text_input", "value": None}},
        }
        last = Act(lead, lambda: payloads.submitted("V1", window("link_only", move), {}, lead), then=move.hear)
        move.act.make = lambda: payloads.submitted("V1", window("link_form", move), values, lead)
        move.act.then = lambda said: last
        move.act = last

    def _answer(self, lead: str, move: Move) -> None:
        """The form, filled in as it opened, then its preview."""
        first, last = move.act, Act(lead, lambda: HOME, then=move.hear)
        triggers: list[str] = []

        def press() -> Body:
            body = pressed("queue:answer", f"{move.row} {move.version}", payloads.in_view("VH", HOME), lead)
            triggers.append(body["trigger_id"])
            return body

        def submit_form(said: bytes) -> Act | None:
            view = self._opened_by(triggers[-1])
            if view is None:  # it was killed before it opened, or somebody was quicker
                return None
            move.version = int(view["private_metadata"].split()[1])  # of the row as it is by now
            return Act(lead, lambda: payloads.submitted("V1", view, filled(view, answer=ANSWER), lead), then=publish)

        def publish(said: bytes) -> Act | None:
            pushed = json.loads(said or b"{}").get("view")
            if pushed is None:
                return None
            view = {name: pushed[name] for name in ("type", "callback_id", "private_metadata")} | {"blocks": []}
            last.make = lambda: payloads.submitted("V2", view, {}, lead)
            return last

        first.make, first.then, move.act = press, submit_form, last

    def _opened_by(self, trigger: str) -> Body | None:
        give_up_at = time.monotonic() + 0.5
        while time.monotonic() < give_up_at:
            for call in self.slack.calls_to("views.open"):
                view = dict(call.arguments["view"])
                if call.arguments.get("trigger_id") == trigger:
                    return view if view.get("callback_id") == "answer_form" else None
            time.sleep(0.02)
        return None

    def _reopen(self, lead: str, move: Move) -> None:
        value, home = f"{move.row} {move.version}", payloads.in_view("VH", HOME)
        move.act.make = lambda: pressed("queue:reopen", value, home, lead)

    def _submit(self, move: Move, form: str, values: Body, lead: str) -> None:
        move.act.make = lambda: payloads.submitted("V1", window(form, move), values, lead)
        move.act.then = move.hear

    def _idle(self, people: Any, busy: set[str]) -> str | None:
        free = [one for one in people if one not in busy]
        return self.chance.choice(free) if free else None

    # How Slack is today

    def make_slack_difficult(self) -> None:
        """Slow, deaf, failing or busy for the next messages, on most cycles none of these."""
        troubles: tuple[dict[str, Any], ...] = (
            {"error": None, "delay": 0.4, "times": 4},
            {"drop": True, "times": 2},
            {"error": "internal_error", "status": 503, "times": 2},
            {"error": "ratelimited", "retry_after": 1},
        )
        if self.chance.random() < 0.4:
            self.slack.fail("chat.postMessage", **self.chance.choice(troubles))


def window(form: str, move: Move) -> Body:
    metadata = f"{move.row} {move.version}\n{PLACE}"
    return {"type": "modal", "callback_id": form, "private_metadata": metadata, "blocks": []}
