"""Jobs as the workbench asks for them: real verbs in real processes, over HTTP."""

import json
import threading
import time
from contextlib import contextmanager

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from tests.web.test_auth_provider import free_port
from toguna.core.errors import AskError
from toguna.core.words import Sentence
from toguna.web.jobs.results import NoResultError, result_table
from toguna.web.jobs.routes import add_jobs, shown
from toguna.web.jobs.run import Jobs, Limits
from toguna.web.jobs.store import Job, State
from toguna.web.problems import add_problems
from toguna.web.settings import Settings
from toguna.web.words import Words

QUICK = {"verb": "forecast", "arguments": {"pack": "ouadji", "months": 1, "draws": 50}}
LONG = {"verb": "displace", "arguments": {"pack": "ouadji", "months": 24, "runs": 1000}}


@contextmanager
def served(folder, limits=None, *, works=True):
    """The routes of jobs, served over real HTTP, worked on or only queued."""
    app = FastAPI()
    settings = Settings(packs=("ouadji",), folder=folder)
    app.state.settings = settings
    add_problems(app)
    jobs = add_jobs(app, settings, limits or Limits(processes=1))
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    if works:
        jobs.start()
    try:
        while not server.started:
            time.sleep(0.01)
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            yield client, jobs
    finally:
        jobs.stop()
        server.should_exit = True
        thread.join(10)


