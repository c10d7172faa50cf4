"""Who may read what on the dashboard: the pages and queries that are named, and nothing else, in any way."""

import asyncio
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from datasette.app import Datasette
from datasette_auth_passwords.utils import hash_password

from bot.dashboard import access
from bot.dashboard.app import make_dashboard
from bot.dashboard.queries import DATABASE, READABLE
from bot.errors import SettingsError
from bot.migrations import DASHBOARD_VIEWS
from tests.dashboard_samples import fill, get, post, settings_for, shown
from tests.process import ROOT, Run

PASSWORD = "correct horse battery staple"
HASH = hash_password(PASSWORD, iterations=1_000)
SECRET = "nobody may read this"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With a new raw table, whose text nobody may read."""
    path = tmp_path_factory.mktemp("shown") / "bot.db"
    fill(path)
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE brand_new (id INTEGER PRIMARY KEY, words TEXT)")
        db.execute("INSERT INTO brand_new VALUES (1, ?)", (SECRET,))
    db.close()
    return path


@pytest.fixture(scope="module")
def dashboard(database: Path) -> Iterator[Datasette]:
    with shown(database) as made:
        yield made


@pytest.fixture
def guarded(database: Path) -> Iterator[Datasette]:
    """One that asks for a password."""
    with shown(database, dashboard_password_hash=HASH) as made:
        yield made


WAYS = (
    "/data/{table}",
    "/data/{table}.json",
    "/data/{table}.csv",
    "/data/{table}.csv?_stream=1",
    "/data/{table}.jsono",
    "/data/{table}.blob",
    "/data/{table}/1",
    "/data/{table}/1.json",
    "/data/~7{table}",
    "/data/{table}.json?_shape=array",
    "/data?sql=select+*+from+{table}",
    "/data.json?sql=select+*+from+{table}",
    "/data.csv?sql=select+*+from+{table}",
    "/data/unanswered.json?sql=select+*+from+{table}",
    "/data/dashboard_unanswered.json?_where=id+in+(select+id+from+{table})",
    "/data/dashboard_unanswered.json?_fts_table={table}&_search=nobody",
    "/data/dashboard_unanswered.json?_through=%7B%22table%22:%22{table}%22,%22column%22:%22id%22,%22value%22:%221%22%7D",
    "/data/dashboard_unanswered.json?_facet=question",
    "/data/dashboard_unanswered.json?_extra=sql",
    "/data/dashboard_unanswered.json?_sort=id",
    "/data/dashboard_unanswered.json?_trace=1",
    "/data/unanswered.json?_timelimit=999999",
    "/data/unanswered.json?state=new&state=open",
    "/data/unanswered.json?_shape=object",
    "/unanswered?_where=1",
    "/%64ata/{table}.json",
    "//data/{table}.json",
    "/polls/../data/{table}.json",
)


@pytest.mark.parametrize("table", ["brand_new", "questions", "groups", "votes", "countable", "sqlite_master"])
@pytest.mark.parametrize("way", WAYS)
def test_no_raw_table_is_read_in_any_way(dashboard: Datasette, way: str, table: str) -> None:
    response = get(dashboard, way.format(table=table))

    assert response.status_code in (400, 403, 404)
    assert SECRET not in response.text
    assert "asked before" not in response.text


@pytest.mark.parametrize(
    "address",
    [
        "/.json",
        "/data",
        "/data.db",
        "/data.json",
        "/_internal",
        "/_internal/tables.json",
        "/_memory",
        "/_memory.json?sql=select+1",
        "/:memory:",
        "/bot",
        "/-/metadata",
        "/-/metadata.json",
        "/-/versions.json",
        "/-/plugins.json",
        "/-/settings.json",
        "/-/config.json",
        "/-/databases.json",
        "/-/threads.json",
        "/-/actor.json",
        "/-/auth-token?token=x",
        "/-/permissions",
        "/-/messages",
        "/-/allow-debug",
        "/-/patterns",
        "/-/login",
        "/-/logout",
        "/-/password-tool",
        "/-/static/app.css",
        "/-/static-plugins/x/y.js",
    ],
)
def test_nothing_else_of_datasette_is_open(dashboard: Datasette, address: str) -> None:
    response = get(dashboard, address)

    assert response.status_code in (403, 404)
    assert "sqlite" not in response.text.lower()


@pytest.mark.parametrize("name", READABLE)
def test_each_view_and_canned_query_is_read_by_name(dashboard: Datasette, name: str) -> None:
    assert get(dashboard, f"/data/{name}.json").status_code == 200
    assert get(dashboard, f"/data/{name}.csv").status_code == 200


def test_datasettes_own_rules_deny_the_database_too(dashboard: Datasette) -> None:
    async def allowed() -> dict[str, bool]:
        named = {
            view: await dashboard.permission_allowed(None, "view-table", (DATABASE, view), default=True)
            for view in (*DASHBOARD_VIEWS, "brand_new")
        }
        return named | {
            "database": await dashboard.permission_allowed(None, "view-database", DATABASE, default=True),
            "sql": await dashboard.permission_allowed(None, "execute-sql", DATABASE, default=True),
            "download": await dashboard.permission_allowed(None, "view-database-download", DATABASE, default=True),
            "internal": await dashboard.permission_allowed(None, "view-database", "_internal", default=True),
        }

    found = asyncio.run(allowed())

    # Of a new table Datasette then asks about its database, which is denied.
    assert found.pop("brand_new")
    assert {name for name, is_allowed in found.items() if not is_allowed} == {"database", "sql", "download", "internal"}


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM brand_new",
        "SELECT words FROM (SELECT words FROM brand_new)",
        "SELECT question FROM dashboard_unanswered WHERE id IN (SELECT id FROM brand_new WHERE words > '')",
        "ATTACH ':memory:' AS other",
        "PRAGMA writable_schema = 1",
        "DELETE FROM brand_new",
        "CREATE TABLE more (id)",
    ],
)
def test_sqlite_itself_reads_a_table_only_from_within_a_view(database: Path, sql: str) -> None:
    db = sqlite3.connect(database)
    db.set_authorizer(access.only_views)

    with pytest.raises(sqlite3.DatabaseError, match=r"not authorized|prohibited"):
        db.execute(sql).fetchall()

    assert db.execute("SELECT count(*) FROM dashboard_unanswered").fetchone() == (6,)
    db.close()


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.nip.io", "0.0.0.0", "a b", "[::2]"]
)
def test_a_name_that_is_not_its_own_is_refused(dashboard: Datasette, host: str) -> None:
    response = get(dashboard, "/", headers={"host": host})

    assert response.status_code == 400
    assert "Questions asked" not in response.text


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:8001", "127.0.0.1:8001", "[::1]:8001", "mandate.anytown.nhs.uk"]
)
def test_it_answers_to_its_own_names(database: Path, host: str) -> None:
    with shown(database, dashboard_url="https://mandate.anytown.nhs.uk/") as dashboard:
        assert get(dashboard, "/", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_it_only_shows(dashboard: Datasette, method: str) -> None:
    response = asyncio.run(dashboard.client.request(method, "/data/unanswered.json"))

    assert response.status_code == 405


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.5", "mandate.anytown.nhs.uk"])
def test_beyond_this_machine_it_does_not_start_without_a_password(database: Path, host: str) -> None:
    with pytest.raises(SettingsError, match=r"does not open at .* without a password") as refused:
        make_dashboard(settings_for(database), host)

    assert "MANDATE_DASHBOARD_PASSWORD_HASH" in str(refused.value)
    assert "reverse proxy on the same machine" in str(refused.value)


def test_the_command_says_so_too(bot: Run, database: Path) -> None:
    done = bot("dashboard", "--host", "0.0.0.0", "--db", str(database))

    assert done.returncode == 1
    assert b"does not open at 0.0.0.0 without a password" in done.stderr
    assert done.stdout == b""


@pytest.mark.parametrize("wrong", ["secret", "pbkdf2_sha256$1$a$b", "pbkdf2_sha256$480000$salt$"])
def test_a_password_that_was_not_hashed_is_refused(database: Path, wrong: str) -> None:
    with pytest.raises(SettingsError, match="datasette hash-password"):
        make_dashboard(settings_for(database, dashboard_password_hash=wrong))


@pytest.mark.parametrize("address", ["/", "/unanswered", "/entries", "/polls", "/polls/1", "/practices"])
def test_with_a_password_pages_lead_to_signing_in(guarded: Datasette, address: str) -> None:
    response = get(guarded, address)

    assert response.status_code == 302
    assert response.headers["location"] == "/-/login"
    assert "Anytown" not in response.text


@pytest.mark.parametrize("name", READABLE)
def test_with_a_password_no_data_is_read_without_it(guarded: Datasette, name: str) -> None:
    for form in ("json", "csv"):
        assert get(guarded, f"/data/{name}.{form}").status_code == 403


def sign_in(guarded: Datasette, password: str) -> httpx.Response:
    form = get(guarded, "/-/login")
    token = form.cookies["ds_csrftoken"]
    assert 'type="password"' in form.text
    given = {"username": access.READER, "password": password, "csrftoken": token}
    return post(guarded, "/-/login", data=given, cookies={"ds_csrftoken": token})


def test_the_password_opens_it(guarded: Datasette) -> None:
    signed_in = sign_in(guarded, PASSWORD)
    cookies = {"ds_actor": signed_in.cookies["ds_actor"]}

    page = get(guarded, "/", cookies=cookies)

    assert page.status_code == 200
    assert "Sign out" in page.text
    assert get(guarded, "/data/unanswered.csv", cookies=cookies).status_code == 200
    assert get(guarded, "/data/brand_new.json", cookies=cookies).status_code == 403
    assert get(guarded, "/-/metadata.json", cookies=cookies).status_code == 403


def test_another_password_does_not(guarded: Datasette) -> None:
    refused = sign_in(guarded, "wrong")

    assert "ds_actor" not in refused.cookies
    assert "That is not the password." in refused.text


def test_nobody_guesses_quickly(guarded: Datasette) -> None:
    tries = [sign_in(guarded, f"guess {number}").status_code for number in range(access.MOST_TRIES + 1)]

    assert tries == [200] * access.MOST_TRIES + [429]
    assert get(guarded, "/", auth=(access.READER, PASSWORD)).status_code == 302


def test_a_served_dashboard_says_where_it_is(database: Path) -> None:
    command = [sys.executable, "-m", "bot", "dashboard", "--port", "0", "--db", str(database)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as served:
        assert served.stdout
        try:
            address = served.stdout.readline().split(" at ")[1].split()[0]
            with urllib.request.urlopen(address, timeout=20) as page:
                said = page.read().decode()
        finally:
            served.terminate()

    assert address.startswith("http://127.0.0.1:")
    assert "Questions asked" in said
