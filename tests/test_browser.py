"""The dashboard and the board pack in a real browser, on the whole made-up quarter."""

import fcntl
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from bot.demo.play import play
from bot.demo.script import read_quarter
from bot.settings import shipped_knowledge
from tests.process import Run, dashboard_on

CHROMIUM = shutil.which("chromium")
WIDE, NARROW = 1280, 375  # pixels
CHARTS = {"/": 2, "/unanswered": 0, "/entries": 1, "/polls": 1, "/polls/1": 1, "/practices": 1}

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: install it with tools/install_browser.sh")


@dataclass(frozen=True)
class Visit:
    """What came of opening a page; without anything wrong it is `Visit()`."""

    status: int = 200
    charts_without_marks: int = 0
    said: tuple[str, ...] = ()  # errors and warnings on the console
    elsewhere: tuple[str, ...] = ()  # addresses of other hosts that were asked
    too_wide: int = 0  # pixels
    faults: tuple[str, ...] = ()  # serious and critical ones that axe finds


@pytest.fixture(scope="module")
def quarter(tmp_path_factory: pytest.TempPathFactory, model_cache: Path) -> Path:
    """The database of `mandate-bot demo`, played once for all workers of a run."""
    folder = tmp_path_factory.getbasetemp().parent / "whole-quarter"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = folder / "done"
        if not done.exists():
            play(read_quarter(), folder / "demo.db", shipped_knowledge(), model_cache)
            done.touch()
    return folder / "demo.db"


@pytest.fixture(scope="module")
def address(quarter: Path) -> Iterator[str]:
    with dashboard_on(quarter) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        # Pages here are our own; in a container there is nothing to make a sandbox of.
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(base_url=address, viewport={"width": WIDE, "height": 900}, locale="en-GB")
    yield context.new_page()
    context.close()


def visit(page: Page, path: str) -> Visit:
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda one: said.append(one.text) if one.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    opened = page.goto(path)
    _wait_until_drawn(page)
    here = urlsplit(page.url).netloc
    return Visit(
        status=opened.status if opened else 0,
        charts_without_marks=sum(not _has_marks(chart) for chart in page.locator(".chart").all()),
        said=tuple(said),
        elsewhere=tuple(url for url in asked if urlsplit(url).netloc not in (here, "")),
        too_wide=page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"),
        faults=faults(page),
    )


def faults(page: Page) -> tuple[str, ...]:
    """What axe finds serious or critical, with where it is."""
    found = Axe().run(page).response["violations"]
    return tuple(
        f"{one['id']}: {node['html'][:200]}"
        for one in found
        for node in one["nodes"]
        if one["impact"] in ("serious", "critical")
    )


def _wait_until_drawn(page: Page) -> None:
    for chart in page.locator(".chart").all():
        chart.locator("svg").wait_for()
    page.wait_for_function("[...document.querySelectorAll('.chart')].every((one) => one.dataset.drawn)")


def _has_marks(chart: Any) -> bool:
    sizes = [mark.bounding_box() for mark in chart.locator("svg .mark-rect path").all()]
    return any(size and size["width"] > 1 and size["height"] > 1 for size in sizes)


