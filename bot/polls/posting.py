"""Whether a previewed poll may be posted, and whether that is now or later."""

from dataclasses import replace
from datetime import datetime

from bot.polls.planning import close_of, problems
from bot.polls.poll import Plan, PollError
from bot.schedule import spoken

CHANGED_SINCE = "You have changed this poll since, so nothing was posted. The newest preview is further down."


def ready_to_post(plan: Plan, now: datetime) -> bool:
    """Whether it opens now; False where it opens later. Raises `PollError` where it can't be posted any more."""
    is_now = plan.opens_at is None or plan.opens_at <= now
    if (closes_at := close_of(plan, now)) <= now:
        raise PollError(
            f"This poll was to close on {spoken(closes_at, now)}, which has passed, so nothing was posted. "
            "Press Change it and type a later time."
        )
    if wrong := problems(replace(plan, opens_at=None) if is_now else plan, now):
        raise PollError(f"Nothing was posted. {next(iter(wrong.values()))} Press Change it to do so.")
    return is_now
