"""Who may read what: nothing, but for the pages and queries that are named."""

import re
import sqlite3
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Mapping, MutableMapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import parse_qsl

from bot.dashboard.queries import DATABASE, FACETS, QUERIES, READABLE
from bot.errors import SettingsError
from bot.migrations import DASHBOARD_VIEWS

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Asgi = Callable[[Scope, Any, Send], Awaitable[None]]

READER = "reader"  # whoever knows the password
SHAPES = ("array", "arrayfirst", "arrays", "objects")
PAGES: Mapping[str, tuple[str, ...]] = {  # with what each may be asked
    "/": ("from", "to"),
    "/unanswered": (*FACETS, "search", "page"),
    "/entries": ("show", "search", "page"),
    "/polls": (),
    "/practices": (),
}
LOGIN, LOGOUT = "/-/login", "/-/logout"
HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
MOST_TRIES, TRIES_WITHIN = 10, 60.0  # seconds: nobody guesses a password faster
_HASH = re.compile(r"pbkdf2_sha256\$\d{4,7}\$[^$]+\$[A-Za-z0-9+/]{43}=")
_DATA = re.compile(rf"/{DATABASE}/([a-z_-]+)\.(csv|json)")
_PLAIN = re.compile(r"/(?:polls/\d{1,9}|assets/[a-z]+\.(?:css|js|svg)|-/refused)")
_PRAGMAS = {"schema_version", "table_info", "table_xinfo", "foreign_key_list", "index_list", "index_info", "cache_size"}
_READS = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}


def require_password(host: str, password_hash: str) -> None:
    """Raise `SettingsError` where others than this machine's users could read without a password."""
    if password_hash and not _HASH.fullmatch(password_hash):
        raise SettingsError(
            "MANDATE_DASHBOARD_PASSWORD_HASH is not a password's hash. Make one with: datasette hash-password"
        )
    if not password_hash and not is_loopback(host):
        raise SettingsError(
            f"The dashboard does not open at {host} without a password, because others could read it there. Set "
            "MANDATE_DASHBOARD_PASSWORD_HASH to what this prints: datasette hash-password\n"
            "To put it behind your CCG's own sign-in instead, leave it at 127.0.0.1 and have a reverse proxy on the "
            "same machine sign people in and pass them on to it."
        )


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def allowances(password_hash: str) -> dict[str, Any]:
    """Datasette's own rules: the database is denied, each view and canned query is allowed by name."""
    allow: Any = {"id": READER} if password_hash else True
    return {
        "allow": allow,
        "allow_sql": False,
        "plugins": {"datasette-auth-passwords": {f"{READER}_password_hash": password_hash}} if password_hash else {},
        "databases": {
            DATABASE: {
                "allow": False,
                "allow_sql": False,
                "tables": {view: {"allow": allow} for view in DASHBOARD_VIEWS},
                "queries": {
                    name: {"title": query.title, "sql": query.sql, "params": list(query.parameters), "allow": allow}
                    for name, query in QUERIES.items()
                },
            }
        },
    }


def only_views(action: int, what: str | None, column: str | None, _: str | None, within: str | None) -> int:
    """SQLite's own rule, for each connection: a table is read from within a view, and nothing else is done."""
    if action == sqlite3.SQLITE_READ:
        # Of rows that are counted no column is read, and SQLite then no longer says for which view.
        is_inside = bool(within) or column == ""
        is_named = what in DASHBOARD_VIEWS or what == "json_each" or (what or "").startswith(("sqlite_", "pragma_"))
        return sqlite3.SQLITE_OK if is_inside or is_named else sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_PRAGMA:
        return sqlite3.SQLITE_OK if what in _PRAGMAS else sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK if action in _READS else sqlite3.SQLITE_DENY


