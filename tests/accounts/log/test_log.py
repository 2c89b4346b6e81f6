"""The log in both databases: what goes in comes out, is proved, is erased, and nothing can be changed behind it."""

import pytest
from sqlalchemy import text

from toguna.accounts.log import Head, Keys, Log, verify
from toguna.accounts.log.journal import KEEP_EVERY, Draft
from toguna.accounts.log.signing import read_printed
from toguna.accounts.log.store import writing
from toguna.core.errors import AccountError

FIELDS = {
    "act": "looting of a granary",
    "people": 12,
    "share": 0.5,
    "sure": True,
    "sources": ["a", None],
    "où": "Sévaré",
}


def test_what_goes_in_comes_out(log):
    """Every kind of value is given back as it was, in order of writing, with who wrote it and why."""
    first = log.append("rights", "case-1", "reported", FIELDS, "officer-1", "patrol report")
    log.append("rights", "case-2", "reported", {"act": "another"}, "officer-1")
    second = log.append("rights", "case-1", "verified", {"by": 3}, "officer-2")
    found = log.read("rights", "case-1", "officer-3", "monthly review")
    assert [one.number for one in found] == [first.number, second.number]
    assert [one.kind for one in found] == ["reported", "verified"]
    assert found[0].fields == FIELDS
    assert (found[0].actor, found[0].reason, found[0].time) == ("officer-1", "patrol report", first.time)


def test_reads_are_logged(log):
    """Who read a record stands in the log before the content is shown; nameless readers see nothing."""
    log.append("arms", "weapon-1", "marked", {"calibre": "7.62"}, "officer-1")
    size = log.head().size
    log.read("arms", "weapon-1", "auditor", "stock-taking")
    log.read("arms", "no such weapon", "auditor", "curiosity")
    assert log.head().size == size + 2
    kinds = [(one.kind, one.actor, one.reason) for one in log.read("arms", "weapon-1", "x", "y", with_reads=True)]
    assert kinds == [("marked", "officer-1", ""), ("read", "auditor", "stock-taking"), ("read", "x", "y")]
    with pytest.raises(AccountError, match="without a name and a reason"):
        log.read("arms", "weapon-1", "", "why")


def test_erasing_takes_the_words_and_leaves_the_proof(log, url, keys):
    """After an erasure nobody reads the person's entries, others are untouched, and every entry is still proved."""
    drafts = [Draft("ddr", f"file-{n}", "presented", {"n": n}, "officer", subject=f"person-{n % 2}") for n in range(6)]
    entries = log.append_many(drafts)
    before = log.head()
    log.erase("person-1", "data protection officer", "asked by the person")
    for n, entry in enumerate(entries):
        [said] = log.read("ddr", f"file-{n}", "reader", "test")
        assert said.fields == (None if n % 2 else {"n": n})
        assert log.prove(entry.number).holds()
        assert log.prove(entry.number, before).holds()
    assert verify(url, keys, against=[before]).is_whole
    assert log.erase("person-1", "officer", "again") == []
    log.append("ddr", "file-9", "presented", {"n": 9}, "officer", subject="person-1")  # came back of their own will
    assert log.read("ddr", "file-9", "reader", "test")[0].fields == {"n": 9}
    assert log.read("ddr", "file-1", "reader", "test")[0].fields is None


def test_an_erasure_cut_short_is_made_up_for(log, url, keys):
    """The log says who is erased before the key goes; a crash between the two is mended at the next opening."""
    log.append("ddr", "file-1", "presented", {"n": 1}, "officer", subject="person")
    living = keys.give()
    log.erase("person", "officer", "asked")
    with keys._lock:  # the key as it was before
        keys._file.execute("DELETE FROM erased")
        keys.take(living, [])
    assert log.read("ddr", "file-1", "reader", "test")[0].fields == {"n": 1}
    with Log.open(url, keys) as again:
        assert again.read("ddr", "file-1", "reader", "test")[0].fields is None


def test_persons_differ_by_ledger(keys):
    """The same person bears another pseudonym in each ledger: no search across ledgers."""
    assert keys.subject("ddr", "person") != keys.subject("arms", "person")
    assert keys.subject("ddr", "person") == keys.subject("ddr", "person")
    assert keys.record("ddr", "person") != keys.subject("ddr", "person")


def test_proofs_of_every_entry(log):
    """Each entry is proved under every later head, and every head grew from those before it, never the other way."""
    heads, entries = [log.head()], []
    for number in range(9):
        entries.append(log.append("rights", "case", "reported", {"n": number}, "officer"))
        heads.append(log.head())
    for entry in entries:
        for head in heads:
            if head.size >= entry.number:
                assert log.prove(entry.number, head).holds()
            else:
                with pytest.raises(AccountError, match="no entry"):
                    log.prove(entry.number, head)
    for at, head in enumerate(heads):
        log.consistent(head)
        for earlier in heads[:at]:
            log.consistent(earlier, head)
            with pytest.raises(AccountError, match="entries are missing"):
                log.consistent(head, earlier)
    forged = Head(*(getattr(heads[3], name) for name in ("log", "size", "root", "link", "time", "signer")), bytes(64))
    with pytest.raises(AccountError, match="not both signed"):
        log.consistent(forged)


