"""`toguna serve` as a user starts it: whole processes, sentences, exit codes."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.web.test_auth_provider import CLIENT, SECRET, free_port, running

TOGUNA = str(Path(sys.executable).parent / "toguna")


def env(**more):
    return {"PATH": "/usr/bin:/bin", "COLUMNS": "80", "LANG": "C.UTF-8", "HOME": "/nowhere", **more}


def run(*arguments, cwd, **more):
    """Run to the end, as a user would."""
    return subprocess.run(
        [TOGUNA, "serve", *arguments], capture_output=True, text=True, check=False, cwd=cwd, env=env(**more), timeout=60
    )


@contextmanager
def serving(*arguments, cwd, **more):
    """Start, and yield the process and all it has said once it serves."""
    process = subprocess.Popen(
        [TOGUNA, "serve", "--no-browser", *arguments], cwd=cwd, env=env(**more), text=True, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )  # fmt: skip
    said = []
    try:
        for line in process.stdout:
            said.append(line)
            if "Ctrl-C" in line:
                break
        yield process, "".join(said)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(20)
        process.stdout.close()


def test_it_says_where_it_is_and_what_it_serves_and_stops_when_told(tmp_path):
    """A taken port is no obstacle; Ctrl-C ends it within seconds with a sentence."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with serving("ouadji", "--port", str(port), "--folder", "here", cwd=tmp_path) as (process, said):
            address = re.search(r"Toguna is at (http://127\.0\.0\.1:(\d+))", said)
            assert int(address[2]) != port
            assert f"Port {port} was taken" in said
            assert "Ouadji (XOU), pack ouadji" in said
            assert "made up" in said
            assert httpx.get(f"{address[1]}/api/v1/jobs", timeout=20).json() == {"data": []}
            assert (
                httpx.get(f"{address[1]}/api/v1/jobs", headers={"host": "evil.example"}, timeout=20).status_code == 400
            )
            assert httpx.post(f"{address[1]}/api/v1/jobs", json={"verb": "brief"}, timeout=20).status_code == 403
            second = run("ouadji", "--folder", "here", cwd=tmp_path)
            assert second.returncode == 2
            assert "Another server works in this folder" in second.stderr
            assert (tmp_path / "here" / "session.key").stat().st_mode & 0o077 == 0
            began = time.monotonic()
            process.send_signal(signal.SIGINT)
            assert process.wait(15) == 0
            assert time.monotonic() - began < 8
            assert "Nothing was left half-written" in process.stdout.read()


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "toguna.example.org"])
def test_without_sign_in_it_answers_to_this_machine_alone(tmp_path, host):
    """Another address is refused before anything is started."""
    done = run("ouadji", "--host", host, cwd=tmp_path)
    assert done.returncode == 2
    assert "--team FILE" in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("sheet", "said"),
    [
        ("oidc_issuer: https://id.example.org\n", "give oidc_issuer, oidc_client_id and public_url"),
        ("oidc_isuer: x\n", "oidc_isuer"),
        (
            "oidc_issuer: https://id.example.org\noidc_client_id: t\npublic_url: http://toguna.example.org\n",
            "in the open",
        ),
        ("oidc_issuer: https://id.example.org\noidc_client_id: t\npublic_url: https://t.example.org\n", "gives roles"),
    ],
)
def test_a_file_of_a_team_that_will_not_do_is_told_in_words(tmp_path, sheet, said):
    """What is missing, misspelt or unsafe."""
    (tmp_path / "team.yaml").write_text(sheet, encoding="utf-8")
    done = run("ouadji", "--team", "team.yaml", cwd=tmp_path)
    assert done.returncode == 2
    assert said in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_a_team_signs_in_to_the_whole_workbench(tmp_path):
    """From the page to the issuer and back with a role, the password from the environment."""
    port = free_port()
    here = f"http://127.0.0.1:{port}"
    with running() as issuer:
        (tmp_path / "team.yaml").write_text(
            f"public_url: {here}\noidc_issuer: {issuer}\noidc_client_id: {CLIENT}\n", encoding="utf-8"
        )
        (tmp_path / "work").mkdir()
        (tmp_path / "work" / "roles.yaml").write_text("team-analysts: [viewer, analyst]\n", encoding="utf-8")
        asked = ("ouadji", "--port", str(port), "--team", "team.yaml", "--folder", "work", "--host", "0.0.0.0")
        with serving(*asked, cwd=tmp_path, TOGUNA_OIDC_SECRET=SECRET) as (_, said):
            assert f"Toguna is at {here}" in said
            assert "People sign in" in said
            with httpx.Client(base_url=here, timeout=20) as browser:
                assert browser.get("/api/v1/indicators").status_code == 401
                assert browser.get("/api/v1/public/results").status_code == 200
                away = browser.get(browser.get("/plan").headers["location"])
                back = browser.get(httpx.get(away.headers["location"], timeout=5).headers["location"])
                assert back.headers["location"] == "/plan"
                rows = browser.get("/api/v1/indicators", params={"location_code": "XOU", "limit": 3})
                assert len(rows.json()["data"]) == 3
                assert browser.get("/auth/log").status_code == 403


def test_without_the_extra_it_says_what_to_install(tmp_path):
    """Where FastAPI is not there, a sentence says which packages to add."""
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['fastapi'] = None\n", encoding="utf-8")
    done = run("ouadji", "--no-browser", cwd=tmp_path, PYTHONPATH=os.pathsep.join([str(tmp_path)]))
    assert done.returncode == 2
    assert "pip install 'toguna[server]'" in done.stderr