def cells(page: Page, label: str) -> list[str]:
    """What a table says in one of its columns."""
    found: list[str] = page.locator(f'td[data-label="{label}"]').all_inner_texts()
    return found


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("path", CHARTS)
def test_each_page_draws_fits_stays_at_home_and_can_be_used_by_everybody(page: Page, path: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})

    visited = visit(page, path)

    assert visited == Visit()
    assert page.locator(".chart").count() == CHARTS[path]


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_no_name_in_a_chart_is_cut_short(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/")
    _wait_until_drawn(page)

    drawn = "".join(page.locator(".chart svg text").all_text_contents())

    assert "…" not in drawn
    assert "avoidable harm" in drawn


@pytest.mark.parametrize("path", ["/", "/unanswered", "/entries", "/polls", "/practices"])
def test_on_a_telephone_no_table_hides_a_column(page: Page, path: str) -> None:
    page.set_viewport_size({"width": NARROW, "height": 900})
    page.goto(path)

    hidden = page.eval_on_selector_all(".scroll", "all => all.map((one) => one.scrollWidth - one.clientWidth)")

    assert hidden
    assert max(hidden) <= 0


@pytest.mark.parametrize(
    ("menu", "choice", "label", "shown"),
    [("state", "dismissed", "State", "Dismissed"), ("age", "1 to 4 weeks", "Age", "1 to 4 weeks")],
)
def test_a_facet_leaves_only_such_rows(page: Page, menu: str, choice: str, label: str, shown: str) -> None:
    page.goto("/unanswered?state=")
    before = page.locator("tbody tr").count()

    page.select_option(f"#{menu}", choice)
    page.get_by_role("button", name="Show").click()

    found = cells(page, label)
    assert 0 < len(found) < before
    assert set(found) == {shown}
    assert page.locator("#found").get_attribute("data-total") == str(len(found))


def test_a_search_finds_the_rows_that_have_the_word(page: Page) -> None:
    page.goto("/unanswered")

    page.get_by_label("Words in the question").fill("referral")
    with page.expect_navigation():
        page.keyboard.press("Enter")

    found = page.locator("tbody th").all_inner_texts()
    assert found
    assert all("referral" in question.casefold() for question in found)


def test_a_long_table_goes_on_over_the_page_and_keeps_what_was_chosen(page: Page) -> None:
    page.goto("/entries")
    page.select_option("#show", "never")
    page.get_by_role("button", name="Show").click()
    first = page.locator(".stacked tbody th").all_inner_texts()

    page.get_by_role("link", name="Next page").click()

    second = page.locator(".stacked tbody th").all_inner_texts()
    assert len(first) == len(second) == 50
    assert not set(first) & set(second)
    assert set(cells(page, "Given")) == {"Never"}


def tabbed(page: Page, most: int = 60) -> list[str]:
    """The names of all that Tab comes to, in order, each with whether it shows that it has the focus."""
    names: list[str] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        name = page.evaluate(
            """() => {
                const here = document.activeElement;
                if (here === document.body) return "";
                const name = here.getAttribute("aria-label") || here.labels?.[0]?.textContent || here.textContent;
                return name.trim() + (getComputedStyle(here).outlineStyle === "none" ? " (unseen)" : "");
            }"""
        )
        if not name:
            break
        names.append(name)
    return names


def test_the_keyboard_reaches_everything_in_the_order_in_which_it_stands(page: Page) -> None:
    page.goto("/")

    names = tabbed(page)

    pages = ["Overview", "Unanswered", "Entries", "Polls", "Practices"]
    assert names[:6] == ["Skip to the main content", *pages]
    tables = ["Questions by week, as a table", "Questions by part of the mandate, as a table"]
    assert [name for name in names if name in ("From", "To", "Show these days", *tables)][-3:] == [
        "Show these days",
        *tables,
    ]
    assert not [name for name in names if name.endswith("(unseen)")]


def test_the_first_key_leads_past_the_menu(page: Page) -> None:
    page.goto("/unanswered")

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    names = tabbed(page)

    assert names[:4] == ["Words in the question", "State", "Part of the mandate", "Age"]


def test_a_facet_can_be_chosen_with_the_keyboard_alone(page: Page) -> None:
    page.goto("/unanswered?state=")

    page.locator("#age").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")

    assert "age=under+a+week" in page.url
    assert set(cells(page, "Age")) <= {"under a week"}


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_board_pack_can_be_used_by_everybody(
    browser: Browser, quarter: Path, bot: Run, tmp_path: Path, width: int
) -> None:
    days = ("--from", "2012-10-01", "--to", "2012-12-31")
    made = bot("report", *days, "--out", "pack.html", "--db", str(quarter))
    page = browser.new_page(viewport={"width": width, "height": 900})

    page.goto((tmp_path / "pack.html").as_uri())

    assert made.returncode == 0
    assert faults(page) == ()
    page.close()
