"""No planted name is found in any file, dump, export, backup, log line or error message."""
# ruff: noqa: SIM117 - one machine within the other reads best

import base64
import logging

import pytest
from sqlalchemy import text
from tests.accounts.book import stories

from toguna.accounts.book.book import Ask
from toguna.accounts.log import Keys, Log, verify
from toguna.accounts.log.carry import back_up, bring_in, export, restore
from toguna.accounts.log.journal import Draft
from toguna.core.errors import AccountError

PLANTED = {
    "record": "Zouleykha-Planted-Record-77",
    "subject": "Moussa Planted Subject",
    "text": "Planted testimony under the néré tree",
    "nested": "Planted nested witness",
    "serial": "PLANTED-AK-5511",
    "actor": "Planted Officer Keïta",
    "reason": "Planted reason of the visit",
    "passphrase": "planted passphrase baobab",
}


def shapes(word):
    """A planted word in the ways it might be written down."""
    raw = word.encode()
    yield from (raw, raw.lower(), raw.upper(), word.encode("utf-16-le"), raw.hex().encode(), raw[::-1])
    for shift in range(3):  # inside a longer base64 text
        yield base64.b64encode(b"x" * shift + raw)[4:-4]
    yield word.encode("unicode_escape")


def assert_clear_of_secrets(raw, where):
    for word in PLANTED.values():
        for shape in shapes(word):
            assert shape not in raw, (where, word)


def test_nothing_is_found_in_clear(log, url, keys, tmp_path, request, caplog, capfd):
    """After writing, reading, erasing, carrying, merging and failing, all that was left behind is searched."""
    caplog.set_level(logging.DEBUG)
    messages = []

    def fails(work):
        with pytest.raises(AccountError) as found:
            work()
        messages.append(str(found.value))
        for link in (found.value.__cause__, None if found.value.__suppress_context__ else found.value.__context__):
            messages.append(repr(link))

    p = PLANTED
    fields = {"testimony": p["text"], "more": {"who": [p["nested"]]}, "serial": p["serial"]}
    log.append("rights", p["record"], "reported", fields, p["actor"], p["reason"], subject=p["subject"])
    log.append_many([Draft("arms", p["serial"], "marked", fields, p["actor"], p["reason"])] * 20)
    assert log.read("rights", p["record"], p["actor"], p["reason"])[0].fields == fields
    back_up(log, tmp_path / "backup", p["passphrase"])
    head = export(log, tmp_path / "export")
    with keys.enrol(tmp_path / "second", p["passphrase"]) as second:
        with restore(tmp_path / "export", f"sqlite:///{tmp_path / 'second.db'}", second, as_copy=True) as other:
            other.append("rights", p["record"], "verified", fields, p["actor"], subject=p["subject"])
            export(other, tmp_path / "second export")
            bring_in(log, tmp_path / "second export")
            messages.append(repr(other) + repr(second))
    fails(lambda: log.append("rights", p["record"], "x", {"testimony": p["text"], "n": float("nan")}, p["actor"]))
    fails(lambda: log.append("log", p["record"], "x", fields, p["actor"]))
    fails(lambda: log.read("rights", p["record"], p["actor"], ""))
    fails(lambda: Keys.open(tmp_path / "second", p["passphrase"] + "x"))
    with log.engine.connect().execution_options(toguna_writes=True) as connection, connection.begin():
        drop(connection)
        connection.execute(text("UPDATE entries SET leaf = :leaf WHERE number = 2"), {"leaf": b"\x01" * 300})
    messages.append(verify(url, keys).summary())
    fails(lambda: log.prove(1, log.head()))
    with log.engine.connect().execution_options(toguna_writes=True) as connection, connection.begin():
        connection.execute(text("DROP TABLE entries"))
    fails(lambda: log.append("rights", p["record"], "reported", fields, p["actor"], p["reason"], p["subject"]))
    messages += [head.printed(), repr(log), repr(log.keys), caplog.text, *capfd.readouterr()]
    assert_clear_of_secrets("\n".join(messages).encode(), "messages")
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert_clear_of_secrets(path.read_bytes(), path.name)
    if url.startswith("postgresql"):
        cluster = request.getfixturevalue("cluster")
        with log.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("CHECKPOINT"))
        for path in cluster.folder.rglob("*"):
            if path.is_file() and "backup_label" not in path.name:
                assert_clear_of_secrets(path.read_bytes(), path.name)