def refusal_of(path: str, query: str, has_password: bool) -> tuple[int, str] | None:
    """The status and the reason where an address is not one of the dashboard's; None where it is."""
    asked = parse_qsl(query, keep_blank_values=True)
    may_ask: tuple[str, ...] = ()
    if path in PAGES:
        may_ask = PAGES[path]
    elif data := _DATA.fullmatch(path):
        if data[1] not in READABLE:
            return 403, "The dashboard shows no such table."
        may_ask = (*READABLE[data[1]].parameters, "_shape")
    elif not (_PLAIN.fullmatch(path) or (has_password and path in (LOGIN, LOGOUT))):
        return (403, "That is not open to readers.") if _is_datasettes(path) else (404, "There is no such page.")
    if unknown := sorted({name for name, _ in asked} - set(may_ask)):
        return 403, f"That page cannot be asked with {', '.join(unknown)[:100]}."
    if len(asked) != len(dict(asked)):
        return 400, "Something is asked twice."
    if dict(asked).get("_shape", "array") not in SHAPES:
        return 400, "There is no such shape."
    return None


def _is_datasettes(path: str) -> bool:
    return path.startswith(("/-/", f"/{DATABASE}", "/_"))


class Gate:
    """Stands before all of Datasette: passes on what is named, says no to everything else."""

    def __init__(self, inner: Asgi, hosts: frozenset[str], has_password: bool) -> None:
        self._inner, self._hosts, self._has_password = inner, hosts, has_password
        self._tries: deque[float] = deque(maxlen=MOST_TRIES)

    async def __call__(self, scope: Scope, receive: Any, send: Send) -> None:
        if scope["type"] == "http":
            await self._inner(self._checked(scope), receive, _with_headers(send, scope["path"]))
        elif scope["type"] == "lifespan":
            await self._inner(scope, receive, send)
        else:
            await send({"type": "websocket.close"})

    def _checked(self, scope: Scope) -> Scope:
        """The same request without what would sign somebody in unseen, or one for the page that says no."""
        raw = scope.get("raw_path") or scope["path"].encode()
        path = raw.decode("latin-1").partition("?")[0]
        headers = [(name, value) for name, value in scope["headers"] if name.lower() != b"authorization"]
        scope = dict(scope, headers=headers)
        if refusal := self._refusal(scope, path, headers):
            said = {"refusal": refusal, "refused_path": path, "query_string": b""}
            return dict(scope, method="GET", path="/-/refused", raw_path=b"/-/refused", **said)
        return scope

    def _refusal(self, scope: Scope, path: str, headers: list[tuple[bytes, bytes]]) -> tuple[int, str] | None:
        named = [value.decode("latin-1") for name, value in headers if name.lower() == b"host"]
        if len(named) != 1 or host_of(named[0]) not in self._hosts:
            # A page elsewhere can make its own name mean this machine, and would then read what is shown here.
            return 400, "The dashboard does not answer to that name. Set MANDATE_DASHBOARD_URL to its address."
        posts = scope["method"] == "POST" and path in (LOGIN, LOGOUT) and self._has_password
        if scope["method"] not in ("GET", "HEAD") and not posts:
            return 405, "The dashboard only shows."
        if posts and path == LOGIN and not self._may_try():
            return 429, "The password was tried too often. Wait a minute, then try again."
        return refusal_of(path, scope["query_string"].decode("latin-1"), self._has_password)

    def _may_try(self) -> bool:
        now = time.monotonic()
        if len(self._tries) == MOST_TRIES and now - self._tries[0] < TRIES_WITHIN:
            return False
        self._tries.append(now)
        return True


def host_of(named: str) -> str:
    """The name in a Host header, without its port."""
    found = re.fullmatch(r"(\[[0-9a-f:.]+\]|[^:\[\]]+)(?::\d+)?", named.strip().lower())
    return found[1].strip("[]") if found else ""


def _with_headers(send: Send, path: str) -> Send:
    async def sending(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            message = dict(message, headers=list(_headers(message.get("headers", []), path)))
        await send(message)

    return sending


def _headers(given: list[tuple[bytes, bytes]], path: str) -> Iterator[tuple[bytes, bytes]]:
    own = HEADERS | {"cache-control": "max-age=3600" if path.startswith("/assets/") else "no-store"}
    yield from ((name, value) for name, value in given if name.decode("latin-1").lower() not in (*own, "link"))
    yield from ((name.encode(), value.encode()) for name, value in own.items())