def until(client, job, *states, seconds=60):
    """Wait for a job to be in one of some states, and return it."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        now = client.get(f"/api/v1/jobs/{job}").json()
        if now["state"] in states:
            return now
        time.sleep(0.05)
    raise AssertionError(now)


@pytest.fixture(scope="module")
def workbench(tmp_path_factory):
    """One workbench for the tests that leave it as it was."""
    with served(tmp_path_factory.mktemp("work")) as (client, jobs):
        yield client, jobs


def test_a_forecast_is_asked_for_done_and_read(workbench):
    """202 with an id and a place to look; then done, with tables as files that say what they were made from."""
    client, jobs = workbench
    asked = client.post("/api/v1/jobs", json=QUICK)
    assert asked.status_code == 202
    job = asked.json()["id"]
    assert asked.headers["location"] == f"/api/v1/jobs/{job}"
    done = until(client, job, "done", "failed")
    assert done["error"] is None
    assert done["results"]["risk"] == f"/api/v1/risk?job={job}"
    risk = result_table(jobs.folder, job, "risk")
    assert len(risk) == 4
    assert (risk["low"] <= risk["high"]).all()
    file = client.get(f"/api/v1/jobs/{job}/files/risk.parquet")
    assert file.headers["content-type"] == "application/vnd.apache.parquet"
    assert len(file.content) == (jobs.folder / "results" / job / "risk.parquet").stat().st_size
    assert done["made_from"]["pack"] == "ouadji"
    kept = client.get(f"/api/v1/jobs/{job}/files/made_from.json").json()
    assert [Sentence.of_plain(one) for one in kept.pop("remarks")] == done["made_from"].pop("remarks")
    assert done["made_from"] == kept


def test_the_same_question_is_answered_at_once(workbench):
    """Same verb, arguments, pack and version: the finished job, in whatever form the question is put; else another."""
    client, _ = workbench
    job = client.post("/api/v1/jobs", json=QUICK).json()["id"]
    until(client, job, "done")
    began = time.monotonic()
    code = {"location_code": "XOU", "draws": 50, "months": 1, "seed": 1}
    again = client.post("/api/v1/jobs", json={"verb": "forecast", "arguments": code})
    assert (again.status_code, again.json()["id"], again.json()["state"]) == (200, job, "done")
    assert time.monotonic() - began < 0.5
    assert client.get("/api/v1/jobs").json()["data"][0]["id"] == job


def test_a_plan_of_ones_own_mandate_comes_with_its_bound(workbench):
    """A mandate in the body changes a shipped one; what no plan exceeds is told with what this one achieves."""
    client, jobs = workbench
    mandate = {"name": "mine", "extends": "border-first", "title": "Mine", "escorts": 2}
    asked = {"pack": "ouadji", "as_of": "2013-06", "months": 1, "mandate": mandate}
    job = client.post("/api/v1/jobs", json={"verb": "plan", "arguments": asked}).json()["id"]
    done = until(client, job, "done", "failed")
    assert done["error"] is None
    assert {"postings", "tiers", "demands", "unprotected", "risk"} <= set(done["results"])
    assert done["made_from"]["parameters"]["mandate"] == "mine"
    for one in done["bound"].values():
        assert one["achieved"] <= one["bound"] * (1 + 1e-6)
    tiers = result_table(jobs.folder, job, "tiers")
    assert [str(one) for one in tiers["principle"]] == list(done["bound"])
    assert tiers["alone"].isna().all()


def test_mandates_are_compared_in_all_views_of_the_contract(workbench):
    """Measures, ranking, break-even with its curve, contributions: each a table."""
    client, jobs = workbench
    asked = {"pack": "ouadji", "as_of": "2013-06", "mandates": ["protect-first", "search-and-destroy"],
             "contributions": ["canada-2013"], "years": 0.5, "draws": 20}  # fmt: skip
    job = client.post("/api/v1/jobs", json={"verb": "compare", "arguments": asked}).json()["id"]
    done = until(client, job, "done", "failed")
    assert done["error"] is None
    assert {"measures", "ranking", "break_even", "contributions"} <= set(done["results"])
    assert set(result_table(jobs.folder, job, "ranking")["mandate"]) == {"nothing", *asked["mandates"]}
    turns = result_table(jobs.folder, job, "break_even")
    assert set(turns["mandate"]) == {"search-and-destroy"}
    assert len(result_table(jobs.folder, job, "break_even_curve")) > len(turns)


def test_a_brief_is_made_of_files(workbench):
    """A brief has no tables; its files are fetched by name, and no other file is."""
    client, _ = workbench
    asked = {"verb": "brief", "arguments": {"pack": "ouadji", "language": "fr", "forms": ["html", "pdf"]}}
    job = client.post("/api/v1/jobs", json=asked).json()["id"]
    done = until(client, job, "done", "failed")
    assert list(done["results"]) == ["brief.html", "brief.pdf"]
    page = client.get(done["results"]["brief.html"])
    assert 'lang="fr"' in page.text
    assert client.get(done["results"]["brief.pdf"]).content.startswith(b"%PDF")
    for name in ("..%2F..%2Fjobs.sqlite", "jobs.sqlite", "%2e%2e"):
        assert client.get(f"/api/v1/jobs/{job}/files/{name}").status_code == 404


def test_progress_is_heard_as_it_happens(workbench):
    """Server-sent events tell of each step and end with the job."""
    client, _ = workbench
    asked = {"verb": "displace", "arguments": {"pack": "ouadji", "months": 1, "runs": 20}}
    job = client.post("/api/v1/jobs", json=asked).json()["id"]
    heard = []
    with client.stream("GET", f"/api/v1/jobs/{job}/events") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        for line in stream.iter_lines():
            if line.startswith("event:"):
                heard.append([line.removeprefix("event: ")])
            elif line.startswith("data:"):
                heard[-1].append(json.loads(line.removeprefix("data: ")))
    assert [name for name, _ in heard] == ["progress"] * (len(heard) - 1) + ["end"]
    assert heard[-1][1]["state"] == "done"
    steps = [one["progress"] for _, one in heard if one["state"] == "running" and one["progress"]["total"]]
    assert steps == sorted(steps, key=lambda one: one["done"])
    assert {one["what"] for one in steps} == {"moving people"}


def test_a_cancelled_job_is_gone_within_a_second_and_leaves_nothing(workbench):
    """The whole group of processes is killed; no file of it stays; the queue goes on."""
    client, jobs = workbench
    job = client.post("/api/v1/jobs", json=LONG).json()["id"]
    until(client, job, "running")
    time.sleep(2)
    process = jobs._running[job]
    began = time.monotonic()
    gone = client.delete(f"/api/v1/jobs/{job}").json()
    assert time.monotonic() - began < 1
    assert gone["state"] == "cancelled"
    assert process.poll() is not None
    assert not list((jobs.folder / "results").glob(f"*{job}*"))
    assert client.delete(f"/api/v1/jobs/{job}").json()["state"] == "cancelled"
    other = client.post("/api/v1/jobs", json={**QUICK, "arguments": {**QUICK["arguments"], "seed": 9}}).json()["id"]
    assert until(client, other, "done", "failed")["state"] == "done"


def test_a_job_whose_verb_refuses_says_why(workbench):
    """What the verb says is what the person reads, never where in the code it was said."""
    client, _ = workbench
    asked = {"verb": "forecast", "arguments": {"pack": "ouadji", "as_of": "1980-01"}}
    job = client.post("/api/v1/jobs", json=asked).json()["id"]
    failed = until(client, job, "failed", "done")
    assert failed["state"] == "failed"
    assert len(failed["error"]["detail"]) > 20
    assert "Traceback" not in failed["error"]["detail"]


def test_all_faults_of_the_arguments_are_told_at_once(workbench):
    """Each field with what is wrong and what to do; files are not taken by path; rules of a mandate are kept."""
    client, _ = workbench
    asked = {"pack": "ouadji", "as_of": "2013-6", "months": 40, "seeed": 3, "mandate": "../../etc/passwd.yaml",
             "contributions": ["canada-2013", "../../etc/x.yaml"]}  # fmt: skip
    found = client.post("/api/v1/jobs", json={"verb": "plan", "arguments": asked})
    assert found.status_code == 422
    assert found.headers["content-type"] == "application/problem+json"
    fields = {one["field"]: one for one in found.json()["errors"]}
    assert {"arguments.as_of", "arguments.months", "arguments.seeed", "arguments.mandate",
            "arguments.contributions.1"} <= set(fields)  # fmt: skip
    assert fields["arguments.seeed"]["remedy"] == "Did you mean seed?"
    assert "protect-first" in fields["arguments.mandate"]["remedy"]
    # The names a pack is known by here, not any folder.
    for pack in ("mali", "/tmp", "../ouadji"):
        assert client.post("/api/v1/jobs", json={"verb": "plan", "arguments": {"pack": pack}}).status_code == 422


@pytest.mark.parametrize(
    ("mandate", "said"),
    [
        ({"extends": "../x.yaml"}, "extends a shipped one"),
        ({"name": "../x"}, "no name of a mandate"),
        ({"name": "protect-first"}, "name of a shipped mandate"),
        ({"name": "a", "title": "A", "summary": "S", "tasks": {"search_and_destroy": 1}}, "forbids"),
        ({"name": "a", "title": "A", "summary": "S", "escorts": -1, "colour": "red"}, "there is no such key"),
    ],
)
def test_a_mandate_of_ones_own_is_checked_as_a_file_is(workbench, mandate, said):
    """What a mandate may not ask for it may not ask for here either, and no file is read."""
    client, _ = workbench
    found = client.post("/api/v1/jobs", json={"verb": "plan", "arguments": {"pack": "ouadji", "mandate": mandate}})
    assert found.status_code == 422
    assert said in json.dumps(found.json()["errors"])


def test_a_full_queue_says_when_to_come_back(tmp_path):
    """429 with Retry-After; what is known already is not refused."""
    with served(tmp_path, Limits(queued=2), works=False) as (client, _):
        answers = [client.post("/api/v1/jobs", json={"verb": "brief", "arguments": {"pack": "ouadji", "seed": seed}})
                   for seed in (1, 2, 3, 1)]  # fmt: skip
        assert [one.status_code for one in answers] == [202, 202, 429, 202]
        assert int(answers[2].headers["retry-after"]) > 0
        assert answers[2].json()["type"] == "urn:toguna:problem:queue-full"


def test_results_make_room_for_others_unless_they_are_pinned(tmp_path):
    """The longest unread go first, with their jobs; a pinned one stays."""
    with served(tmp_path, Limits(processes=1, result_bytes=1)) as (client, jobs):
        made = []
        for seed in (1, 2, 3):
            asked = {**QUICK, "arguments": {**QUICK["arguments"], "seed": seed}}
            made.append(client.post("/api/v1/jobs", json=asked).json()["id"])
            until(client, made[-1], "done")
            if seed == 1:
                assert client.put(f"/api/v1/jobs/{made[0]}/pin").json()["pinned"]
        time.sleep(0.3)
        assert client.get(f"/api/v1/jobs/{made[0]}").status_code == 200
        gone = client.get(f"/api/v1/jobs/{made[1]}")
        assert gone.status_code == 404
        assert "made room" in gone.json()["detail"]
        assert client.get(f"/api/v1/jobs/{made[2]}").status_code == 200
        with pytest.raises(NoResultError, match="made room"):
            result_table(jobs.folder, made[1], "risk")


def test_one_folder_has_one_server(tmp_path):
    """A second server in the same folder is refused in words, and may come once the first has gone."""
    first, second = Jobs(tmp_path, ("ouadji",)), Jobs(tmp_path, ("ouadji",))
    with first, pytest.raises(AskError, match="Another server works in this folder"):
        second.start()
    with second:
        assert second.ask("brief", {"pack": "ouadji"}).state in (State.QUEUED, State.RUNNING)


def test_jobs_of_an_earlier_version_are_shown():
    """Their remarks and errors are mere English text, and no reason to fail."""
    told = {"verb": "plan", "arguments": {}, "done": 0, "total": 0, "what": "", "bound": None, "views": (),
            "asked": 0.0, "begun": None, "ended": None, "used": 0.0, "times_begun": 1, "pinned": False}  # fmt: skip
    failed = Job(id="a", state=State.FAILED, error={"title": "PlanError", "status": 422, "detail": "No {bed}."},
                 made_from=None, **told)  # fmt: skip
    assert shown(failed, Words("fr"))["error"]["detail"] == "No {bed}."
    done = Job(id="b", state=State.DONE, error=None, made_from={"remarks": ["One {bed}."]}, **told)
    assert shown(done, Words("fr"))["made_from"]["remarks"] == ["One {bed}."]
