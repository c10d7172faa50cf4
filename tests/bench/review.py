"""How quick the review queue is when it is long: drawing a lead's Home tab, and placing one more question.

python -m tests.bench.review [--questions N]
"""

import argparse
import itertools
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from rapidfuzz import fuzz, process
from slack_sdk import WebClient

from bot.asking import Asking
from bot.blocks.queue import PAGE, Showing
from bot.conversation import Part
from bot.keeping import cache_folder
from bot.library import Library
from bot.listeners.desk import Desk
from bot.listeners.home import Tab
from bot.listeners.leads import Leads
from bot.matching import NoAnswer
from bot.settings import Settings, shipped_knowledge
from bot.standin import StandIn
from bot.storage import Store

WORKSPACE, LEAD = "T1", "ULEAD"
ONE_MORE = 50  # questions placed, and tabs drawn, to measure
BEGINNINGS = (
    "who pays for", "how do we order", "where can I read about", "when was the last review of", "who sold",
    "is anybody allowed to borrow", "why did they stop", "which form is for", "can a locum use", "how often do we oil",
    "who decides about", "what happens if we lose", "how long do we keep", "are trainees insured for", "who repairs",
    "is there training on", "what is the limit for", "may the manager change", "who invented", "how heavy is",
)  # fmt: skip
THINGS = """
accordion anchor apron aquarium armchair badge bagpipes balcony ballot bamboo bandage banjo barn basket bathtub
beehive bell bench bicycle blanket blender bonfire bookcase bottle bracelet brick bridge broom bucket bulldozer
cabbage cactus calendar camera candle canoe caravan carpet carrot castle catapult chandelier cheese chess chimney
choir cinema clarinet cliff clock coal coconut coffin compass concert cottage cradle crane cricket crocodile crown
curtain cushion cymbal daffodil dentist desert diamond dictionary dinghy dolphin donkey dragon drawer drum duvet
eclipse elephant elevator envelope escalator factory falcon farm feather fence ferry fiddle fireplace flag flute
football forest fountain fridge furnace garage garlic gazebo giraffe glacier goat goggles guitar hammer hammock
harbour harp hedgehog helicopter helmet honey horse hotel hovercraft iceberg igloo island ivory jacket jellyfish
jigsaw judge jungle kangaroo kayak kettle kite ladder lagoon lamp lantern lawnmower lemon library lighthouse
lobster locket magnet mandolin map marble market medal mirror monkey moon mosaic motorway mountain museum mushroom
mustard necklace newspaper oak oboe octopus olive onion opera orchard ostrich oven owl paddle palace parachute
parrot passport peacock penguin piano picnic pigeon pillow pirate planet plough pony prison puppet pyramid quilt
quarry rabbit radiator railway rainbow raven recipe reservoir restaurant ribbon robot rocket rope rug saddle sailor
sandwich satellite saxophone scarecrow scissors scooter sculpture seagull shark shed skeleton sledge snail sofa
spade spider stable stadium statue submarine suitcase sundial swan sword tambourine tapestry telescope tent theatre
thermometer tiger toaster tortoise tractor trombone trumpet tunnel turnip umbrella unicorn valley vase vineyard
violin volcano waistcoat walrus wardrobe waterfall whale wheelbarrow whistle windmill xylophone yacht yogurt zebra
zeppelin
"""


PLACES = ("behind", "without", "instead of", "before", "near", "against", "under", "made for", "that broke", "beyond")


def main() -> None:
    """Print a figure a line, all on one core."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=10_000)
    count = parser.parse_args().questions
    if sys.platform == "linux":
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    made = list(itertools.islice(questions(), count + ONE_MORE))
    waiting, more = made[:count], made[count:]
    with tempfile.TemporaryDirectory() as folder, StandIn() as slack:
        desk = desk_on(Path(folder) / "bot.db", slack)
        queue_up(desk, waiting)
        started = time.perf_counter()
        desk.queue.group_waiting()
        rows = desk.store.review.count_open(WORKSPACE)
        print(f"{len(set(waiting)):,} distinct questions in {rows:,} rows, one core")
        print(f"read and grouped from nothing       {time.perf_counter() - started:8.1f} s")
        open_home = home_opener(desk, slack)
        open_home(0)
        show("Home tab, built and published     ", [took(partial(open_home, n)) for n in range(ONE_MORE)])
        show("one more question, placed and kept", [place(desk, text) for text in more])
        show("peer: rapidfuzz token_sort_ratio  ", [peer(text, waiting) for text in more], "(compares only)")
        desk.store.close()


def questions() -> Iterator[str]:
    """Questions that have little to do with each other, in an order that does not change."""
    chance, things = random.Random(2012), THINGS.split()
    made: set[str] = set()
    while True:
        first, second = chance.sample(things, 2)
        question = f"{chance.choice(BEGINNINGS)} the {first} {chance.choice(PLACES)} the {second}"
        if question not in made:
            made.add(question)
            yield question


def desk_on(path: Path, slack: StandIn) -> Desk:
    settings = Settings(knowledge=shipped_knowledge(), db=path, leads=(LEAD,), slack_api_url=slack.url)
    store = Store(path)
    return Desk(settings, Library(settings.knowledge, cache_folder(), additions=store.additions), store)


def queue_up(desk: Desk, texts: list[str]) -> None:
    """Have the questions asked by 300 people over a hundred days."""
    first = datetime.now(UTC) - timedelta(days=100)
    for number, text in enumerate(texts):
        ask(desk, text, f"U{number % 300}", first + timedelta(days=100) * number / len(texts))


def ask(desk: Desk, text: str, asker: str, at: datetime) -> None:
    part = Part(text, NoAnswer())
    desk.store.questions.record(Asking(text, asker, "direct", WORKSPACE, at, channel=f"D{asker}"), [part])


def home_opener(desk: Desk, slack: StandIn) -> Callable[[int], None]:
    """Draws one page of the queue after another."""
    tab, client = Tab(desk, Leads((LEAD,))), WebClient("xoxb-bench", base_url=slack.url)

    def open_home(number: int) -> None:
        tab.publish(WORKSPACE, LEAD, client, Showing(first=number * PAGE))

    return open_home


@dataclass(frozen=True)
class Took:
    """Seconds by the clock, and by the processor, which other programs do not lengthen."""

    clock: float
    processor: float


def took(do: Callable[[], object]) -> Took:
    clock, processor = time.perf_counter(), time.process_time()
    do()
    return Took(time.perf_counter() - clock, time.process_time() - processor)


def place(desk: Desk, text: str) -> Took:
    """To bring a question that has just been asked into a row."""
    ask(desk, text, "U1", datetime.now(UTC))
    return took(desk.queue.group_waiting)


def peer(text: str, waiting: list[str]) -> Took:
    return took(lambda: process.extract(text, waiting, scorer=fuzz.token_sort_ratio, limit=5))


def show(what: str, times: list[Took], remark: str = "") -> None:
    clock = [1000 * one.clock for one in times]
    processor = statistics.median(1000 * one.processor for one in times)
    middle, most = statistics.median(clock), statistics.quantiles(clock, n=20)[-1]
    print(f"{what} {middle:7.1f} ms, 95th percentile {most:7.1f}, processor {processor:6.1f} {remark}".rstrip())


if __name__ == "__main__":
    main()
