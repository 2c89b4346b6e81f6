"""People, weapons and runs of the command line that the tests share."""

from contextlib import contextmanager
from pathlib import Path

import yaml
from typer.testing import CliRunner

from toguna.accounts.book.book import Ask, Book
from toguna.accounts.ledgers import LEDGERS
from toguna.accounts.log import Keys
from toguna.cli import app
from toguna.core.errors import TogunaError

PEOPLE = """\
arm: {roles: [armourer]}
com: {roles: [commissioner]}
cus: {roles: [custodian]}
mon: {roles: [monitor]}
reg: {roles: [registrar]}
pan: {roles: [panel]}
adv: {roles: [adviser]}
rev: {roles: [reviewer]}
ana: {roles: [analyst]}
far: {roles: [armourer], areas: [XO99]}
"""
SEIZED = {"on": "2013-02-04", "area": "XO0101", "holder": "Police post 4", "holder_kind": "police",
          "kind": "assault_rifle", "make": "Izhmash", "model": "AKM", "calibre": "7.62x39",
          "serial_state": "read", "serial": "0123456",
          "country_of_manufacture": "RUS", "circumstance": "other"}  # fmt: skip
MARKED = {"on": "2013-02-05", "area": "XO0101"}
STORED = {"on": "2013-02-06", "area": "XO0101", "holder": "Police post 4", "holder_kind": "police",
          "from_holder": "Police post 4", "store": "Depot 1"}  # fmt: skip
DESTROYED = {"on": "2013-03-01", "area": "XO0101", "from_holder": "Police post 4", "method": "cutting",
             "place": "Depot 1", "witnesses": ["First Witness", "Second Witness"]}  # fmt: skip
WHY = ("--why", "a test")


class Done:
    """What a run of the command line left."""

    def __init__(self, result):
        self.code, self.out, self.error = result.exit_code, result.output, result.exception


def run(*words, code=0, stdin=None, **env):
    """Run a command; a mistake of the user is a TogunaError, anything else fails the test."""
    variables = {"COLUMNS": "200", "TOGUNA_PASSPHRASE": "", **env}
    result = CliRunner().invoke(app, ["account", *map(str, words)], input=stdin, env=variables)
    if isinstance(result.exception, TogunaError):
        assert code == 2, result.exception
        return Done(result)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return Done(result)


def refused(*words, **more):
    """Return the sentence a command is refused with."""
    done = run(*words, code=2, **more)
    return " ".join(str(done.error).split()) if isinstance(done.error, TogunaError) else done.out


def said(fields, name="said.yaml"):
    """Write fields to a file, as somebody would who keeps names out of the shell."""
    Path(name).write_text(yaml.safe_dump(fields), encoding="utf-8")
    return name


def weapon(record, serial="0123456"):
    """A weapon that was seized, marked and stored."""
    filled(
        "arms",
        [(record, "seized", SEIZED | {"serial": serial}), (record, "marked", MARKED), (record, "stored", STORED)],
    )


@contextmanager
def book():
    """The account's book, opened as other programs would."""
    with Keys.open("account/keys") as keys, Book.open("sqlite:///account/log.db", keys, LEDGERS) as opened:
        yield opened


def filled(ledger, records):
    """Enter many records at once."""
    from toguna.accounts.book.roles import Person

    with book() as opened:
        person = Person("x", frozenset({"armourer", "registrar", "adviser", "custodian", "investigator"}))
        opened.enter([Ask(ledger, one, step, fields) for one, step, fields in records], person)


def number(done):
    """The entry a command says it made."""
    return done.out.split("(entry ")[1].split(")")[0]
