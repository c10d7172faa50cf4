"""Take the pictures of the dashboard that README shows, from the made-up quarter.

python -m tools.take_pictures

Needs Chromium (tools/install_browser.sh) and what the tests need. Where oxipng or optipng is there, it makes the
pictures smaller.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from bot.demo.play import play
from bot.demo.script import read_quarter
from bot.keeping import cache_folder
from bot.settings import shipped_knowledge
from tests.process import ROOT, dashboard_on

PICTURES = ROOT / ".github" / "pictures"
WIDTH, MOST_BYTES = 1280, 200_000
POLL = "How clear is the mandate to your practice?"
SMALLER = {"oxipng": ("-o", "max", "--strip", "safe"), "optipng": ("-quiet", "-o7")}


def main() -> None:
    """Play the quarter, show it, and write both pictures."""
    chromium = shutil.which("chromium")
    if not chromium:
        sys.exit("There is no Chromium. Install it with tools/install_browser.sh.")
    PICTURES.mkdir(parents=True, exist_ok=True)
    quarter = read_quarter()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        db = Path(folder) / "demo.db"
        play(quarter, db, shipped_knowledge(), cache_folder())
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        with dashboard_on(db, MANDATE_CCG_NAME=quarter.ccg_name) as address:
            page = browser.new_page(base_url=address, viewport={"width": WIDTH, "height": 900}, locale="en-GB")
            page.goto("/")
            take(page, PICTURES / "overview.png", until=".figure >> nth=1")
            page.goto("/polls")
            page.get_by_role("link", name=POLL).click()
            take(page, PICTURES / "poll.png", until=".figure >> nth=1")
        browser.close()


def take(page: Page, picture: Path, until: str) -> None:
    """From the top of a page down to where something begins, once all its charts are drawn."""
    page.wait_for_function("[...document.querySelectorAll('.chart')].every((one) => one.dataset.drawn)")
    ends = page.locator(until).bounding_box()
    assert ends
    page.screenshot(path=picture, full_page=True, clip={"x": 0, "y": 0, "width": WIDTH, "height": ends["y"] - 8})
    for name, options in SMALLER.items():
        if tool := shutil.which(name):
            subprocess.run([tool, *options, str(picture)], check=True)
            break
    size = picture.stat().st_size
    print(f"{picture.relative_to(ROOT)}: {size:,} bytes")
    if size > MOST_BYTES:
        sys.exit(f"That is more than {MOST_BYTES:,} bytes. Cut it higher up.")


if __name__ == "__main__":
    main()
