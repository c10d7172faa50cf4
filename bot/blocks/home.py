"""The Home tab: ask, browse, and see your own questions."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from bot.asking import AskedBefore
from bot.blocks.kit import Block, actions, button, context, divider, header, plain, section, shorten, typed
from bot.blocks.modals import PARTS
from bot.blocks.practices import practice_row
from bot.blocks.queue import Shown, queue_blocks
from bot.blocks.undelivered import undelivered_blocks
from bot.blocks.wording import day
from bot.knowledge import Knowledge
from bot.letters import Undelivered
from bot.practices import Practice
from bot.retention import days_of

KEPT = timedelta(days=days_of("questions"))
STATES = {
    "open": "waiting for {ccg}",
    "answered": "answered by {ccg}",
    "dismissed": "closed by {ccg}",
}


def home_view(
    knowledge: Knowledge,
    asked: Sequence[AskedBefore],
    ccg_name: str,
    *,
    queue: Shown | None = None,
    undelivered: Sequence[Undelivered] = (),
    waiting: Sequence[Block] = (),
    polls: Sequence[Block] = (),
    overview: Sequence[Block] = (),
    practice: Practice | None = None,
    has_register: bool = False,
) -> Block:
    """The whole tab, at most Slack's 100 blocks. `queue` and all that goes with it is for leads only.

    `practice` is the one that the person chose; without a register nobody is asked for theirs.
    """
    blocks: list[Block] = [
        header("Mandate Bot"),
        section(
            "I explain the NHS mandate and what it means for practices and CCGs. "
            f"Each answer shows its source. Questions I can't answer I pass to {ccg_name}."
        ),
    ]
    if queue is not None:
        blocks += [*waiting, *polls, *queue_blocks(queue), *undelivered_blocks(undelivered), *overview]
    blocks += [*_ask_box(), divider(), header("The mandate by its nine parts"), *_parts()]
    if has_register:
        blocks.append(practice_row(practice))
    staff = [button("People and practices", "staff:open")] if has_register and queue is not None else []
    blocks += [
        actions([button("Glossary", "glossary"), button("What I keep about you", "about_me"), *staff]),
        divider(),
        header("My questions"),
        *_my_questions(asked, knowledge, ccg_name),
        context(["Never type anything about a patient here. I give information, not clinical advice."]),
    ]
    view: Block = {"type": "home", "blocks": blocks}
    return view | ({"private_metadata": str(queue.showing)} if queue else {})


def _ask_box() -> list[Block]:
    box: Block = {
        "type": "input",
        "block_id": "ask",
        "dispatch_action": True,
        "label": plain("Ask a question"),
        "element": {
            "type": "plain_text_input",
            "action_id": "ask_box",
            "max_length": 3000,
            "placeholder": plain("When does the Friends and Family Test start?", 150),
            "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]},
        },
    }
    return [box, actions([button("Ask", "ask_button", style="primary")])]


def _parts() -> list[Block]:
    return [
        section(f"Part {number}: {title}", accessory=button("See answers", f"part:{number}", str(number)))
        for number, title in PARTS.items()
    ]


def _my_questions(asked: Iterable[AskedBefore], knowledge: Knowledge, ccg_name: str) -> list[Block]:
    lines = [_my_question(one, knowledge, ccg_name) for one in asked]
    return [typed(line) for line in lines] or [
        section("Nothing yet. Your questions and what became of them show here.")
    ]


def _my_question(one: AskedBefore, knowledge: Knowledge, ccg_name: str) -> str:
    found = knowledge.find(one.entry) if one.entry else None
    if one.status:
        state = STATES[one.status].format(ccg=ccg_name)
    elif found:
        state = f"answered: {found.question}"
    elif one.outcome == "suggestions":
        state = "I offered suggestions"
    else:
        state = "answered"
    held = "until it is dealt with" if one.status == "open" else f"until {day(one.asked_at + KEPT)}"
    return f"{shorten(one.question, 300)}\n{day(one.asked_at)}, {state}, kept {held}"
