"""Texts that break things, and every surface of the bot that takes one."""

from collections.abc import Callable, Mapping

from tests import ballots, forms, payloads, poll_forms
from tests.harness import Workspace
from tests.payloads import Body

PINGS = ("<!channel>", "<!here>", "<!everyone>", "<!subteam^S0PING>", "<@U0PING>", "<@W0PING|all>")
TEXTS: Mapping[str, str] = {
    "long": "who feeds the cat and who feeds the dog " * 1_000,
    "one long word": "a" * 40_000,
    "emoji": "\U0001f408" * 5_000,
    "joined emoji": "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 1_000,
    "NUL": "who feeds\0 the cat\0",
    "control characters": "who \x1b[31m feeds \x07\x08 the \x7f cat",
    "right to left": "who feeds \u202eeht tac\u202c \u2066\u2067the\u2069 cat",
    "half a character": "who feeds \ud83d the \udc08 cat \udfff",
    "marks on marks": "c\u0301" + "\u0300\u0489" * 3_000 + "at",
    "no characters": "\U000e0001\ufffe\uffff\u200b\u00ad\ufeff",
    "format": "%s%s%n%d {0} {user.__class__} {{}} ${7*7} #{1} \\x00 \\",
    "SQL": "'; DROP TABLE questions; -- \" OR 1=1 /* \x00",
    "YAML": "- id: x\n  answer: *a\n&a [*a, !!python/object/apply:os.system ['true']]\n--- |\n",
    "pings": "who feeds " + " ".join(PINGS) + " @channel @here the cat",
    "escaped pings": "&lt;!channel&gt; &amp;lt;!here&amp;gt; &#60;@U0PING&#62; &lt;@U0PING&gt; the cat",
    "broken entities": "&lt &amp;&amp &#x; &#xD800; &#99999999; &bogus; <<<>>> <|> <@|> <!date^1^{date}|x the cat",
    "mark-up": "*bold* _it_ ~no~ `code` ```\nfence <https://example.org|http://bank.example> \n> quote the cat",
    "line ends": "who\r\nfeeds\u2028the\u2029cat\x0b\x0c\x85" + "\n" * 3_000,
    "formula": "=HYPERLINK(\"http://evil.example\",\"x\")+cmd|' /C calc'!A0",
    "quotes": "“"  * 2_000 + "\"'" * 2_000,
    "spaces": " \u00a0\u3000" * 4_000,
    "brackets": "(" * 8_000 + "[" * 8_000,
    "digits": "1" * 20_000,
}  # fmt: skip
LEADS = {"leads": ("ULEAD", "UOTHER"), "leads_channel": "CLEADS"}
CAT = "who feeds the office cat"


def direct_message(slack: Workspace, text: str) -> Body:
    return payloads.envelope(payloads.direct_message(text))


def mention(slack: Workspace, text: str) -> Body:
    return payloads.envelope(payloads.mention(text))


def command(slack: Workspace, text: str) -> Body:
    # A form cannot carry half a character; Slack would send what its own decoder made of it.
    sent = text.encode("utf-8", "replace").decode("utf-8")
    return payloads.command(sent, slack.slack.response_url())


def shortcut(slack: Workspace, text: str) -> Body:
    message = {"type": "message", "user": "U9", "text": text, "ts": payloads.ts()}
    return payloads.shortcut(message, slack.slack.response_url())


def home_box(slack: Workspace, text: str) -> Body:
    values = {"ask": {"ask_box": {"type": "plain_text_input", "value": text}}}
    home = {"type": "home", "blocks": []}
    return payloads.press({"type": "button", "action_id": "ask_button"}, "", payloads.in_view("VH", home, values))


def poll_command(slack: Workspace, text: str) -> Body:
    sent = text.encode("utf-8", "replace").decode("utf-8")
    return payloads.command(f'"{sent}" "Yes" "{sent}"', slack.slack.response_url(), "ULEAD", name="/mandate-poll")


def feedback_reason(slack: Workspace, text: str) -> Body:
    slack.dm("who feeds the cat", "U7")
    slack.dm("how many objectives are in the mandate", "U7")
    slack.press("Not helpful", slack.last("DU7"), "U7")
    view_id, view = slack.last_view()
    values = forms.filled(view)
    values["note"] = {"text": {"type": "plain_text_input", "value": text}}
    for block in view["blocks"]:
        if block.get("block_id") == "reason":
            values["reason"] = {"choice": {"selected_option": block["element"]["options"][0]}}
    return payloads.submitted(view_id, view, values, "U7")


def _row(slack: Workspace) -> None:
    if not slack.store.review.groups():
        slack.dm(CAT, "U8")
        slack.desk.queue.group_waiting()


def lead_answer(slack: Workspace, text: str) -> Body:
    _row(slack)
    view = forms.answer_form(slack)
    return payloads.submitted("VA", view, forms.filled(view, answer=text, question=text[:140]), "ULEAD")


def asking_back(slack: Workspace, text: str) -> Body:
    _row(slack)
    group = slack.store.review.groups()[0]
    place = payloads.in_view("VH", forms.HOME)
    value = f"{group.id} {group.version}"
    slack.send(payloads.press({"type": "button", "action_id": "queue:clarify"}, value, place, "ULEAD"))
    view_id, view = slack.last_view()
    return payloads.submitted(view_id, view, forms.filled(view, question=text), "ULEAD")


def poll_form(slack: Workspace, text: str) -> Body:
    window = poll_forms.new_poll(slack)
    window.type(question=text, options=f"{text}\n{text}x", title=text, channels=["C1"])
    return payloads.submitted(window.view_id, window.view, window.values, "ULEAD")


def free_text_vote(slack: Workspace, text: str) -> Body:
    slack.slack.posted.pop("C1", None)
    ballots.opened(slack, *ballots.LONG)
    values = ballots.FILLED | {"question-3": ballots.written(text)}
    return payloads.submitted("VB", ballots.form(slack, "U6"), values, "U6")


def menu_search(slack: Workspace, text: str) -> Body:
    return {
        "type": "block_suggestion",
        "action_id": "pick_entry",
        "block_id": "entry",
        "value": text,
        "team": {"id": payloads.TEAM, "domain": "x"},
        "user": {"id": "ULEAD", "team_id": payloads.TEAM},
        "view": {"type": "modal", "blocks": [], "private_metadata": ""},
    }


SURFACES: list[Callable[[Workspace, str], Body]] = [
    direct_message, mention, command, shortcut, home_box, poll_command, feedback_reason, lead_answer, asking_back,
    poll_form, free_text_vote, menu_search,
]  # fmt: skip
