"""Every way into the bot, from the app itself, and a workspace in which each of them has something to work on."""

import inspect
import json
import re
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.additions import Addition, Kind, Standing
from bot.letters import Letter
from bot.listeners.polls.moves import close_poll
from bot.polls import Answer, Outcome
from bot.practices import Practice
from tests import ballots, forms, payloads, poll_forms
from tests.harness import elements_of
from tests.payloads import Body
from tests.poll_window import HOME
from tests.small_knowledge import ASKED, KNOWLEDGE, NEW, NOTE, SmallWorkspace, corrected

TEAM = payloads.TEAM
LEAD, SECOND, MEMBER = "ULEAD", "UTWO", "UMEMBER"
CAT = "who feeds the office cat"
CAT_ENTRY = {
    "record": {
        "id": "cat", "question": "Who feeds the cat?", "also": [], "answer": "The caretaker does.", "sources": ["act"],
        "edition": "context", "checked": "2012-11-22", "owner": "finance lead", "review_by": "2099-01-01",
    },
    "source": None,
}  # fmt: skip
SECRETS = (CAT, "Moonlight plan", "Heard by moonlight", "Nightingale Surgery", MEMBER)  # what only leads get to see


@dataclass(frozen=True)
class Way:
    """One way in: what kind of request, and the id that it goes by."""

    kind: str  # action, view_submission, options, command, shortcut
    name: str


def ways(workspace: SmallWorkspace) -> list[Way]:
    """All that the app listens for but events, ids spelt out where a pattern stands for several."""
    found: list[Way] = []
    for listener in workspace.app._listeners:
        for matcher in listener.matchers:
            func = matcher.func  # type: ignore[attr-defined]  # of Bolt's own matchers
            held = inspect.getclosurevars(func).nonlocals
            kind = func.__qualname__.partition(".")[0]
            if kind == "event":
                continue
            [pattern] = held.values()
            found += [Way(kind, name) for name in _spelt_out(pattern)]
    return found


def _spelt_out(pattern: object) -> list[str]:
    if not isinstance(pattern, re.Pattern):
        return [str(pattern)]
    known = {r"\d+": ["1"], "[1-9]": ["1"], "(?::(?:un)?helpful)?": ["", ":helpful", ":unhelpful"]}
    text = pattern.pattern.removeprefix("^").removesuffix("$")
    for piece, words in known.items():
        if piece in text:
            return [text.replace(piece, word) for word in words]
    if choice := re.fullmatch(r"(.*)\(\?:([\w|]+)\)(.*)", text):
        return [choice[1] + word + choice[3] for word in choice[2].split("|")]
    raise AssertionError(f"say how to spell {pattern.pattern} out")


@dataclass
class Scene:
    """What leads were shown: the values of buttons by action id, and windows by callback id."""

    workspace: SmallWorkspace
    values: dict[str, set[str]] = field(default_factory=dict)
    views: dict[str, Body] = field(default_factory=dict)
    messages: list[Body] = field(default_factory=list)

    def gather(self) -> None:
        """Take up whatever was sent to Slack so far."""
        for call in self.workspace.slack.calls:
            view, blocks = call.arguments.get("view"), call.arguments.get("blocks") or []
            if view:
                self.saw(view)
            for block in blocks if isinstance(blocks, list) else []:
                self._saw_elements([block])
        for posted in self.workspace.slack.posted.values():
            self.messages += [message for message in posted if message.get("blocks") and message not in self.messages]

    def saw(self, view: Mapping[str, Any]) -> None:
        self.views[str(view.get("callback_id") or view["type"])] = dict(view)
        self._saw_elements(view["blocks"])

    def _saw_elements(self, blocks: list[Body]) -> None:
        for element in elements_of(blocks):
            for one in [element, *(element.get("options") or []), *_halves(element)]:
                if element.get("action_id") and one.get("value"):
                    self.values.setdefault(str(element["action_id"]), set()).add(str(one["value"]))

    def press(self, action: str, value: str = "", view: Mapping[str, Any] = HOME, user: str = LEAD) -> None:
        """Press a button in a window, as a lead."""
        self.workspace.send(payloads.press({"type": "button", "action_id": action}, value, place(view), user))
        self.gather()

    def submit(self, callback: str, user: str = LEAD, **typed: str) -> Body:
        """Send a window that a lead has open; what it is answered with."""
        answered = forms.submit(self.workspace, self.views[callback], user, **typed)
        if "view" in answered:
            self.saw(answered["view"])
        self.gather()
        return answered


def _halves(element: Body) -> list[Body]:
    return [element[side] for side in ("positive_button", "negative_button") if side in element]


def place(view: Mapping[str, Any], values: Body | None = None) -> Body:
    shown = {"previous_view_id": "VUNDER", "root_view_id": "VUNDER", **view}
    return payloads.in_view("VANY", shown, values)


