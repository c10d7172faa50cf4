"""What people and leads did, and which of it was acknowledged: kept here, apart from anything that the bot knows."""

import json
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests import payloads
from tests.payloads import Body
from tests.process import Process

LEADS = ("ULEAD", "UTWO", "UTHREE", "UFOUR")
PUBLIC = "C1"  # where people mention the bot and polls are posted
OPTIONS = ("Yes", "No", "Don't mind")
HOME: Body = {"type": "home", "blocks": []}
PLACE = '{"showing": "", "channel": null, "ts": null, "groups": [], "more": 0}'  # of a form opened on the Home tab


@dataclass
class Act:
    """One thing that somebody does, until it is acknowledged."""

    who: str
    make: Callable[[], Body]
    is_event: bool = False  # Slack delivers an event again by itself; for all else the person presses again
    is_doubled: bool = False  # Slack delivers it twice although it was acknowledged
    is_once: bool = False  # nobody tries again
    then: Callable[[bytes], "Act | None"] | None = None  # what follows its acknowledgement, from what that said
    tries: int = 0
    is_acknowledged: bool = False

    def deliver(self, bot: Process) -> "Act | None":
        """Try it once, an event twice; what is to be done next where it was acknowledged."""
        for _ in range(2 if self.is_event else 1):
            headers = {"x-slack-retry-num": str(self.tries), "x-slack-retry-reason": "http_error"} if self.tries else {}
            self.tries += 1
            body = self.make()
            status, said = bot.exchange(body, headers=headers if self.is_event else {})
            if status == 200:
                self.is_acknowledged = True
                if self.is_doubled:
                    bot.exchange(body, headers={"x-slack-retry-num": "1"} if self.is_event else {})
                return self.then(said) if self.then else None
            time.sleep(0.01)
        return None


@dataclass
class Question:
    """Asked by somebody who asks nothing else, so that what they are told is about this."""

    person: str
    channel: str
    ts: str
    text: str
    is_known: bool  # to the knowledge
    act: Act

    @property
    def is_public(self) -> bool:
        return self.channel == PUBLIC


@dataclass
class Ballot:
    """What somebody chose in a poll, in the order in which they tried."""

    person: str
    poll: str  # its title
    choice: int
    act: Act
    is_late: bool  # the poll was closed before


@dataclass
class Move:
    """What a lead did with a row of the queue as they saw it, or with a poll."""

    what: str  # a move of bot.review
    row: int
    version: int
    act: Act
    is_made: bool = False  # as the lead was told

    def hear(self, said: bytes) -> None:
        """What the lead is answered: nothing or a word of thanks; of a move made before, that it was they who did."""
        text = json.loads(said)["view"]["blocks"][0]["text"]["text"] if said else ""
        self.is_made |= text.startswith(("Published", "Linked", "You ")) or not said


@dataclass
class Opened:
    """A poll that a lead typed, or posted from its preview."""

    title: str
    kind: str  # typed, form, anonymous
    act: Act
    id: int = 0  # once it is known
    ts: str = ""  # likewise, of its message
    closing: Act | None = None


@dataclass
class Ledger:
    """All of a round. Only the thread that makes the acts writes to it; acts are marked by those who deliver them."""

    questions: list[Question] = field(default_factory=list)
    ballots: list[Ballot] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    polls: list[Opened] = field(default_factory=list)
    waiting: list[Act] = field(default_factory=list)  # tried and not acknowledged, or not tried yet

    def acts(self) -> list[Act]:
        return [one.act for each in (self.questions, self.ballots, self.moves, self.polls) for one in each] + [
            poll.closing for poll in self.polls if poll.closing
        ]


def deliver_all(bot: Process, acts: list[Act], lanes: int, chance: random.Random) -> Callable[[], list[Act]]:
    """Start to deliver acts from several threads; a function that waits for them and has what was not acknowledged."""
    by_lane: list[list[Act]] = [[] for _ in range(lanes)]
    lane_of: dict[str, int] = {}
    for act in acts:
        by_lane[lane_of.setdefault(act.who, chance.randrange(lanes))].append(act)
    left: list[Act] = []
    lock = threading.Lock()

    def work(lane: list[Act]) -> None:
        for act in lane:
            tried, following = act, act.deliver(bot)
            while following:
                tried, following = following, following.deliver(bot)
            if not tried.is_acknowledged and not tried.is_once:
                with lock:
                    left.append(tried)

    threads = [threading.Thread(target=work, args=(lane,)) for lane in by_lane if lane]
    for thread in threads:
        thread.start()

    def wait() -> list[Act]:
        for thread in threads:
            thread.join()
        return sorted(left, key=lambda act: act.who)

    return wait


def pressed(action: str, value: str, place: Body, who: str) -> Body:
    return payloads.press({"type": "button", "action_id": action}, value, place, who)
