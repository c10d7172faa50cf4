"""Polls of the quarter: leads make them, people vote over some days, and leads say what came of them."""

import random
from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

from bot.demo.asking import Person, working_days
from bot.demo.hands import Hands
from bot.demo.script import PollPlan, Quarter
from bot.listeners.desk import Desk
from bot.polls import Kind, Poll, Question, Voice
from bot.schedule import at_london, in_london
from bot.standin import StandIn
from bot.standin.payloads import TEAM
from bot.standin.workspace import Posted, direct_channel

VOTE_ON_TIME = 0.7  # of what is left of a vote's days, where most come early

At = Callable[[datetime, Callable[[], object]], None]


class PollsAtWork:
    def __init__(
        self,
        quarter: Quarter,
        desk: Desk,
        hands: Hands,
        slack: StandIn,
        chance: random.Random,
        at: At,
        tell_practice: Callable[[Person], None],
    ) -> None:
        self._quarter, self._desk, self._hands, self._slack = quarter, desk, hands, slack
        self._chance, self._at, self._tell_practice = chance, at, tell_practice

    def plan(self, people: Sequence[Person]) -> None:
        for plan in self._quarter.polls:
            self._at(plan.opens_at, partial(self._open, plan, people))

    def _open(self, plan: PollPlan, people: Sequence[Person]) -> None:
        """Make a poll as leads do, from the Home tab to the press on "Post it"; people vote from then on."""
        lead, hands = plan.lead, self._hands
        hands.press_at_home(lead, "poll:new")
        begun = {"template": plan.template} if plan.template else {}
        hands.submit(lead, begun)
        if plan.kind != "one":
            hands.pick(lead, "kind", plan.kind)
        hands.submit(lead, {**plan.typed, "channels": [plan.channel]})
        hands.press(lead, "Post it", hands.latest(direct_channel(lead)))
        poll = self._desk.store.polls.listed(TEAM)[0]
        [(channel, ts)] = self._desk.store.poll_messages.of(poll.id)
        message = self._slack.messages[channel, ts]
        for person, at in zip(self._voters(plan, poll, people), self._times(plan, poll), strict=True):
            self._at(at, partial(self._vote, plan, poll, message, person))
        if plan.outcome:
            self._at(plan.outcome.at, partial(self._say_outcome, plan, poll))

    def _voters(self, plan: PollPlan, poll: Poll, people: Sequence[Person]) -> list[Person]:
        """Those who ask much are likelier to vote; where practices vote, one of each."""
        drawn = sorted(people, key=lambda one: self._chance.random() ** (1 / (0.5 + one.asks)), reverse=True)
        if poll.plan.voice is Voice.PRACTICE:
            drawn = list({one.practice: one for one in reversed(drawn)}.values())
        return drawn[: plan.voters]

    def _times(self, plan: PollPlan, poll: Poll) -> list[datetime]:
        """When each of them votes, by day: most soon after it was posted."""
        ends = poll.plan.closes_at or poll.made_at
        first = in_london(plan.opens_at).date()
        days = [day for day in working_days(self._quarter) if first <= day <= in_london(ends).date()]
        weights = [VOTE_ON_TIME**number for number in range(len(days))]
        times = []
        for day in self._chance.choices(days, weights, k=plan.voters):
            begins = max(plan.opens_at + timedelta(minutes=5), at_london(day, time(8, 30)))
            lasts = min(ends, at_london(day, time(18))) - begins
            times.append(begins + lasts * self._chance.random() * 0.98)
        return times

    def _vote(self, plan: PollPlan, poll: Poll, message: Posted, person: Person) -> None:
        if poll.plan.voice is Voice.PRACTICE:
            self._tell_practice(person)
        questions = poll.plan.questions
        if poll.plan.is_quick:
            [picked] = self._picked(questions[0], plan.chances[0])
            self._hands.press_action(person.id, f"poll:pick:{picked}", message)
            return
        self._hands.press(person.id, "Vote", message)
        answers = [self._answer(one, chances) for one, chances in zip(questions, plan.chances, strict=True)]
        self._hands.submit(person.id, {f"question-{number}": answer for number, answer in enumerate(answers)})

    def _answer(self, question: Question, chances: Sequence[Any]) -> Any:
        if question.kind is Kind.TEXT:
            return self._chance.choice(chances)
        picked = self._picked(question, chances)
        return picked if question.kind is Kind.SEVERAL else picked[0]

    def _picked(self, question: Question, chances: Sequence[int]) -> list[int]:
        most = question.most if question.kind is Kind.SEVERAL else 1
        choices = list(range(len(question.choices)))
        return sorted(set(self._chance.choices(choices, chances, k=most)))

    def _say_outcome(self, plan: PollPlan, poll: Poll) -> None:
        assert plan.outcome
        self._hands.press_at_home(plan.lead, "poll:outcome", str(poll.id))
        self._hands.submit(plan.lead, {"heard": plan.outcome.heard, "will_do": plan.outcome.will_do})
