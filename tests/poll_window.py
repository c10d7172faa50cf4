"""A poll's own window, opened and pressed in as Slack does it."""

from typing import Any

from bot.standin.checks import check_view
from tests import payloads
from tests.harness import Workspace, elements_of, words_of
from tests.payloads import Body

HOME: Body = {"type": "home", "blocks": []}


class Window:
    """What a lead has open. Several leads may have the same poll open, each as they saw it."""

    def __init__(self, slack: Workspace, poll_id: int, user: str = "ULEAD") -> None:
        self.slack, self.user = slack, user
        press = payloads.press(
            {"type": "button", "action_id": "poll:open_desk"}, str(poll_id), payloads.in_view("VHOME", HOME), user
        )
        slack.send(press)
        self.id, self.view = slack.last_view()
        assert check_view(self.view) == []

    @property
    def words(self) -> str:
        return words_of(self.view)

    @property
    def buttons(self) -> list[str]:
        return [one["text"]["text"] for one in elements_of(self.view["blocks"]) if one["type"] == "button"]

    def press(self, label: str) -> str:
        """Press a button; what the window says then."""
        self.slack.press_in_view(label, self.view, self.id, self.user)
        return self._look()

    def show(self, part: str) -> str:
        """Pick what is listed, by its value."""
        body: dict[str, Any] = payloads.press(
            {"type": "static_select", "action_id": "poll:desk_part"},
            "",
            payloads.in_view(self.id, self.view),
            self.user,
        )
        body["actions"][0]["selected_option"] = {"value": part}
        self.slack.send(body)
        return self._look()

    def _look(self) -> str:
        self.view = self.slack.slack.views.get(self.id, self.view)
        shown = {name: value for name, value in self.view.items() if name not in ("id", "hash")}
        assert check_view(shown) == []
        return self.words
