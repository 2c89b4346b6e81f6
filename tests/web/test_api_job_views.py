"""A job asked for over HTTP, and its table read as a view in every form."""

import re
import time

import httpx
import pytest

from tests.web.live import served
from tests.web.test_api_forms import assert_same


class Live:
    """Asks a server as the tests of forms ask the application."""

    def __init__(self, address):
        self.here = httpx.Client(base_url=address, timeout=60)

    def ask(self, method, path, **given):
        """The answer to one request."""
        return self.here.request(method, path, **given)


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    """A server of the made-up country."""
    with served(tmp_path_factory.mktemp("jobs"), "ouadji") as address:
        found = Live(address)
        yield found
        found.here.close()


def test_a_forecast_is_a_view(live):
    """From the token on the page to the rows of the finished job, the same in every form."""
    token = re.search(r'name="token" content="([0-9a-f]{64})"', live.ask("GET", "/").text)
    if token is None:
        pytest.skip("the page has not been built")
    asked = {"verb": "forecast", "arguments": {"location_code": "XOU", "months": 2, "draws": 100}}
    job = live.ask("POST", "/api/v1/jobs", json=asked, headers={"x-toguna-token": token[1]}).json()
    for _ in range(1200):
        job = live.ask("GET", f"/api/v1/jobs/{job['id']}").json()
        if job["state"] in ("done", "failed", "cancelled"):
            break
        time.sleep(0.1)
    assert job["state"] == "done", job
    found = live.ask("GET", job["results"]["risk"]).json()
    assert found["data"]
    assert found["meta"]["made_from"]["pack"] == "ouadji"
    assert assert_same(live, "risk", {"job": job["id"]}) == found["meta"]["total"]
    some = live.ask("GET", "/api/v1/risk", params={"job": job["id"], "limit": 1, "location_code": "XOU"})
    assert some.json()["meta"]["total"] == found["meta"]["total"]