def busy_day(workspace: SmallWorkspace) -> Scene:
    """A workspace where two leads decide, in the middle of everything that leads and practices do."""
    store, now, desk = workspace.store, workspace.clock(), workspace.desk
    scene = Scene(workspace)
    store.practices.replace_register([Practice("A81001", "Nightingale Surgery"), Practice("A81002", "Elm Surgery")])
    store.practices.choose(TEAM, MEMBER, "A81001", now)
    workspace.dm(ASKED, user=MEMBER)
    for text in (CAT, "how much does a locum cost a day"):
        workspace.dm(text, user=MEMBER)
    workspace.edit(corrected(KNOWLEDGE))  # leads are asked whether to tell people
    scene.gather()
    _polls(scene)
    _answers(scene)
    unsent = Letter("answer:9:UMEMBER", "recall", "C1", {"text": "An answer", "blocks": []}, person=MEMBER)
    store.outbox.write(TEAM, [unsent], now)
    workspace.slack.fail("chat.postMessage", error="is_archived")
    desk.postman.deliver(workspace.app.client)
    workspace.open_home(LEAD)
    scene.press("staff:open")
    scene.press("staff:correct", f"{MEMBER} A81001", scene.views["staff"])
    _by_hand(scene)
    return scene


def _by_hand(scene: Scene) -> None:
    """What buttons would say that stand nowhere just now."""
    row, polls = " ".join(map(str, _row(scene.workspace))), scene.workspace.store.polls.listed(TEAM)
    ids = {str(poll.id) for poll in polls}
    refused = {str(one.posting_id) for poll in polls for one in scene.workspace.store.poll_refusals.of(poll.id)}
    said = {
        "queue:reopen": {row},
        "queue:state": {"answered", "all"},
        "poll:from_group": {row.split()[0]},
        "poll:retry": refused,
        "poll:remind": ids,
        "poll:post": {f"{poll.id} {poll.version}" for poll in polls},
        **{f"poll:{move}": ids for move in ("change", "discard", "delete", "close", "export", "copy")},
        **{f"poll:{move}_question": {"1 0", "1"} for move in ("change", "raise", "remove")},
        **{f"{page}": {"0", "1"} for page in ("poll:desk_more", "poll:desk_back", "staff:more", "staff:back")},
        **{f"poll:page:{way}": {"0", "1"} for way in ("newer", "older")},
        "staff:practice": {"A81001"},
    }
    for name, values in said.items():
        scene.values.setdefault(name, values)


def _polls(scene: Scene) -> None:
    workspace = scene.workspace
    store = workspace.store
    open_one = ballots.opened(workspace, title="Moonlight plan")
    closed = ballots.opened(workspace, *ballots.LONG, title="Moonlight plan")
    store.votes.cast(TEAM, closed.id, MEMBER, tuple(Answer() for _ in ballots.LONG), workspace.clock())
    store.votes.cast(TEAM, open_one.id, MEMBER, (Answer((0,)),), workspace.clock())
    now_closed = close_poll(workspace.desk, closed, LEAD)
    outcome = Outcome("Heard by moonlight", "We will act.", LEAD, workspace.clock())
    store.polls.keep_outcome(TEAM, now_closed.id, outcome, lambda *_: [], workspace.clock())
    scene.gather()
    form = poll_forms.new_poll(workspace, LEAD)
    form.add("Moonlight plan?", options="Yes\nNo")
    form.type(**poll_forms.LUNCH).submit()
    scene.gather()
    for poll in (open_one, now_closed):
        for action in ("open_desk", "outcome", "reopen", "offer"):
            scene.press(f"poll:{action}", str(poll.id))
    workspace.slack.fail("chat.postMessage", error="not_in_channel")
    ballots.opened(workspace, title="Moonlight plan", channels=("C7",))
    workspace.timers.tick()
    scene.gather()


def _answers(scene: Scene) -> None:
    workspace = scene.workspace
    store, now = workspace.store, workspace.clock()
    workspace.open_home(LEAD)
    scene.gather()
    for group in store.review.groups(TEAM):
        for action in ("assign", "dismiss", "sort", "clarify", "link", "answer"):
            scene.press(f"queue:{action}", f"{group.id} {group.version}")
    scene.submit("clarify_ask", question="Which cat?")
    for phrasing in ("", "when is the cat fed"):
        scene.press("queue:link", " ".join(map(str, _row(workspace))))
        scene.submit("link_form", entry="tea", phrasing=phrasing)
    until(lambda: any("link_add" in json.dumps(call.arguments) for call in workspace.slack.calls_to("views.update")))
    scene.gather()  # the proof is made in the background
    scene.press("queue:answer", " ".join(map(str, _row(workspace))))
    scene.submit("answer_form", answer="The caretaker does.")
    scene.submit("publish_answer")
    put_right = {"answer": NEW, "note": NOTE}
    proposed = Addition(Kind.CORRECTION, "tea", put_right, LEAD, standing=Standing.PROPOSED)
    correction = store.additions.add(TEAM, proposed, now)
    live = store.additions.add(TEAM, Addition(Kind.ENTRY, "cat", CAT_ENTRY, LEAD), now)
    scene.values["backfill:tell"] = {str(live.id)}
    for word in ("approve", "refuse"):
        scene.values[f"correction:{word}"] = {str(correction.id)}
    workspace.clock.forward(days=7)
    workspace.tick()
    scene.gather()
    for value in [*scene.values.get("proposal:send_back", ())]:
        scene.press("proposal:send_back", value, user=SECOND)
    for value in [*scene.values.get("review:change", ())]:
        message = scene.messages[-1]
        workspace.send(
            payloads.press(
                {"type": "button", "action_id": "review:change"},
                value,
                payloads.in_message(message, workspace.slack.response_url()),
                LEAD,
            )
        )
    scene.gather()


