"""The dashboard as Datasette serves it: our pages and canned queries over one database that is only read."""

import json
import logging
import os
import socket
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import uuid4

import uvicorn
import vl_convert
from datasette.app import Datasette
from datasette.database import Database
from datasette.plugins import pm
from datasette.utils.asgi import Response
from pluggy import HookimplMarker

from bot.dashboard import drawing, pages
from bot.dashboard.access import LOGIN, READER, Asgi, Gate, allowances, only_views, require_password
from bot.dashboard.queries import DATABASE
from bot.errors import BotError, StorageError
from bot.migrations import DASHBOARD_VIEWS
from bot.settings import Settings

logger = logging.getLogger(__name__)
hookimpl = HookimplMarker("datasette")
HERE = Path(__file__).parent
ASSETS = {"page.css": "text/css", "icon.svg": "image/svg+xml", "charts.js": "text/javascript"}
MOST_ROWS = 5_000
PATIENCE = 5_000  # milliseconds with one query
BEHIND = 5  # how far whoever looks gives way to whoever asks, where both need the processor
SETTINGS = {
    "allow_csv_stream": False,
    "allow_download": False,
    "allow_facet": False,
    "cache_size_kb": 20_000,
    "default_allow_sql": False,
    "default_cache_ttl": 0,
    "max_returned_rows": MOST_ROWS,
    "sql_time_limit_ms": PATIENCE,
    "suggest_facets": False,
}
NAV = {
    "/": "Overview",
    "/unanswered": "Unanswered",
    "/entries": "Entries",
    "/polls": "Polls",
    "/practices": "Practices",
}


@dataclass(frozen=True)
class Shown:
    """What one dashboard shows, and to whom."""

    ccg_name: str
    is_invented: bool
    hosts: frozenset[str]
    has_password: bool
    assets: Mapping[str, tuple[str, bytes]]  # media type and content, by name


class Dashboard(Datasette):  # type: ignore[misc]  # it has no types
    """Datasette with what it shows, which its hooks ask for: a plugin is for every Datasette of a process."""

    def __init__(self, shown: Shown, **how: Any) -> None:
        self.shown = shown
        super().__init__(**how)


def make_dashboard(settings: Settings, host: str = "127.0.0.1") -> Dashboard:
    """The dashboard over the database of `settings`, which has to be there and of this version.

    Raises `SettingsError` where it would be open to others without a password, `StorageError` where the database
    cannot be shown. `close` lets go of its files.
    """
    require_password(host, settings.dashboard_password_hash)
    is_invented = _look_at(settings.db)
    named = urlsplit(settings.dashboard_url or "").hostname
    hosts = frozenset({"localhost", "127.0.0.1", "::1", host.strip("[]").lower(), *([named.lower()] if named else [])})
    shown = Shown(settings.ccg_name, is_invented, hosts, bool(settings.dashboard_password_hash), _assets())
    if not pm.is_registered(PLUGIN):
        # Datasette's own prints all that it has in hand, questions too; ours comes in its place.
        pm.unregister(name="datasette.handle_exception")
        pm.register(PLUGIN)
    made = Dashboard(
        shown,
        metadata=allowances(settings.dashboard_password_hash),
        settings=SETTINGS,
        template_dir=str(HERE / "templates"),
    )
    made.remove_database("_memory")
    made.add_database(Database(made, quote(str(settings.db.resolve())), is_mutable=True), name=DATABASE)
    made.jinja_env.globals.update(
        nav=NAV, ccg_name=shown.ccg_name, is_invented=is_invented, has_password=shown.has_password, reader=READER
    )
    made.jinja_env.filters.update(day=drawing.day, number=drawing.number, share=drawing.share, wait=pages.spoken_wait)
    return made


def close(dashboard: Dashboard) -> None:
    """Let go of its files and threads."""
    if dashboard.executor:
        dashboard.executor.shutdown()
    for database in dashboard.databases.values():
        database.close()


def serve(settings: Settings, host: str, port: int) -> int:
    """Show the dashboard at an address until it is told to stop; prints the address. Port 0 takes a free one."""
    dashboard = make_dashboard(settings, host)
    if hasattr(os, "nice"):
        os.nice(BEHIND)
    try:
        listening = _listen(host, port)
        shown_host = f"[{host}]" if ":" in host else host
        print(f"The dashboard is at http://{shown_host}:{listening.getsockname()[1]}/ (Ctrl-C ends it).", flush=True)
        config = uvicorn.Config(
            dashboard.app(), log_level="warning", access_log=False, server_header=False, proxy_headers=False
        )
        uvicorn.Server(config).run(sockets=[listening])
    finally:
        close(dashboard)
    return 0


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen()  # so that whoever is quick to open the address waits, and is not turned away
    except OSError as error:
        raise BotError(
            f"The dashboard cannot listen at {host}, port {port}: {error.strerror}. Choose another with --port."
        ) from error
    return listening


