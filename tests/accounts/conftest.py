"""Databases for the tests of accounts: a SQLite file, and PostgreSQL as Debian ships it, started by the test run."""

import os
import pwd
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from toguna.accounts.log import Keys, Log


def programs():
    """The folder of PostgreSQL's programs, newest version first; a must in CI, a reason to skip elsewhere."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda one: int(one.parts[-3]))
    on_path = shutil.which("initdb")
    if found or on_path:
        return (found[-1] if found else Path(on_path)).parent
    message = "PostgreSQL is not installed (Debian: apt-get install postgresql)"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="session")
def cluster():
    """A PostgreSQL of our own for the test run."""
    with started() as made:
        yield made


@contextmanager
def started(fsync="off"):
    """A PostgreSQL of our own, reached by a socket in its folder: no port, no password, checksums on."""
    bin_folder = programs()
    user = "postgres" if os.getuid() == 0 else None  # initdb refuses root
    folder = Path(tempfile.mkdtemp(prefix="toguna-pg-", dir="/tmp"))
    if user:
        os.chown(folder, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)
    data = folder / "data"

    def run(name, *words):
        made = subprocess.run([bin_folder / name, *words], user=user, cwd=folder, capture_output=True, check=False)
        assert made.returncode == 0, made.stderr.decode()

    def start():
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync={fsync} -c max_connections=60"
        run("pg_ctl", "-D", data, "-w", "-l", folder / "server.log", "-o", options, "start")

    def stop(how="immediate"):
        run("pg_ctl", "-D", data, "-w", "-m", how, "stop")

    run("initdb", "-D", data, "-U", "toguna", "--auth=trust", "--encoding=UTF8", "--data-checksums", "--no-sync")
    start()
    try:
        yield SimpleNamespace(folder=folder, data=data, run=run, start=start, stop=stop, count=0)
    finally:
        stop()
        shutil.rmtree(folder)


def fresh(cluster):
    """The URL of a new, empty database of the cluster."""
    cluster.count += 1
    name = f"log{cluster.count}"
    cluster.run("createdb", "-h", cluster.folder, "-U", "toguna", name)
    return f"postgresql://toguna@/{name}?host={cluster.folder}"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    """An empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'log.db'}"
    return fresh(request.getfixturevalue("cluster"))


@pytest.fixture
def other_url(url, request, tmp_path):
    """An empty database of the other kind."""
    if url.startswith("postgresql"):
        return f"sqlite:///{tmp_path / 'other.db'}"
    return fresh(request.getfixturevalue("cluster"))


@pytest.fixture
def keys(tmp_path):
    """Keys of a new account."""
    with Keys.create(tmp_path / "keys") as made:
        yield made


@pytest.fixture
def log(url, keys):
    """A new log in each kind of database."""
    with Log.open(url, keys) as made:
        yield made