def until(is_so: Callable[[], object], seconds: float = 20) -> None:
    give_up_at = time.monotonic() + seconds
    while not is_so() and time.monotonic() < give_up_at:
        time.sleep(0.02)


def _row(workspace: SmallWorkspace) -> tuple[int, int]:
    group = workspace.store.review.groups(TEAM)[0]
    return group.id, group.version


def requests(scene: Scene, way: Way, user: str, team: str = TEAM) -> Iterator[Body]:
    """Everything that somebody could send this way with what leads were shown."""
    made: Iterator[Body]
    if way.kind == "view_submission":
        made = _submissions(scene, way.name, user)
    elif way.kind == "options":
        made = _suggestions(scene, way.name, user)
    elif way.kind == "action":
        made = _presses(scene, way.name, user)
    else:
        made = _commands(scene, way, user)
    for body in made:
        yield {
            **body,
            "team": {"id": team, "domain": "x"},
            "team_id": team,
            "user": {"id": user, "team_id": team},
        }


def _presses(scene: Scene, name: str, user: str) -> Iterator[Body]:
    values = sorted(scene.values.get(name, ())) or ["1", f"{MEMBER} A81001"]
    shown = [view for view in scene.views.values() if _shows(view, name)]
    # Where nothing shows it just now, it may stand in any window of leads.
    windows = shown or [HOME, *(scene.views[one] for one in ("poll_form", "poll_question", "poll_desk", "staff"))]
    messages = [message for message in scene.messages if _shows(message, name)]
    where = [place(view, forms.filled(view)) for view in windows]
    where += [payloads.in_message(message, scene.workspace.slack.response_url()) for message in messages[-2:]]
    for value in values[:4]:
        for one in where:
            body = payloads.press({"type": "button", "action_id": name}, value, one, user)
            body["actions"][0] |= {"selected_option": {"value": value}, "selected_user": user}
            yield body


def _shows(holder: Mapping[str, Any], name: str) -> bool:
    return any(element.get("action_id") == name for element in elements_of(holder["blocks"]))


def _commands(scene: Scene, way: Way, user: str) -> Iterator[Body]:
    url = scene.workspace.slack.response_url()
    if way.kind == "shortcut":
        yield payloads.shortcut({"type": "message", "user": MEMBER, "text": CAT, "ts": payloads.ts()}, url, user)
        return
    for typed in ("", '"Late?" "Yes" "No"', '"Late?'):
        yield payloads.command(typed, url, user, name=way.name)


def _submissions(scene: Scene, name: str, user: str) -> Iterator[Body]:
    if name not in scene.views:
        return
    view = scene.views[name]
    yield payloads.submitted("VANY", {"previous_view_id": "VUNDER", **view}, forms.filled(view), user)


def _suggestions(scene: Scene, name: str, user: str) -> Iterator[Body]:
    shown = [view for view in scene.views.values() if name in json.dumps(view["blocks"])]
    for view in shown or scene.views.values():
        for typed in ("", "a"):
            yield {
                "type": "block_suggestion",
                "action_id": name,
                "block_id": "b",
                "value": typed,
                "view": {**view, "id": "VANY"},
            }


def contents(workspace: SmallWorkspace) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of both databases by table, but for what only says that a request came."""
    held: dict[str, list[tuple[Any, ...]]] = {}
    for path in (workspace.settings.db, workspace.store.ballot_boxes.path):
        if not path.exists():
            continue
        with sqlite3.connect(path) as db:
            names = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            held |= {
                name: db.execute(f"SELECT * FROM {name}").fetchall()
                for name in names
                if name not in ("arrivals", "sqlite_sequence")
            }
        db.close()
    return held


def said(workspace: SmallWorkspace, before: int, responses: list[str]) -> str:
    """Everything that was sent to Slack since, and that requests were answered with."""
    return json.dumps([call.arguments for call in workspace.slack.calls[before:]]) + "".join(responses)
