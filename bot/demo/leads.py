"""What leads do with the review queue: some days after a question came they answer, link or dismiss it."""

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from bot.blocks import link_form
from bot.demo.asking import Question
from bot.demo.hands import Hands
from bot.demo.script import Quarter, Topic
from bot.listeners.answers import Seen
from bot.listeners.desk import Desk
from bot.listeners.rows import Place
from bot.review import Group, State
from bot.schedule import in_london
from bot.standin.payloads import TEAM
from bot.standin.workspace import Posted
from bot.text import comparable

ASSIGNED = 0.12  # of rows, each day that they wait
LEFT, LEFT_UNHELPFUL = 0.1, 0.5  # of what an entry answers, or did not well enough: nobody gets round to it
UNHELPFUL = "cannot-be-answered"
AFTER = (0, 1, 1, 1, 2, 3)  # working days until what an entry answers is linked to it
SPREAD = (0, 0, 0, 0, 1, 2)  # working days more than a topic says
STRAY = Topic("", 0, (), date.min, date.max, after=1, reason="not-a-question")


class LeadsAtWork:
    """Sees to the queue once a day. Which lead does it, and how late, is left to chance."""

    def __init__(
        self, quarter: Quarter, asked: Iterable[Question], desk: Desk, hands: Hands, chance: random.Random
    ) -> None:
        self._quarter, self._desk, self._hands, self._chance = quarter, desk, hands, chance
        self._topics = {comparable(one.text): one.topic for one in asked}
        self._waits: dict[int, int | None] = {}  # working days by row; None where it is left

    def see_to_queue(self, day: date) -> None:
        """Deal with every row whose time has come by `day`."""
        for group in self._desk.store.review.groups(TEAM):
            if not group.is_open or not group.text:
                continue
            topic, lead = self._topic_of(group), self._chance.choice(self._quarter.leads)
            wait = self._waits.setdefault(group.id, self._wait(topic))
            if wait is None:
                continue
            waited = _working_days(in_london(group.first_asked_at).date(), day)
            if waited >= wait:
                self._deal_with(group, topic, group.assignee or lead)
            elif group.state is State.NEW and self._chance.random() < ASSIGNED:
                self._assign(group, lead)

    def _topic_of(self, group: Group) -> Topic:
        for _, wording in self._desk.store.review.wordings(group.id):
            words = comparable(wording)  # without its greeting, or a clause of what was typed
            found = next((topic for known, topic in self._topics.items() if words in known), None)
            if found and found.entry in group.unhelpful:
                return replace(found, reason=UNHELPFUL)
            if found:
                return found
        return STRAY

    def _wait(self, topic: Topic) -> int | None:
        if topic.entry:
            left = LEFT_UNHELPFUL if topic.reason == UNHELPFUL else LEFT
            return None if self._chance.random() < left else self._chance.choice(AFTER)
        return None if topic.after is None else topic.after + self._chance.choice(SPREAD)

    def _deal_with(self, group: Group, topic: Topic, lead: str) -> None:
        if topic.reason:
            self._press(lead, "queue:dismiss", group)
            self._hands.submit(lead, {"reason": topic.reason})
        elif entry := topic.entry or self._answered(topic):
            self._link(group, entry, lead)
        elif topic.answer:
            self._press(lead, "queue:answer", group)
            part = {"part": topic.part} if topic.part else {}
            self._hands.submit(lead, {"question": topic.question, "answer": topic.answer, **part})
            self._hands.submit(lead)  # the preview

    def _link(self, group: Group, entry: str, lead: str) -> None:
        # Opening this window has the bot get ready to check a wording against all it knows, and none is added here.
        seen = str(Seen(group.id, group.version, self._place(group)))
        self._hands.show(link_form(group, self._desk.library.current.knowledge.entries[entry], "", seen))
        self._hands.submit(lead)
        self._hands.submit(lead)  # the window that asks whether that is meant

    def _press(self, lead: str, action_id: str, group: Group) -> None:
        """Press where the row stands in the leads' channel, as it was first told of, or else on the Home tab."""
        row = f"{group.id} {group.version}"
        if message := self._told_of(group, action_id):
            self._hands.press_action(lead, action_id, message, row)
        else:
            self._hands.press_at_home(lead, action_id, row)

    def _told_of(self, group: Group, action_id: str = "queue:link") -> Posted | None:
        return self._hands.showing(self._quarter.channels["leads"], action_id, f"{group.id} {group.version}")

    def _place(self, group: Group) -> Place:
        message = self._told_of(group)
        return Place.of({"message": vars(message), "channel": {"id": message.channel}}) if message else Place()

    def _answered(self, topic: Topic) -> str | None:
        """The answer that a lead wrote to other wordings of this before, by its id."""
        entries = self._desk.library.current.knowledge.entries.values()
        return next((entry.id for entry in entries if entry.question == topic.question), None)

    def _assign(self, group: Group, lead: str) -> None:
        self._press(lead, "queue:assign", group)
        self._hands.submit(lead, {"assignee": lead})


def _working_days(first: date, last: date) -> int:
    """How many working days lie after `first`, up to and with `last`."""
    days = (first + timedelta(days=number) for number in range(1, (last - first).days + 1))
    return sum(day.weekday() < 5 for day in days)
