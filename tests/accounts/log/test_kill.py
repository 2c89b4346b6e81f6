"""Writers killed at random moments while they write: whatever was acknowledged is there, and the log is whole."""

import multiprocessing
import os
import random
import signal
import time

import pytest

from toguna.accounts.log import Keys, Log, journal, verify
from toguna.accounts.log.journal import Draft

KILLS, AT_ONCE = 200, 2  # writers killed for each database, writing side by side


def write_on(url, keys_path, path):
    """Append until killed; each entry is told to the outside only after it was acknowledged."""
    name = path.name.removeprefix("told-")
    told = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    with Keys.open(keys_path) as keys, Log.open(url, keys) as log:
        os.write(told, b"open\n")
        count = 0
        while True:
            entry = log.append(
                "rights", f"case-{name}", "reported", {"n": count}, "officer", subject=f"{name}-{count % 5}"
            )
            os.write(told, f"{entry.number} {entry.hash.hex()} {count}\n".encode())
            count += 1


def beget(pipe, url, keys_path):
    """Fork a writer for each path that comes, say its number, and how it ended: everything is imported already."""
    while (path := pipe.recv()) is not None:
        child = os.fork()
        if not child:
            try:
                write_on(url, keys_path, path)
            finally:
                os._exit(1)
        pipe.send(child)
    pipe.send([os.waitstatus_to_exitcode(os.wait()[1]) for _ in range(KILLS)])


def acknowledged(folder):
    """Number, hash, writer and count of each entry a writer was told of."""
    for path in folder.glob("told-*"):
        for line in path.read_text().splitlines():
            if line != "open" and len(words := line.split()) == 3:
                yield int(words[0]), words[1], path.name.removeprefix("told-"), int(words[2])


def test_killed_writers_lose_nothing(log, url, keys, tmp_path):
    """SIGKILL at a random moment, 200 times, two at once; then every acknowledged entry is read and proved."""
    rng, context = random.Random(1), multiprocessing.get_context("spawn")
    pipe, theirs = context.Pipe()
    parent = context.Process(target=beget, args=(theirs, url, keys.path), daemon=True)
    parent.start()
    for turn in range(KILLS // AT_ONCE):
        files = [tmp_path / f"told-{turn}-{one}" for one in range(AT_ONCE)]
        writers = []
        for file in files:
            pipe.send(file)
            writers.append(pipe.recv())
        began = time.monotonic()
        while not all(file.exists() and file.stat().st_size for file in files):
            assert time.monotonic() < began + 30
            time.sleep(0.002)
        lines = AT_ONCE + rng.randint(0, 8)  # on a slow machine too, most die in the midst of writing
        while sum(file.read_bytes().count(b"\n") for file in files) < lines:
            assert time.monotonic() < began + 30
            time.sleep(0.001)
        for writer in rng.sample(writers, AT_ONCE):
            time.sleep(rng.uniform(0, 0.02))
            os.kill(writer, signal.SIGKILL)
        if turn % 10 == 9:
            assert verify(url, keys).is_whole
    pipe.send(None)
    assert pipe.recv() == [-signal.SIGKILL] * KILLS
    parent.join()
    report = verify(url, keys)
    assert report.is_whole, report.summary()
    told = list(acknowledged(tmp_path))
    assert len(told) > KILLS
    hashes = log._leaves(log.head())
    read = {}
    for number, hashed, name, count in told:
        assert hashes[number - 1].hex() == hashed
        if name not in read:
            read[name] = {one.number: one.fields for one in log.read("rights", f"case-{name}", "reader", "test")}
        assert read[name][number] == {"n": count}
    entry = log.append("rights", "case", "reported", {}, "officer")
    assert log.prove(entry.number).holds()


@pytest.mark.parametrize("at", ["before", "after"])
def test_a_batch_is_there_as_a_whole_or_not_at_all(log, url, keys, at):
    """A writer that dies with all entries inserted, before its transaction ends, leaves none of them; after it, all."""
    size = log.head().size
    context = multiprocessing.get_context("spawn")
    writer = context.Process(target=write_batch, args=(url, keys.path, at))
    writer.start()
    writer.join()
    assert writer.exitcode == -signal.SIGKILL
    assert log.head().size == size + (0 if at == "before" else 50)
    assert verify(url, keys).is_whole


def write_batch(url, keys_path, at):
    """Append a batch and die, just before the head over it is signed or just after all is committed."""

    def die(*_):
        os.kill(os.getpid(), signal.SIGKILL)

    with Keys.open(keys_path) as keys, Log.open(url, keys) as log:
        if at == "before":
            journal.sign = die
        log.append_many([Draft("rights", "case", "reported", {"n": n}, "officer") for n in range(50)])
        die()
