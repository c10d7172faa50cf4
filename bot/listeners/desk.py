"""The front desk: takes a question in, has it answered, and hands the answer over exactly once."""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from bot import blocks
from bot.answering import answer
from bot.asking import Asking, Recorded
from bot.blocks import Message, notices
from bot.blocks.refusals import refused
from bot.errors import StorageError
from bot.guard import Kind, Refusal
from bot.library import Library
from bot.listeners.leads import Leads
from bot.listeners.post import Postman
from bot.listeners.refusals import NOBODY_THERE, NOT_AS_BUILT, Patience, code_of, is_in_doubt, is_posted, wait_after
from bot.queueing import Queue
from bot.settings import Settings
from bot.storage import MOST_ATTEMPTS, Delivery, Held, Settled, Store, Transaction

logger = logging.getLogger(__name__)
RESPONSE_URL_LASTS = timedelta(minutes=29)  # Slack says 30


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Request:
    """A question from Slack and where its answer goes."""

    surface: str  # direct, channel, command, shortcut, home
    text: str
    user: str
    asked_at: str  # ISO 8601
    channel: str | None = None
    thread_ts: str | None = None
    response_url: str | None = None
    trigger_id: str | None = None
    only_files: bool = False
    has_files: bool = False
    refused: Sequence[Kind] = ()  # what was seen in a text that is not kept; then there is no text here

    @property
    def place(self) -> str | None:
        """The conversation that it belongs to."""
        return place_of(self.surface, self.user, self.channel, self.thread_ts)


def place_of(surface: str, user: str, channel: str | None, thread_ts: str | None) -> str | None:
    """A direct message or a channel's thread is a conversation; other questions stand alone."""
    if surface == "direct":
        return f"direct:{channel}:{user}"
    return f"thread:{channel}:{thread_ts}" if surface == "channel" else None


