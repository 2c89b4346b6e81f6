"""A server that is killed in the middle of its work, and started again in the same folder."""

import os
import signal
import subprocess
import sys
import time
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import httpx
import pandas as pd
import psutil

import toguna
from tests.web.test_auth_provider import free_port
from toguna.web.jobs.results import result_table

ROOT = Path(__file__).parents[2]
FIRST = {"verb": "displace", "arguments": {"pack": "ouadji", "months": 1, "runs": 40}}
SECOND = {"verb": "forecast", "arguments": {"pack": "ouadji", "months": 1, "draws": 50}}


def app_of(folder):
    """The routes of jobs, worked on for as long as the app lives."""
    from fastapi import FastAPI

    from toguna.web.jobs.routes import add_jobs
    from toguna.web.jobs.run import Limits
    from toguna.web.problems import add_problems
    from toguna.web.settings import Settings

    @asynccontextmanager
    async def lifespan(app):
        with app.state.jobs:
            yield

    app = FastAPI(lifespan=lifespan)
    app.state.settings = Settings(packs=("ouadji",), folder=folder)
    add_problems(app)
    add_jobs(app, app.state.settings, Limits(processes=2))
    return app


@contextmanager
def server(folder):
    """A server as a process of its own; yields it and a client."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "tests.web.test_jobs_killed", str(folder), str(port)], cwd=ROOT)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            for _ in range(300):
                try:
                    client.get("/api/v1/jobs")
                    break
                except httpx.TransportError:
                    time.sleep(0.1)
            yield process, client
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def until(client, job, wanted, seconds=90):
    """Wait until a job is as wanted, and return it."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        now = client.get(f"/api/v1/jobs/{job}").json()
        if wanted(now):
            return now
        time.sleep(0.05)
    raise AssertionError(now)


def test_after_a_kill_jobs_go_on_with_the_same_ids_and_the_same_results(tmp_path):
    """SIGKILL: nothing runs on unseen; at the next start the queue goes on, and what ran is begun again."""
    with server(tmp_path) as (process, client):
        first, second = (client.post("/api/v1/jobs", json=one).json()["id"] for one in (FIRST, SECOND))
        until(client, first, lambda one: one["progress"]["done"] > 2)
        below = psutil.Process(process.pid).children(recursive=True)
        assert len(below) >= 2  # the job, and the processes it shares its work out to
        os.kill(process.pid, signal.SIGKILL)
        process.wait(5)
        _, alive = psutil.wait_procs(below, timeout=3)
        assert not [one for one in alive if one.status() != psutil.STATUS_ZOMBIE]
    assert not list((tmp_path / "results").glob("[0-9a-f]*"))
    with server(tmp_path) as (_, client):
        ended = [until(client, one, lambda job: job["state"] in ("done", "failed")) for one in (first, second)]
        assert [one["state"] for one in ended] == ["done", "done"]
        assert not list((tmp_path / "results").glob(".*"))
    asked = FIRST["arguments"]
    undisturbed = toguna.displace(toguna.read_country("ouadji"), months=asked["months"], runs=asked["runs"])
    for view, name in (("arrivals", "arrivals"), ("sites", "sites"), ("site_needs", "needs")):
        pd.testing.assert_frame_equal(
            result_table(tmp_path, first, view), getattr(undisturbed, name), check_dtype=False
        )


def test_a_server_that_is_stopped_keeps_its_queue(tmp_path):
    """SIGTERM: the server is gone within seconds, and what ran waits for the next start without a mark against it."""
    with server(tmp_path) as (process, client):
        job = client.post("/api/v1/jobs", json=FIRST).json()["id"]
        until(client, job, lambda one: one["state"] == "running")
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == -signal.SIGTERM
        assert time.monotonic() - began < 5
    from toguna.web.jobs.store import Store

    kept = Store(tmp_path).get(job)
    assert (kept.state, kept.times_begun) == ("queued", 0)


def test_a_job_under_which_the_server_dies_again_and_again_is_given_up(tmp_path):
    """The third time is the last: one job must not keep a server down."""
    from toguna.web.jobs.store import State, Store

    store = Store(tmp_path)
    store.ask("a" * 20, "brief", {"pack": "ouadji"}, 5)
    for _ in range(3):
        assert store.begin().id == "a" * 20
        store.resume()
    assert store.get("a" * 20).state is State.FAILED
    assert store.begin() is None
    assert store.ask("a" * 20, "brief", {"pack": "ouadji"}, 5).state is State.QUEUED


if __name__ == "__main__":
    import uvicorn

    uvicorn.run(app_of(Path(sys.argv[1])), port=int(sys.argv[2]), log_level="error")
