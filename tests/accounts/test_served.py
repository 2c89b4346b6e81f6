"""`toguna serve` over ledgers whose log is a database of its own, as a team keeps it."""

import re
import subprocess
from pathlib import Path

import httpx

from tests.cli_account.story import PEOPLE as PEOPLE_FILE
from tests.web.test_accounts_book import PEOPLE, RIFLES
from tests.web.test_jobs_serve import TOGUNA, env, serving
from toguna.accounts.book.book import Book
from toguna.accounts.ledgers import LEDGERS
from toguna.accounts.log import Keys


def test_ledgers_in_a_database_are_counted_on_the_page(url, tmp_path):
    """The account's keys lie in a folder, its log elsewhere; the page counts what the person's role allows."""
    made = [TOGUNA, "account", "new", "--no-passphrase", "--folder", "account", "--database", url]
    subprocess.run(made, cwd=tmp_path, env=env(), check=True, capture_output=True)
    (tmp_path / "account" / "people.yaml").write_text(PEOPLE_FILE, encoding="utf-8")
    with Keys.open(tmp_path / "account" / "keys") as keys, Book.open(url, keys, LEDGERS) as book:
        book.enter(RIFLES, PEOPLE["arm"])
    given = ["ouadji", "--account", str(tmp_path / "account"), "--database", url, "--as", "arm"]
    with serving(*given, cwd=tmp_path) as (_, said):
        address = re.search(r"http://\S+", said)[0]
        found = httpx.get(f"{address}/api/v1/accounts/arms/aggregates", timeout=60).json()
    assert 12 in {row.get("count") for row in found["data"]}
    assert not Path(tmp_path / "account" / "log.db").exists() or url.startswith("sqlite")
