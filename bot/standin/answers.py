"""What the methods have in common: arguments in, an answer or a refusal out."""

from collections.abc import Sequence
from typing import Any

Arguments = dict[str, Any]
Answer = dict[str, Any]


class Refused(Exception):
    """Slack says no: `error` is its code, `complaints` what it found wrong, `status` the HTTP status."""

    def __init__(self, error: str, complaints: Sequence[str] = (), status: int = 200, **more: Any) -> None:
        super().__init__(error)
        self.error = error
        self.status = status
        self._complaints = complaints
        self._more = more

    def answer(self) -> Answer:
        refusal: Answer = {"ok": False, "error": self.error, **self._more}
        if self._complaints:
            refusal["errors"] = list(self._complaints)
            refusal["response_metadata"] = {"messages": [f"[ERROR] {one}" for one in self._complaints]}
        return refusal


def need(arguments: Arguments, *names: str) -> None:
    missing = [f"missing required field: {name}" for name in names if not arguments.get(name)]
    if missing:
        raise Refused("invalid_arguments", missing)


def is_true(value: Any) -> bool:
    """Forms carry booleans as "1" and "0", or "true" and "false"."""
    return value not in (None, False, 0, "", "0", "false")
