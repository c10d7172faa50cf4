"""`mandate-bot chat`: talk to the bot in the terminal, without Slack or tokens."""

import sys
import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime

from rich.console import Console

from bot.asking import Recorded
from bot.blocks.refusals import say_refusal
from bot.blocks.wording import KEPT_HERE, say
from bot.commands.objects import as_object, plain_text
from bot.commands.session import Session, lines_of, print_object, print_text
from bot.conversation import Part
from bot.guard import Refusal
from bot.matching import Answer, Match, NoAnswer, Suggestions
from bot.settings import LOCAL_WORKSPACE, Settings

WELCOME = (
    "Ask about the NHS mandate or your CCG's responsibilities, in your own words. "
    "Don't type anything about a patient. Leave with Ctrl-D."
)
PICK = "Type its number, 0 for none of these, or ask in other words."
NONE_OF_THESE = {"0", "none", "none of these"}


def run(settings: Settings, *, as_json: bool) -> int:
    """Talk until the input ends: as JSON, as plain lines, or in colour where there is a terminal."""
    with Session(settings, surface="terminal", place=f"terminal:{uuid.uuid4()}") as session:
        session.library.watch()
        conversation = Conversation(session)
        if as_json:
            for line in lines_of(sys.stdin.buffer):
                print_object(as_object(line, conversation.reply(line), settings.ccg_name))
        elif sys.stdin.isatty() and sys.stdout.isatty():
            _talk(conversation, Console(highlight=False), settings.ccg_name)
        else:
            for line in lines_of(sys.stdin.buffer):
                recorded = conversation.reply(line)
                hint = [PICK] if conversation.offered else []
                print_text(["\n\n".join([plain_text(recorded, settings.ccg_name), *hint]), ""])
    return 0


class Conversation:
    """One person at one keyboard; a bare number picks from the suggestions made last."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._pending: Recorded | None = None

    @property
    def offered(self) -> tuple[Match, ...]:
        outcome = self._pending.part.outcome if self._pending else None
        return outcome.matches if isinstance(outcome, Suggestions) else ()

    def reply(self, line: str) -> tuple[Recorded, ...] | Refusal:
        typed = line.strip().rstrip(".)").casefold()
        if self._pending and self.offered:
            if typed in NONE_OF_THESE:
                return (self._none_of_these(self._pending),)
            if typed.isdecimal():
                picked = int(typed[:3]) - 1
                if picked < len(self.offered):
                    return (self._pick(self._pending, self.offered[picked]),)
                # A number that was not offered is a slip, not a question: they are offered again.
                return self._session.refuse(line) or (self._pending,)
        recorded = self._session.ask(line)
        if isinstance(recorded, Refusal):
            return recorded
        self._pending = next((part for part in recorded if isinstance(part.part.outcome, Suggestions)), None)
        return recorded

    def _pick(self, pending: Recorded, match: Match) -> Recorded:
        self._pending = None
        assert pending.question_id is not None
        self._session.store.questions.pick(
            LOCAL_WORKSPACE,
            pending.question_id,
            match.entry.id,
            match.entry.part,
            self._session.place,
            datetime.now(UTC),
        )
        return Recorded(Part(pending.part.question, Answer(match.entry), (match,)), pending.question_id)

    def _none_of_these(self, pending: Recorded) -> Recorded:
        self._pending = None
        assert pending.question_id is not None
        self._session.store.questions.queue(LOCAL_WORKSPACE, pending.question_id, "none_of_these", datetime.now(UTC))
        return Recorded(Part(pending.part.question, NoAnswer()), pending.question_id, queued=True)


def _talk(conversation: Conversation, console: Console, ccg_name: str) -> None:
    console.print("Mandate Bot", style="bold")
    console.print(WELCOME, markup=False)
    while True:
        try:
            line = console.input("\n[bold cyan]You:[/] ")
        except (EOFError, KeyboardInterrupt):
            console.print()
            return
        if line.strip():
            _show(conversation.reply(line), console, ccg_name)
            if conversation.offered:
                console.print(f"\n{PICK}", style="dim", markup=False)


def _show(recorded: Sequence[Recorded] | Refusal, console: Console, ccg_name: str) -> None:
    if isinstance(recorded, Refusal):
        console.print("\n" + "\n\n".join(say_refusal(recorded)), markup=False)
        return
    for part in recorded:
        said = say(part, ccg_name, KEPT_HERE, date.today())
        console.print()
        if len(recorded) > 1:
            console.print(part.part.question, style="bold", markup=False)
        console.print("\n\n".join(said.told), markup=False)
        if said.small_print:
            console.print()
            console.print("\n".join(said.small_print), style="dim", markup=False)