def _look_at(db: Path) -> bool:
    """Whether the database is a made-up one. Raises `StorageError` where it cannot be shown."""
    if not db.is_file():
        raise StorageError(f"There is no database at {db}. Start the bot once, which makes it, or name one with --db.")
    try:
        with closing(sqlite3.connect(f"file:{quote(str(db.resolve()))}?mode=ro", uri=True)) as reading:
            found = {name for (name,) in reading.execute("SELECT name FROM sqlite_master WHERE type = 'view'")}
            if not found.issuperset(DASHBOARD_VIEWS):
                raise StorageError(
                    f"The database at {db} was made by an older version, and the dashboard only reads. "
                    "Start the bot once with this version, which brings it up to date."
                )
            marked = "SELECT 1 FROM marks WHERE name = 'demo'"
            return reading.execute(marked).fetchone() is not None
    except sqlite3.Error as error:
        raise StorageError(f"The database at {db} cannot be read: {error}.") from error


@cache
def _assets() -> dict[str, tuple[str, bytes]]:
    """What pages load: our own files, and what draws charts, put together once from the package that has it."""
    own = {name: (kind, (HERE / "static" / name).read_bytes()) for name, kind in ASSETS.items()}
    bundle = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")
    return own | {"vega.js": ("text/javascript", bundle.encode())}


class Plugin:
    """What Datasette asks of us."""

    __name__ = "mandate-bot-dashboard"

    @hookimpl
    def register_routes(self, datasette: Datasette) -> list[tuple[str, Any]]:
        if not isinstance(datasette, Dashboard):
            return []
        routes = [*pages.ROUTES, (r"/assets/(?P<name>[a-z]+\.[a-z]+)$", _asset), (r"/-/refused$", _refused)]
        return [(f"^{pattern}", view) for pattern, view in routes]

    @hookimpl(trylast=True)  # the last to wrap is the first to be asked
    def asgi_wrapper(self, datasette: Datasette) -> Any:
        shown = datasette.shown if isinstance(datasette, Dashboard) else None

        def wrap(inner: Asgi) -> Asgi:
            return Gate(inner, shown.hosts, shown.has_password) if shown else inner

        return wrap

    @hookimpl
    def prepare_connection(self, conn: sqlite3.Connection, database: str, datasette: Datasette) -> None:
        if isinstance(datasette, Dashboard) and database == DATABASE:
            # SQLite declares this table on its first use, which the rule would take for making one.
            conn.execute("SELECT 1 FROM json_each('[]')").fetchall()
            conn.set_authorizer(only_views)

    @hookimpl
    def permission_allowed(self, datasette: Datasette, action: str) -> bool | None:
        named = {"view-instance", "view-table", "view-query", "view-database"}
        return False if isinstance(datasette, Dashboard) and action not in named else None

    @hookimpl
    def forbidden(self, datasette: Datasette, request: Any) -> Any:
        shown = datasette.shown if isinstance(datasette, Dashboard) else None
        if shown and shown.has_password and not request.actor and not request.path.startswith(f"/{DATABASE}/"):
            return Response.redirect(LOGIN)
        return _said(datasette, request, 403, "That is not open to readers.") if shown else None

    @hookimpl
    def handle_exception(self, datasette: Datasette, request: Any, exception: Exception) -> Any:
        status = getattr(exception, "status", 500)
        if status < 500:
            return _said(datasette, request, status, _SAID.get(status, "That cannot be asked so."))
        reference = uuid4().hex[:4]
        logger.error("The dashboard failed at %s (%s).", request.path, reference, exc_info=exception)
        said = f"Something went wrong on the dashboard's side. If it repeats, tell the bot's owners {reference}."
        return _said(datasette, request, 500, said)


PLUGIN = Plugin()
_SAID = {403: "That is not open to readers.", 404: "There is no such page."}


async def _asset(datasette: Dashboard, request: Any) -> Response:
    found = datasette.shown.assets.get(request.url_vars["name"])
    if not found:
        return await _said(datasette, request, 404, _SAID[404])
    return Response(found[1], content_type=f"{found[0]}; charset=utf-8")


async def _refused(datasette: Datasette, request: Any) -> Response:
    status, said = request.scope.get("refusal") or (404, _SAID[404])
    return await _said(datasette, request, status, said, request.scope.get("refused_path", ""))


async def _said(datasette: Datasette, request: Any, status: int, said: str, path: str = "") -> Response:
    """A page with one sentence; JSON where that was asked for."""
    if (path or request.path).endswith(".json"):
        return Response(json.dumps({"ok": False, "error": said}), status, content_type="application/json")
    template = datasette.jinja_env.get_template("error.html")
    return Response.html(await template.render_async(status=status, said=said, here=""), status=status)
