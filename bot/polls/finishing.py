"""From a plan to the form that makes it, and from a form to the plan that it makes once nothing is wrong."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.polls.filling import Filled
from bot.polls.planning import MOST_TITLE, problems
from bot.polls.poll import Kind, Plan, Question, Repeats
from bot.schedule import moment, spoken

UNCLEAR_TIME = "I don't understand that time. Type it like: in 3 days, or Friday 17:00, or 30 November 2026 at 17:00."
TITLE_NEEDED = f"The question is too long to be the title as well. Type a title of up to {MOST_TITLE} characters."


def filled_with(plan: Plan, now: datetime) -> Filled:
    """The form that makes this plan. What is the only question is not its title as well."""
    is_same = len(plan.questions) == 1 and plan.title == plan.questions[0].text
    opens, closes = (spoken(time, now) if time else "" for time in (plan.opens_at, plan.closes_at))
    questions = plan.questions or (Question(""),)
    return Filled(replace(plan, title="" if is_same else plan.title, questions=questions), opens, closes)


def copied(plan: Plan) -> Plan:
    """The same poll once more: when, and whether it repeats, is decided anew."""
    return replace(plan, opens_at=None, closes_at=None, repeats=Repeats.NEVER)


def finished(filled: Filled, now: datetime) -> Plan | Mapping[str, str]:
    """The plan that a form makes, or what is wrong with it: a sentence for each field, as `problems` names them."""
    typed = {"opens_at": filled.opens.strip(), "closes_at": filled.closes.strip()}
    times = {name: moment(time, now) if time else None for name, time in typed.items()}
    unclear = {name: UNCLEAR_TIME for name, time in typed.items() if time and times[name] is None}
    questions = tuple(tidy(question) for question in filled.plan.questions)
    title = filled.plan.title.strip() or (questions[0].text if len(questions) == 1 else "")
    plan = replace(
        filled.plan, title=title, questions=questions, opens_at=times["opens_at"], closes_at=times["closes_at"]
    )
    wrong = {**problems(plan, now), **unclear}
    if len(title) > MOST_TITLE and not filled.plan.title.strip():
        wrong["title"] = TITLE_NEEDED
    return wrong or plan


def tidy(question: Question) -> Question:
    """Only what its kind of question has: the form keeps the rest for a lead who changes the kind twice."""
    has_options = question.kind in (Kind.ONE, Kind.SEVERAL)
    options = question.options if has_options else ()
    most = min(question.most, len(options)) if question.kind is Kind.SEVERAL and question.most > 1 else len(options)
    return Question(
        question.text.strip(),
        question.kind,
        options,
        max(1, most) if question.kind is Kind.SEVERAL else 1,
        question.ends if question.kind is Kind.RATING else ("", ""),
    )
