"""`toguna serve` over ledgers whose log is a database of its own, as a team keeps it."""

import re
import subprocess
from pathlib import Path

import httpx

from tests.accounts import test_arms_life as arms_told
from tests.cli_account.story import PEOPLE
from tests.web.test_jobs_serve import TOGUNA, env, serving
from toguna.accounts.book.book import Ask, Book
from toguna.accounts.book.roles import Person
from toguna.accounts.ledgers import LEDGERS
from toguna.accounts.log import Keys

ARMOURER = Person("arm", frozenset({"armourer"}))


def test_ledgers_in_a_database_are_counted_on_the_page(url, tmp_path):
    """The account's keys lie in a folder, its log elsewhere; the page counts what the person's role allows."""
    made = [TOGUNA, "account", "new", "--no-passphrase", "--folder", "account", "--database", url]
    subprocess.run(made, cwd=tmp_path, env=env(), check=True, capture_output=True)
    (tmp_path / "account" / "people.yaml").write_text(PEOPLE, encoding="utf-8")
    with Keys.open(tmp_path / "account" / "keys") as keys, Book.open(url, keys, LEDGERS) as book:
        asks = [
            Ask("arms", f"w-{n}", step, fields | ({"serial": f"S-{n}"} if step == "imported" else {}))
            for n in range(12)
            for step, fields in arms_told.TO_STORE
        ]
        book.enter(asks, ARMOURER)
    given = ["ouadji", "--account", str(tmp_path / "account"), "--database", url, "--as", "arm"]
    with serving(*given, cwd=tmp_path) as (_, said):
        address = re.search(r"http://\S+", said)[0]
        found = httpx.get(f"{address}/api/v1/accounts/arms/aggregates", timeout=60).json()
    assert 12 in {row.get("count") for row in found["data"]}
    assert not Path(tmp_path / "account" / "log.db").exists() or url.startswith("sqlite")
