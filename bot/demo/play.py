"""Plays the quarter: one request after the other through the real bot, which has a stand-in for Slack to talk to."""

import heapq
import random
from collections.abc import Callable
from datetime import datetime, time, timedelta
from functools import partial
from itertools import count
from pathlib import Path

from bot.app import Timers, build_app
from bot.demo.asking import Person, Question, people_of, questions_of, working_days
from bot.demo.hands import Hands, Inline
from bot.demo.leads import LeadsAtWork
from bot.demo.polling import PollsAtWork
from bot.demo.script import Quarter, Said
from bot.library import Library
from bot.listeners.desk import Desk
from bot.schedule import at_london, in_london
from bot.settings import Settings
from bot.standin import StandIn
from bot.standin.workspace import Posted
from bot.storage import Hand, Store
from bot.storage.audit import TERMINAL

SEED = 20121113
SECRET = "made-up"  # of a Slack that is made up, too
ROUNDS = (time(9), time(12), time(15), time(18))  # in London, when the timers have their turn
LEADS_LOOK = (10, 11, 13, 14, 16)  # at one of these hours each day
INTRODUCED = 0.8  # of those who say which practice is theirs: in the first week, the others when they first ask
FOLLOWED_UP, RATED, HELPFUL, PICKED, NONE_OF_THESE, TAKEN_BACK = 0.1, 0.4, 0.86, 0.62, 0.14, 0.02
_REASONS = {"unclear": 4, "not-what-i-asked": 5, "out-of-date": 1, "wrong": 1}

Told = Callable[[int, int], None]  # how much of how much is done


