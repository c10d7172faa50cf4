"""A cycle is a burst of requests, kill -9 at a random moment, and a restart; a round is many on one database."""

import random
import time
from collections.abc import Callable
from pathlib import Path

from bot.standin import StandIn
from tests.soak.ledger import deliver_all
from tests.soak.town import Town
from tests.soak.verdict import Judge, Verdict

ACTS = 30  # a cycle
LANES = 8  # threads that deliver
SETTLED_WITHIN = 120.0  # seconds after the last restart
_LEFT = """
    SELECT (SELECT count(*) FROM inbox WHERE state != 'done')
    + (SELECT count(*) FROM outbox WHERE state IN ('waiting', 'sending'))
    + (SELECT count(*) FROM unanswered WHERE group_id IS NULL)
    + (SELECT count(*) FROM additions a WHERE state = 'live' AND kind = 'entry' AND group_id IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM marks WHERE name = 'backfilled:' || a.id))
"""


def run(folder: Path, cycles: int, a_round: int, seed: int, say: Callable[[str], None]) -> Verdict:
    """So many cycles, in rounds of at most `a_round`; `say` is told of each round."""
    total = Verdict()
    for number, first in enumerate(range(0, cycles, a_round), start=1):
        many, started = min(a_round, cycles - first), time.monotonic()
        with StandIn() as slack:
            town = Town(folder / f"round-{number}", folder / "cache", slack, random.Random(f"{seed}/{number}"))
            verdict = _round(town, many)
        total.add(verdict)
        say(
            f"round {number}: {many} cycles, {verdict.acknowledged.total()} things kept, {len(verdict.problems)} "
            f"problems, {(time.monotonic() - started) / many:.2f} s a cycle"
        )
        for problem in verdict.problems:
            say(f"  {problem}")
    return total


def _round(town: Town, cycles: int) -> Verdict:
    with town.bot:
        for _ in range(cycles):
            _cycle(town)
            if town.chance.random() < 0.1:  # once more while it starts and takes up what was left
                town.bot.begin()
                time.sleep(town.chance.uniform(0.2, 1.5))
                town.bot.kill()
            town.bot.start()
        is_settled = _settle(town)
        town.bot.stop()
    verdict = Judge(town).judge()
    if not is_settled:
        verdict.wrong.append(f"things were still unfinished {SETTLED_WITHIN:.0f} s after the last restart")
    return verdict


def _cycle(town: Town) -> None:
    """Most are killed in the burst, some once the timers have run as well: they look every 2 seconds."""
    town.slack.forget()
    town.make_slack_difficult()
    acts = town.next_acts(ACTS)
    wait = deliver_all(town.bot, acts, LANES, town.chance)
    is_short = town.chance.random() < 0.7
    time.sleep(town.chance.uniform(0, 0.8) if is_short else town.chance.uniform(1.5, 3.0))
    town.bot.kill()
    town.ledger.waiting = wait()


def _settle(town: Town) -> bool:
    """Let everybody try once more what was not acknowledged, and wait until all is done."""
    give_up_at = time.monotonic() + SETTLED_WITHIN
    while town.ledger.waiting and time.monotonic() < give_up_at:
        acts, town.ledger.waiting = town.ledger.waiting, []
        town.ledger.waiting = deliver_all(town.bot, acts, LANES, town.chance)()
    while time.monotonic() < give_up_at:
        if town.rows(_LEFT) == [(0,)]:
            return not town.ledger.waiting
        time.sleep(0.2)
    return False
