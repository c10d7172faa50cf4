"""The form in which leads make a poll, and the small window before it."""

from collections.abc import Mapping, Sequence

from bot.blocks.answer_form import option
from bot.blocks.kit import Block, actions, button, context, divider, escape_short, modal, plain, section, shorten, typed
from bot.blocks.polls.question_form import KINDS, field, menu, question_fields, text_box
from bot.polls import SMALLEST_GROUP, Kind, Poll, Question, Repeats, Results, State, Voice
from bot.polls.filling import Filled, fingerprint
from bot.polls.planning import MOST_QUESTIONS
from bot.polls.templates import Template

MOST_EARLIER = 100  # that a menu takes
MOST_LISTED = 600  # characters of a question in the list
RESULTS: Mapping[Results, str] = {
    Results.AFTER_CLOSE: "Once the poll is closed",
    Results.AFTER_VOTING: "To those who have voted",
    Results.LIVE: "On the message, as votes come in",
    Results.LEADS: "Leads only",
}
VOICES: Mapping[Voice, str] = {
    Voice.PERSON: "One vote for each person",
    Voice.PRACTICE: "One vote for each practice",
}
REPEATS: Mapping[Repeats, str] = {
    Repeats.NEVER: "Once only",
    Repeats.WEEKLY: "Every week",
    Repeats.MONTHLY: "Every month",
}
TIMES = "Such as: in 3 days, Friday 17:00, or 30 November at 9am."


def start_form(templates: Sequence[Template], earlier: Sequence[Poll]) -> Block:
    """Asks what to begin with: a template, an earlier poll, or nothing."""
    blocks: list[Block] = [section("Begin with a template or an earlier poll, or leave both empty. You can change it.")]
    if templates:
        made = {
            "type": "static_select",
            "action_id": "choice",
            "placeholder": plain("No template"),
            "options": [option(one.name, one.id) for one in templates],
        }
        blocks.append(field("template", "Template", made))
        blocks.append(typed("\n".join(f"• {one.name}: {one.purpose}" for one in templates)))
    if earlier:
        offered = [option(_label(poll), str(poll.id)) for poll in earlier[:MOST_EARLIER]]
        made = {
            "type": "static_select",
            "action_id": "choice",
            "placeholder": plain("No earlier poll"),
            "options": offered,
        }
        blocks.append(field("earlier", "Earlier poll", made, hint="Its questions and settings, but for its times."))
    return modal("New poll", blocks, callback_id="poll_start", submit="Next")


def poll_form(poll: Poll, filled: Filled, ccg_name: str, *, has_register: bool, stamp: int = 0) -> Block:
    """The form as it stands; `stamp` as `question_fields` has it. `has_register`: whether practices can vote."""
    plan = filled.plan
    title = text_box(plan.title)
    blocks: list[Block] = [
        field(
            "title", "Title", title, hint="With only one question you can leave it empty: the question is the title."
        ),
        *question_fields(1, plan.questions[0], stamp),
    ]
    for number, question in enumerate(plan.questions[1:], start=2):
        blocks += _further(number, question, fingerprint(plan))
    if len(plan.questions) < MOST_QUESTIONS:
        blocks.append(actions([button("Add a question", "poll:add_question", str(poll.id))], block_id="add-question"))
    blocks += [divider(), *_where_and_when(filled, is_planned=poll.state is State.SCHEDULED), _names(filled, ccg_name)]
    results = {one.value: name for one, name in RESULTS.items()}
    blocks.append(
        field("results", "Who sees the results, and when?", menu(results, plan.results.value), hint=_RESULTS_HINT)
    )
    if has_register:
        voices = {one.value: name for one, name in VOICES.items()}
        hint = "For each practice, the first vote counts, and colleagues may change it."
        blocks.append(field("voice", "Who has a vote?", menu(voices, plan.voice.value), hint=hint))
    repeats = {one.value: name for one, name in REPEATS.items()}
    people: Block = {"type": "multi_users_select", "action_id": "people", "placeholder": plain("Nobody else", 150)}
    people |= {"initial_users": list(plan.owners)} if plan.owners else {}
    blocks += [
        field("repeats", "How often?", menu(repeats, plan.repeats.value)),
        field("owners", "Other owners", people, hint="CCG leads who may reopen or delete it and say what came of it."),
        context(["Next, I send you a preview. Nothing is posted before you press Post it there."]),
    ]
    return modal("Poll", blocks, callback_id="poll_form", submit="Preview", private_metadata=str(poll.id))


_RESULTS_HINT = (
    "Leads see the counts of an open poll with names at any time. An anonymous poll shows none while it is open."
)


def _label(poll: Poll) -> str:
    is_draft = "Not finished: " if poll.state is State.DRAFT else ""
    title = poll.plan.title.strip() or poll.plan.questions[0].text.strip() or f"Poll {poll.id}"
    return escape_short(is_draft + title, 75)


def _further(number: int, question: Question, seen: str) -> list[Block]:
    """One of the other questions, with what can be done to it; `seen` tells when the list has changed since."""
    said = [f"{number}. {shorten(' '.join(question.text.split()), MOST_LISTED)}", KINDS[question.kind]]
    if question.kind in (Kind.ONE, Kind.SEVERAL):
        said.append(shorten(" · ".join(question.options), 1_000))
    buttons = [
        button("Change", "poll:change_question", f"{number} {seen}"),
        button("Move up", "poll:raise_question", f"{number} {seen}"),
        button("Remove", "poll:remove_question", f"{number} {seen}"),
    ]
    return [typed("\n".join(filter(None, said))), actions(buttons, block_id=f"further-{number}")]


def _where_and_when(filled: Filled, *, is_planned: bool) -> list[Block]:
    channels: Block = {
        "type": "multi_conversations_select",
        "action_id": "channels",
        "placeholder": plain("Pick channels", 150),
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
    }
    if filled.plan.channels:
        channels["initial_conversations"] = list(filled.plan.channels)
    opens = TIMES if is_planned else f"Empty: as soon as you post it. {TIMES}"
    return [
        field("channels", "Channels to post it in", channels, hint="I have to be a member of each.", is_needed=True),
        field("opens_at", "Opens at", text_box(filled.opens), hint=opens),
        field("closes_at", "Closes at", text_box(filled.closes), hint=f"Empty: 7 days after it opens. {TIMES}"),
    ]


def _names(filled: Filled, ccg_name: str) -> Block:
    named = option("Named", "named") | {
        "description": plain("Leads see each practice's answers, and who took part.", 75)
    }
    anonymous = option("Anonymous", "anonymous") | {
        "description": plain("Nobody can tell who chose what. A vote can't be changed.", 75)
    }
    hint = (
        f"Named: leads at {ccg_name} see results by practice; votes can be changed and the poll reopened. "
        "Anonymous: I keep votes apart from names, so that nobody can tell who chose what. Each person has one vote, "
        f"it can't be changed, and nothing shows unless {SMALLEST_GROUP} people take part."
    )
    element = {
        "type": "radio_buttons",
        "action_id": "choice",
        "options": [named, anonymous],
        "initial_option": anonymous if filled.plan.is_anonymous else named,
    }
    return field("names", "Named or anonymous?", element, hint=hint)