class Clock:
    """The time in the play, in UTC."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def play(quarter: Quarter, db: Path, knowledge: Path, cache: Path | None, tell: Told = lambda done, of: None) -> None:
    """Fill a new database with the quarter; the same each time, but for secrets. The database is marked as invented."""
    store = Store(db)
    try:
        with StandIn() as slack:
            settings = Settings(
                knowledge=knowledge,
                db=db,
                ccg_name=quarter.ccg_name,
                leads=tuple(quarter.leads),
                leads_channel=quarter.channels["leads"],
                slack_api_url=slack.url,
                slack_bot_token="xoxb-made-up",
                slack_signing_secret=SECRET,
            )
            library = Library(knowledge, cache, additions=store.additions)
            _Stage(quarter, settings, library, store, slack).play(tell)
    finally:
        store.close()


class _Stage:
    def __init__(self, quarter: Quarter, settings: Settings, library: Library, store: Store, slack: StandIn) -> None:
        self._quarter, self._store, self._slack = quarter, store, slack
        self._clock = Clock(at_london(quarter.first, time(8)))
        self._chance = random.Random(SEED)
        self._desk = Desk(settings, library, store, self._clock)
        app = build_app(settings, library, store, self._desk, Inline(), raise_error_for_unhandled_request=True)
        self._timers = Timers(self._desk, app.client)
        self._hands = Hands(app, slack, SECRET)
        self._told: set[str] = set()  # who said which practice is theirs
        self._due: list[tuple[datetime, int, Callable[[], object]]] = []
        self._turns = count()

    def play(self, tell: Told) -> None:
        quarter, now = self._quarter, self._clock()
        self._store.house.mark_invented(now)
        hand = Hand(TERMINAL, now)
        self._store.practices.replace_register(quarter.practices, hand)
        self._store.practices.set_localities({one.code: one.locality for one in quarter.practices}, hand)
        self._plan()
        done, of = 0, len(self._due)
        while self._due:
            self._clock.now, _, act = heapq.heappop(self._due)
            act()
            done += 1
            tell(done, max(of, done + len(self._due)))

    def _plan(self) -> None:
        quarter = self._quarter
        people = people_of(quarter, self._chance)
        questions = questions_of(quarter, people, self._chance)
        first_week = list(working_days(quarter))[:5]
        for person in people:
            if person.tells and self._chance.random() < INTRODUCED:
                at = at_london(self._chance.choice(first_week), time(self._chance.randrange(9, 17), 30))
                self._at(at, partial(self._tell_practice, person))
        for question in questions:
            self._at(question.at, partial(self._ask, question))
        for said in quarter.refused:
            self._at(said.at, partial(self._say_too_much, said, self._chance.choice(people)))
        leads = LeadsAtWork(quarter, questions, self._desk, self._hands, self._chance)
        for day in working_days(quarter):
            for clock in ROUNDS:
                self._at(at_london(day, clock), self._timers.tick)
            clock = time(self._chance.choice(LEADS_LOOK), self._chance.randrange(60))
            self._at(at_london(day, clock), partial(leads.see_to_queue, day))
        polls = PollsAtWork(quarter, self._desk, self._hands, self._slack, self._chance, self._at, self._tell_practice)
        polls.plan(people)
        # What was said last is delivered, too.
        for minutes in range(5, 60, 5):
            self._at(at_london(quarter.last, time(20, minutes)), self._timers.tick)

    def _at(self, at: datetime, act: Callable[[], object]) -> None:
        """Do something at a time, unless the quarter is over by then."""
        if in_london(at).date() <= self._quarter.last:
            heapq.heappush(self._due, (at, next(self._turns), act))

    def _tell_practice(self, person: Person) -> None:
        """Choose the practice on the Home tab, once."""
        if person.id in self._told:
            return
        self._told.add(person.id)
        self._hands.press_at_home(person.id, "practice:choose")
        self._hands.submit(person.id, {"practice": person.practice})

    def _ask(self, question: Question) -> None:
        person = question.person
        if person.tells:
            self._tell_practice(person)
        if question.surface == "command":
            self._hands.command(person.id, question.text, self._quarter.channels["everybody"])
            return
        if question.surface == "channel":
            reply = self._hands.mention(person.id, question.text, self._quarter.channels["everybody"])
        else:
            reply = self._hands.tell(person.id, question.text)
        soon = self._clock() + timedelta(seconds=self._chance.randrange(20, 400))
        self._at(soon, partial(self._respond, question, reply))

    def _respond(self, question: Question, reply: Posted) -> None:
        """Do what people do once they have read a reply: rate it, pick a suggestion, ask on, or nothing."""
        person, chance = question.person.id, self._chance.random()
        offered = [one for one in _buttons(reply) if one["action_id"].startswith("pick:")]
        if offered:
            self._choose(question, reply, offered)
        elif _is_answer(reply):
            if chance < RATED:
                self._rate(person, reply)
            elif chance < RATED + FOLLOWED_UP and question.surface == "direct":
                self._hands.tell(person, self._chance.choice(self._quarter.follow_ups))
        elif chance < TAKEN_BACK and any(one["action_id"] == "withdraw" for one in _buttons(reply)):
            self._hands.press(person, "Don't send it", reply)

    def _choose(self, question: Question, reply: Posted, offered: list[dict[str, str]]) -> None:
        chance = self._chance.random()
        fitting = [one for one in offered if one["value"].split()[-1] == question.topic.entry]
        if chance < PICKED and fitting:
            self._hands.press_action(question.person.id, fitting[0]["action_id"], reply)
        elif chance < PICKED + NONE_OF_THESE:
            self._hands.press(question.person.id, "None of these", reply)

    def _rate(self, person: str, reply: Posted) -> None:
        if self._chance.random() < HELPFUL:
            self._hands.press(person, "Helpful", reply)
            return
        self._hands.press(person, "Not helpful", reply)
        [reason] = self._chance.choices(list(_REASONS), list(_REASONS.values()))
        self._hands.submit(person, {"reason": reason, "note": self._chance.choice(self._quarter.notes)})

    def _say_too_much(self, said: Said, person: Person) -> None:
        self._hands.tell(person.id, said.text)


def _buttons(reply: Posted) -> list[dict[str, str]]:
    elements = [element for block in reply.blocks for element in block.get("elements", [])]
    return [element for element in elements if element.get("type") == "button"]


def _is_answer(reply: Posted) -> bool:
    elements = [element for block in reply.blocks for element in block.get("elements", [])]
    return any(element.get("type") == "feedback_buttons" for element in elements)