def test_printed_heads_are_read_back(log):
    """What is printed on a report is the whole head; one wrong letter is noticed."""
    log.append("rights", "case", "reported", {}, "officer")
    head = log.head()
    shown = head.printed()
    assert read_printed(shown) == head
    assert read_printed(shown.lower().replace("log ", "Log ")) == head
    body = shown.splitlines()
    wrong = body[1][:5] + ("A" if body[1][5] != "A" else "B") + body[1][6:]
    with pytest.raises(AccountError):
        read_printed("\n".join([body[0], wrong, *body[2:]]))
    with pytest.raises(AccountError, match="letters"):
        read_printed("1" + body[1])
    with pytest.raises(AccountError):
        read_printed("")


def test_the_database_takes_no_change(log):
    """Whoever asks the database to change or delete an entry is refused by it."""
    log.append("rights", "case", "reported", {}, "officer")
    statements = ["UPDATE entries SET leaf = leaf", "DELETE FROM entries WHERE number = 1", "DELETE FROM head"]
    if log.engine.dialect.name == "postgresql":
        statements += ["TRUNCATE entries", "TRUNCATE head"]
    for statement in statements:
        with pytest.raises(AccountError, match="did not do"), writing(log.engine) as connection:
            connection.execute(text(statement))
    assert verify(log.engine.url.render_as_string(hide_password=False), log.keys).is_whole


def test_another_account_is_turned_away(log, url, tmp_path):
    """Keys of another account neither open nor extend the log."""
    with Keys.create(tmp_path / "foreign") as foreign, pytest.raises(AccountError, match="keys of this account"):
        Log.open(url, foreign)


def test_two_machines_on_one_database(log, url, keys, tmp_path):
    """A second machine signs with its own key and each goes on where the other stopped."""
    log.append("rights", "case", "reported", {"n": 1}, "officer")
    with keys.enrol(tmp_path / "second") as second, Log.open(url, second) as other:
        other.append("rights", "case", "reported", {"n": 2}, "officer")
        log.append("rights", "case", "reported", {"n": 3}, "officer")
        assert [one.fields for one in other.read("rights", "case", "x", "y")] == [{"n": 1}, {"n": 2}, {"n": 3}]
        assert other.head().signer == second.signer != keys.signer
        assert verify(url, second).is_whole
        assert verify(url, keys).is_whole
        assert verify(url, signers=[second.signer]).is_whole
        assert not verify(url, signers=[bytes(32)]).is_whole
        assert verify(url).remarks


def test_nothing_is_written_on_a_changed_log(log, url, keys):
    """A writer that finds the end of the log changed refuses, and leaves it as it is."""
    log.append_many([Draft("rights", "case", "reported", {"n": n}, "officer") for n in range(5)])
    with writing(log.engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET session_replication_role = replica"))
        else:
            connection.execute(text("DROP TRIGGER entries_no_delete"))
        connection.execute(text("DELETE FROM entries WHERE number = 6"))
    with pytest.raises(AccountError, match="does not fit its signed head"):
        log.append("rights", "case", "reported", {}, "officer")
    with pytest.raises(AccountError, match="not what this head was signed over"):
        log.prove(2)
    assert 6 in verify(url, keys).damaged()


def test_heads_are_kept_in_the_log(log, url, keys):
    """Every few thousand entries the signed head goes into the log itself, and is verified there."""
    drafts = [Draft("rights", "case", "reported", {"n": 1}, "officer")] * 1500
    for _ in range(3):
        log.append_many(drafts)
    report = verify(url, keys)
    assert report.is_whole
    assert report.entries == 4500 + 2
    assert report.entries // KEEP_EVERY == 1


@pytest.mark.parametrize("value", [float("nan"), float("inf"), b"bytes", {1: 2}, {"x": object()}, "\ud800"])
def test_what_cannot_be_kept(log, value):
    """A value that would not come back as it was is refused before anything is written."""
    size = log.head().size
    with pytest.raises(AccountError, match="cannot keep"):
        log.append("rights", "case", "reported", {"secret": value}, "officer")
    assert log.head().size == size


def test_all_or_none(log):
    """One draft that cannot be kept stops the others of its batch; the log's own ledger is not for others."""
    size = log.head().size
    good, bad = (Draft("rights", "case", "x", {"n": n}, "officer") for n in (1, float("nan")))
    with pytest.raises(AccountError):
        log.append_many([good, bad])
    with pytest.raises(AccountError, match="cannot be called"):
        log.append("log", "case", "x", {}, "officer")
    assert log.append_many([]) == []
    assert log.head().size == size


def test_databases_we_do_not_keep_logs_in(keys):
    for wrong in ("mysql://x/y", "sqlite://", "://", "sqlite:///:memory:"):
        with pytest.raises(AccountError):
            Log.open(wrong, keys)