class Desk:
    """What the listeners share. `clock` tells the time, in UTC; once `stopping` is set nothing long is begun.

    `hand_on` is there where a process of its own answers messages: it is told that there is one more.
    """

    def __init__(
        self,
        settings: Settings,
        library: Library,
        store: Store,
        clock: Callable[[], datetime] = utc_now,
        hand_on: Callable[[], None] | None = None,
    ) -> None:
        self.settings = settings
        self.library = library
        self.store = store
        self.clock = clock
        self.hand_on = hand_on
        self.leads = Leads(settings.leads)
        self.stopping = threading.Event()
        self.postman = Postman(store, clock, self.stopping)
        self.queue = Queue(store, library)
        # Python runs one thread at a time: more answers in the making only keep acknowledgements waiting.
        self._composing = threading.Lock()

    def keep(self, workspace: str, key: str, request: Request, message_ts: str | None = None) -> int | None:
        """Write a question down before Slack is told that it came; None when it came before."""
        delivery = Delivery(workspace, key, vars(request), self.clock(), request.channel, message_ts)
        return self.store.inbox.accept(delivery, for_others=self._is_for_others(request))

    def _is_for_others(self, request: Request) -> bool:
        """Whether another process answers it. What goes into a window or to a command is answered at once, here."""
        return self.hand_on is not None and request.surface in ("direct", "channel")

    def answer(self, client: WebClient, workspace: str, inbox_id: int, request: Request) -> None:
        """Answer a question that was written down a moment ago, or have the process do it that is there for that."""
        if self.hand_on and self._is_for_others(request):
            self.hand_on()
        else:
            self.handle(client, workspace, inbox_id, request)

    def handle(self, client: WebClient, workspace: str, inbox_id: int, request: Request) -> None:
        """Answer a question that was written down, and hand the answer over.

        What Slack does not take now is tried again. An unexpected error ends it: the person is told to ask again.
        """
        try:
            with self._composing:
                message = self._compose(workspace, inbox_id, request)
        except Settled:
            return
        except StorageError:
            self.store.inbox.release(inbox_id, self.clock())
            raise
        except Exception:  # a bug would only meet itself again, so it is not retried; the boundary tells the person
            self.store.inbox.done(inbox_id)
            raise
        self._hand_over(client, inbox_id, request, message)
        if request.surface == "direct":
            self.store.outbox.know_direct_channel(workspace, request.user, request.channel, self.clock())

    def _compose(self, workspace: str, inbox_id: int, request: Request) -> Message:
        """Store what came of the question together with the message that will say so."""
        understanding = self.library.current
        composed: list[Message] = []
        asking = Asking(
            text=request.text,
            asker=request.user,
            surface=request.surface,
            workspace=workspace,
            asked_at=datetime.fromisoformat(request.asked_at),
            channel=request.channel,
            thread_ts=request.thread_ts,
            place=request.place,
        )

        def write_reply(db: Transaction, recorded: Sequence[Recorded]) -> None:
            kept = any(part.question_id is not None for part in recorded)
            if request.refused:
                self.store.refusals.note_in(db, workspace, request.surface, request.refused, self.clock())
            message = (
                _say_refused(request)
                if request.refused
                else blocks.note(notices.CANNOT_READ)
                if request.only_files
                else blocks.reply(
                    recorded,
                    understanding.knowledge.entries,
                    self.settings.ccg_name,
                    surface=request.surface,
                    first_time=kept and self.store.house.mark_in(db, workspace, f"told:{request.user}", self.clock()),
                    shareable=request.surface == "command",
                    has_files=request.has_files,
                    today=self.clock().date(),
                )
            )
            composed.append(message)
            self.store.inbox.ready(db, inbox_id, message.arguments())

        if request.only_files or request.refused:
            self.store.questions.record(asking, (), write_reply)
        else:
            answer(asking, understanding, self.store, write_reply)
        return composed[0]

    def _hand_over(self, client: WebClient, inbox_id: int, request: Request, message: Message) -> None:
        try:
            self._send(client, inbox_id, request, message)
        except SlackApiError as error:
            code = code_of(error)
            plainer = _plainer(message) if code in NOT_AS_BUILT else None
            if plainer:
                logger.error("Slack refused how an answer is built (%s); it goes in a plainer form.", code)
                self._hand_over(client, inbox_id, request, plainer)
                return
            if code in NOBODY_THERE and request.surface == "channel":
                logger.warning("A channel takes no answer any more (%s); it goes to whoever asked.", code)
                directly = replace(request, surface="direct", channel=None, thread_ts=None)
                self._hand_over(client, inbox_id, directly, blocks.moved(message, request.text))
                return
            if code not in NOBODY_THERE | NOT_AS_BUILT:
                logger.warning("An answer will be sent again: %s", code)
                give_back = self.store.inbox.release if is_in_doubt(error) else self.store.inbox.not_sent
                give_back(inbox_id, self.clock(), wait_after(error))
                return
            logger.error("Slack would not take an answer: %s", code)
        except (OSError, HTTPException) as error:
            # It may or may not have arrived: `recover` looks before it sends again.
            logger.warning("An answer may not have arrived: %s", type(error).__name__)
            self.store.inbox.release(inbox_id, self.clock())
            return
        self.store.inbox.done(inbox_id)

    def _send(self, client: WebClient, inbox_id: int, request: Request, message: Message) -> None:
        fresh_url = request.response_url if request.surface == "command" and self._is_fresh(request) else None
        if fresh_url and say_privately(fresh_url, message):
            return
        if request.surface in ("shortcut", "home") and request.trigger_id and self._is_new(request):
            try:
                client.views_open(trigger_id=request.trigger_id, view=blocks.answer_view(message))
                return
            except SlackApiError as error:
                logger.warning("A window did not open, so the answer goes as a message: %s", code_of(error))
        if request.surface == "channel" and request.refused:
            client.chat_postEphemeral(
                channel=request.channel or "", user=request.user, thread_ts=request.thread_ts, **message.arguments()
            )
            return
        posted = request.channel if request.surface in ("direct", "channel") else request.user
        client.chat_postMessage(
            channel=posted or request.user,
            thread_ts=request.thread_ts if request.surface in ("direct", "channel") else None,
            unfurl_links=False,
            metadata={"event_type": "mandate_answer", "event_payload": {"inbox": inbox_id}},
            text=message.text,
            blocks=message.blocks or None,
        )

    def _is_fresh(self, request: Request) -> bool:
        return self.clock() - datetime.fromisoformat(request.asked_at) < RESPONSE_URL_LASTS

    def _is_new(self, request: Request) -> bool:
        """Whether a trigger id still opens a window; Slack gives it three seconds."""
        return self.clock() - datetime.fromisoformat(request.asked_at) < timedelta(seconds=3)

    def recover(self, client: WebClient) -> int:
        """Answer what a process left unfinished when it died, or Slack did not take; how many there were."""
        tried = 0
        while not self.stopping.is_set() and (held := self.store.inbox.abandoned(self.clock())):
            tried += 1
            try:
                self._recover_one(client, held, Request(**held.request))
            except (SlackApiError, OSError, HTTPException) as error:
                logger.warning("An unfinished answer will be tried again: %s", type(error).__name__)
                wait = wait_after(error) if isinstance(error, SlackApiError) else timedelta()
                self.store.inbox.release(held.id, self.clock(), wait)
            except Exception:  # one bad row must not keep the rows behind it from being answered
                logger.exception("An unfinished question cannot be answered, and is given up.")
                self.store.inbox.done(held.id)
        return tried

    def _recover_one(self, client: WebClient, held: Held, request: Request) -> None:
        if held.attempts >= MOST_ATTEMPTS:
            logger.error("An answer could not be sent in %d attempts, and is given up.", held.attempts)
            self.store.inbox.done(held.id)
        elif held.reply is None and not held.may_have_arrived:
            self.handle(client, held.workspace, held.id, request)
        elif held.reply and (not held.may_have_arrived or (request.refused and request.surface == "channel")):
            self._send_again(client, held, request)
        elif request.surface != "direct" or not request.channel:
            # Nothing lets the bot look there; a second answer would be worse than this sentence.
            self._ask_to_look(client, request)
            self.store.inbox.done(held.id)
        elif self._has_arrived(client, held, request):
            self.store.inbox.done(held.id)
        elif held.reply is None:  # from a backup: it may have been answered since
            self.handle(client, held.workspace, held.id, request)
        else:
            self._send_again(client, held, request)

    def _ask_to_look(self, client: WebClient, request: Request) -> None:
        note = blocks.note(notices.INTERRUPTED).arguments()
        if request.surface == "channel":
            try:
                client.chat_postEphemeral(
                    channel=request.channel or "", user=request.user, thread_ts=request.thread_ts, **note
                )
                return
            except SlackApiError as error:
                if code_of(error) not in NOBODY_THERE:
                    raise
        client.chat_postMessage(channel=request.user, **note)

    def _send_again(self, client: WebClient, held: Held, request: Request) -> None:
        assert held.reply is not None
        self.store.inbox.sending(held.id)
        self._hand_over(client, held.id, request, Message(**held.reply))

    def _has_arrived(self, client: WebClient, held: Held, request: Request) -> bool:
        """Look for the answer among the latest direct messages, by the id it carries."""
        return is_posted(client, request.channel or "", request.thread_ts, {"inbox": held.id})


def _plainer(message: Message) -> Message | None:
    """What to send where Slack does not like how a message is built; None where there is nothing plainer."""
    if message.blocks:
        return Message(message.text)
    return Message(notices.TOO_LONG) if message.text != notices.TOO_LONG else None


def _say_refused(request: Request) -> Message:
    """What the person is told, privately; where others see what was typed, they are asked to delete it."""
    refusal = Refusal(tuple(Kind(kind) for kind in request.refused))
    return refused(refusal, in_channel=request.surface == "channel", of_another=request.surface == "shortcut")


def say_privately(response_url: str, message: Message, **how: Any) -> bool:
    """Answer through a response URL; False when Slack no longer takes it."""
    hook = WebhookClient(response_url, retry_handlers=[Patience(max_retry_count=2)])
    body = {"response_type": "ephemeral", **message.arguments(), **how}
    return hook.send_dict(body).status_code == 200