def drop(connection):
    """Take the guards away."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL session_replication_role = replica"))
    else:
        connection.execute(text("DROP TRIGGER entries_no_update"))


def test_the_search_would_find_them(tmp_path):
    """The search itself works: planted words in any of the shapes are found."""
    for word in PLANTED.values():
        for shape in shapes(word):
            with pytest.raises(AssertionError):
                assert_clear_of_secrets(b"before " + shape + b" after", "here")


def test_erased_content_leaves_no_key(tmp_path):
    """After an erasure the person's key, wrapped or not, is in no file beside the log and its key store."""
    with Keys.create(tmp_path / "keys") as keys, Log.open(str(tmp_path / "log"), keys) as log:
        log.append("ddr", "file", "presented", {"n": 1}, "officer", subject="person")
        [(_, _, _, key)] = keys.give()
        wrapped = keys._file.execute("SELECT wrapped FROM subject_keys").fetchone()[0]
        log.erase("person", "officer", "asked")
        for path in tmp_path.iterdir():
            assert key not in path.read_bytes()
            assert wrapped not in path.read_bytes()


TOLD = PLANTED["text"]
NAME, SERIAL, PHONE = PLANTED["nested"], PLANTED["serial"], "+223 76 55 44 33"
SAID_WITH_SECRETS = {  # fields of each ledger's first steps in which a secret is planted
    "arms": {"serial": SERIAL, "holder": NAME, "store": TOLD},
    "ammunition": {"lot_number": SERIAL, "holder": NAME, "store": TOLD},
    "operation-arms": {"operation": TOLD},
    "custody": {"site": TOLD, "condition": TOLD, "taken_by": NAME},
    "rights": {"place": NAME, "summary": f"{TOLD}, telephone {PHONE}", "case_number": SERIAL},
    "due_diligence": {"force": TOLD, "base": TOLD},
    "ddr": {"card": SERIAL, "site": TOLD},
}


def test_nothing_entered_in_a_book_is_found_in_clear(url, keys, tmp_path, request, caplog, capfd, monkeypatch):
    """Names, serials, telephone numbers and free text in every ledger; every kind of refusal; then all is searched."""
    monkeypatch.setitem(PLANTED, "telephone", PHONE)
    caplog.set_level(logging.DEBUG)
    messages, who = [], stories.person(PLANTED["actor"], *stories.WORKS.values())

    def fails(work):
        with pytest.raises(AccountError) as found:
            work()
        messages.append(str(found.value) + repr(found.value))

    def tries(work):
        try:
            work()
        except AccountError as why:
            messages.append(str(why) + repr(why))

    with stories.book(url, keys) as kept:
        for ledger, step in stories.BEGINS.items():
            fields = stories.FIRST[ledger, step] | SAID_WITH_SECRETS[ledger]
            record = f"{PLANTED['record']} {ledger}"
            kept.enter([Ask(ledger, record, step, fields)], who, PLANTED["reason"], stories.TODAY)
            kept.show(ledger, record, who, PLANTED["reason"])
            for one in kept.ledgers[ledger]:
                for wrong in ({}, dict.fromkeys(one.says.model_fields, TOLD), {TOLD: NAME}, {"weapons": {NAME: 1}}):
                    tries(lambda n=record, m=one.name, w=wrong, g=ledger: kept.enter([Ask(g, n, m, w)], who))
            fails(lambda g=ledger, n=record: kept.show(g, n, stories.person(NAME, TOLD), "r"))
            fails(lambda g=ledger, n=record: kept.confirm(1, g, n, who, TOLD))
            fails(lambda g=ledger, n=record: kept.unmask(1, g, n, who, TOLD))
            fails(lambda g=ledger: kept.find(g, NAME, SERIAL, who))
            fails(lambda g=ledger: kept.show(g, NAME, who, TOLD))
            assert len(messages) > len(kept.ledgers[ledger].steps)
            if ledger in {"custody", *stories.ARMS}:
                fails(lambda g=ledger, n=record: kept.ask_erasure(g, n, who, TOLD))  # due, or kept by law
            else:
                number = kept.ask_erasure(ledger, record, who, TOLD).number
                fails(lambda g=ledger, n=record, k=number: kept.confirm(k, g, n, who, TOLD))
        fails(lambda: kept.enter([Ask("arms", NAME, TOLD, {})], who))
        fails(lambda: kept.enter([Ask(NAME, NAME, TOLD, {})], who))
        assert [one.id for one in kept.find("arms", "serial", SERIAL.lower(), who)] == [f"{PLANTED['record']} arms"]
        back_up(kept.log, tmp_path / "backup", PLANTED["passphrase"])
        export(kept.log, tmp_path / "export")
        messages += [repr(kept), caplog.text, *capfd.readouterr()]
        search_files(tmp_path, request, kept.log, url)
    search_files(tmp_path, request, None, url)
    assert_clear_of_secrets("\n".join(messages).encode(), "messages")


def search_files(folder, request, log, url):
    """Search every file of a folder, and of the PostgreSQL that keeps the log."""
    paths = [path for path in folder.rglob("*") if path.is_file()]
    if log is not None and url.startswith("postgresql"):
        with log.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("CHECKPOINT"))
        base = request.getfixturevalue("cluster").folder
        paths += [path for path in base.rglob("*") if path.is_file() and "backup_label" not in path.name]
    assert any(path.name == "keys.index" for path in paths)
    for path in paths:
        assert_clear_of_secrets(path.read_bytes(), path.name)
