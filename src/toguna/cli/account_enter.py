"""`toguna account enter | import | confirm | decline`: steps go in, one or a whole file, all of it or none."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from toguna.cli.account_folder import ACCOUNT, Account, LedgerName, RecordId, Why, ledger_of, on_account, write_bytes
from toguna.cli.terminal import say_next, working
from toguna.core.errors import AskError, DataError

if TYPE_CHECKING:
    from toguna.accounts.book.ledger import Ledger
    from toguna.accounts.intake import ColumnMapping, Intake

SUBMISSIONS = "submissions taken in"
Number = Annotated[int, typer.Argument(metavar="ENTRY", min=1, help="Number of the entry that proposed it.")]


def enters(app: typer.Typer) -> None:
    """Register the commands."""
    on_account(app, "enter", "toguna account enter arms marked W-17 --field on=2013-02-04 ...")(enter)
    on_account(app, "import", "toguna account import feb.xlsx --mapping custody.yaml")(take_in)
    on_account(app, "confirm", "toguna account confirm 41 arms W-17 --why 'seen' --as officer-8")(confirm)
    on_account(app, "decline", "toguna account decline 41 arms W-17 --why 'other weapon'")(decline)
    on_account(app, "set-aside", "toguna account set-aside 57 arms W-17 --why 'entered twice'")(set_aside)


def enter(
    account: Account,
    ledger: LedgerName,
    step: Annotated[str, typer.Argument(metavar="STEP", help="What happened; see toguna account steps.")],
    record: RecordId,
    field: Annotated[
        Optional[list[str]],  # noqa: UP045  (Typer reads this form)
        typer.Option("--field", "-f", metavar="K=V", help="A field; K=? asks for it. May be given again."),
    ] = None,
    from_: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--from", help="YAML or JSON with fields; - for standard input."),
    ] = None,
    why: Annotated[str, typer.Option("--why", help="Reason, kept in the log.")] = "",
) -> None:
    """Enter a step of a record; one that takes two people is proposed.

    What names a person is asked for (K=?) or read from a file, so that it is not left in the shell's history.
    """
    from toguna.accounts.book.book import Ask
    from toguna.accounts.intake.kinds import step_of
    from toguna.cli.account_fields import from_file, from_options

    kept = ledger_of(ledger)
    taken = step_of(kept, step)
    said = {**(from_file(from_) if from_ is not None else {}), **from_options(kept, step, field or [])}
    [entry] = account.book.enter([Ask(ledger, record, step, said)], account.person, why)
    if taken.two_person:
        typer.echo(f"Proposed {ledger} {record}: {step} (entry {entry.number}). It holds once a second person agrees.")
        say_next(f"toguna account confirm {entry.number} {ledger} {record} --why ... --as NAME")
        return
    typer.echo(f"Entered {ledger} {record}: {step} (entry {entry.number}).")
    alike = account.book.cases(ledger, record, account.person)
    if alike:
        typer.echo(f"May be the same as {', '.join(one.id for one in alike)}. Look at them; nothing was joined.")


def take_in(
    account: Account,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV, XLSX, or submissions of a form in JSON.")],
    mapping: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--mapping", help="YAML: which column is which field."),
    ] = None,
    ledger: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--ledger", help="Instead of a mapping: the ledger of Toguna's own template."),
    ] = None,
    step: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--step", help="Instead of a mapping: the step of Toguna's own template."),
    ] = None,
    form: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--form", help="XLSForm the submissions were made with."),
    ] = None,
    areas: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--areas", metavar="PACK", help="Country pack that says which area a point is in."),
    ] = None,
    attachments: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--attachments", help="Folder with the files sent with submissions."),
    ] = None,
    only_good: Annotated[bool, typer.Option("--only-good", help="Take in the good rows, others at fault or not.")] = (
        False
    ),
    report: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--report", help="CSV for the faults."),
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Only list faults; enter nothing.")] = False,
    why: Annotated[str, typer.Option("--why", help="Reason, kept in the log.")] = "",
) -> None:
    """Take in a whole file: every fault is listed, and all rows go in or none.

    Rows the ledger has already are left out, so a file can be taken in twice.
    """
    from toguna.accounts.book.book import Ask

    kept, how = _mapping(mapping, ledger, step)
    with working("Reading"):
        found = _read(account, file, kept, how, form, areas, attachments)
    for note in found.notes:
        typer.echo(note)
    if report is not None:
        write_bytes(report, found.report().encode("utf-8"))
    if check:
        for one in found.faults:
            typer.echo(f"- {one}")
        typer.echo(f"{len(found.drafts)} steps could be entered, {len(found.faults)} faults. Nothing was entered.")
        raise typer.Exit(1 if found.faults else 0)
    drafts = found.to_write(only_good=only_good)
    asks = [Ask(kept.name, one.record_id, one.step, one.fields) for one in drafts]
    if asks:
        account.book.enter(asks, account.person, why or f"taken in from {file.name}")
        keys = [one.key for one in drafts if one.key]
        if keys:
            account.note(SUBMISSIONS, {"keys": keys}, file.name)
    proposed = sum(kept.steps[one.step].two_person for one in drafts)
    words = f", {proposed} of them proposed and waiting for a second person" if proposed else ""
    typer.echo(f"Entered {len(asks)} steps{words}. {len(found.there)} rows were here already.")
    if found.faults:
        typer.echo(f"{len(found.faults)} faults were left out{'' if report else '; --report FILE lists them'}.")


def _mapping(mapping: Path | None, ledger: str | None, step: str | None) -> tuple[Ledger, ColumnMapping]:
    """Return the ledger and how the file is read into it."""
    import yaml

    from toguna.accounts.intake import own_mapping, read_mapping

    if mapping is None:
        if ledger is None or step is None:
            raise AskError("It is not said how to read the file. Give --mapping, or --ledger and --step of a template.")
        return ledger_of(ledger), own_mapping(ledger_of(ledger), step)
    if ledger is not None or step is not None:
        raise AskError("A mapping says ledger and step itself. Leave --ledger and --step out.")
    content = mapping.read_bytes()
    try:
        said: Any = yaml.safe_load(content.decode("utf-8-sig"))
        named = str(said["ledger"])
    except (UnicodeDecodeError, yaml.YAMLError, TypeError, KeyError):
        raise DataError(f"{mapping.name} names no ledger. See docs/accounts-intake.md.") from None
    kept = ledger_of(named)
    return kept, read_mapping(mapping.name, content, kept)


def _read(
    account: Account,
    file: Path,
    ledger: Ledger,
    mapping: ColumnMapping,
    form: Path | None,
    areas: str | None,
    attachments: Path | None,
) -> Intake:
    from toguna.accounts.book.following import history
    from toguna.accounts.intake import read_xlsform, take_submissions
    from toguna.accounts.intake import take_in as rows
    from toguna.accounts.log.sealing import derive

    def known(record_id: str) -> Any:
        return account.record(ledger, record_id)

    today = datetime.now(UTC).date()
    content = file.read_bytes()
    if file.suffix.lower() != ".json":
        if form is not None:
            raise AskError(f"--form is for submissions in JSON; {file.name} is none. Leave it out.")
        key = derive(account.book.log.keys.secret(), "record ids")
        return rows(file.name, content, mapping, ledger, today, known=known, key=key)
    if form is None:
        raise AskError(f"{file.name} holds submissions. Give the form they were made with: --form form.xlsx")
    noted = history(account.book.log, ACCOUNT, SUBMISSIONS)
    seen = {key for one in noted if one.fields for key in one.fields["keys"]}
    return take_submissions(
        file.name, content, read_xlsform(form.name, form.read_bytes()), mapping, ledger, today,
        known=known, seen=seen, coarsen=None if areas is None else _area_of(areas),
        attached=None if attachments is None else _attached(attachments),
    )  # fmt: skip


def _area_of(pack: str) -> Any:
    """Return what finds the finest area of a pack a point lies in; the point itself is kept nowhere."""
    from shapely import Point

    from toguna.cli.terminal import read

    table = read(pack, None, False).areas
    finest = table.sort_values("level", ascending=False)

    def found(latitude: float, longitude: float) -> str | None:
        inside = finest[finest.geometry.covers(Point(longitude, latitude))]
        return None if inside.empty else str(inside.iloc[0]["pcode"])

    return found


def _attached(folder: Path) -> Any:
    def content(key: str, name: str) -> bytes | None:
        for path in (folder / key / name, folder / name):
            if path.is_file():
                return path.read_bytes()
        return None

    return content


def confirm(account: Account, entry: Number, ledger: LedgerName, record: RecordId, why: Why) -> None:
    """Agree to a step somebody else proposed; it holds from now on."""
    if is_erasure(account, entry, ledger, record):
        raise AskError(f"Entry {entry} asks to erase the record. Use: toguna account erase grant {entry} ...")
    done = account.book.confirm(entry, ledger, record, account.person, why)
    typer.echo(f"Entered {ledger} {record}: {done.kind} (entry {done.number}), by two people.")


def is_erasure(account: Account, entry: int, ledger: str, record: str) -> bool:
    """Tell whether an entry asks to erase a record: that is confirmed after a look at how long it must be kept."""
    from toguna.accounts.book.following import history
    from toguna.accounts.book.two_people import ERASURE, PROPOSED

    readings = history(account.book.log, ledger_of(ledger).name, record)
    return any(one.number == entry and one.kind == PROPOSED + ERASURE for one in readings)


def set_aside(
    account: Account,
    entry: Annotated[int, typer.Argument(metavar="ENTRY", min=1, help="Entry that could not follow, as show says.")],
    ledger: LedgerName,
    record: RecordId,
    why: Why,
) -> None:
    """Propose to set aside a step that was entered apart and could not follow; it stays in the log."""
    done = account.book.ask_set_aside(entry, ledger, record, account.person, why)
    typer.echo(f"Proposed (entry {done.number}). A second person must agree.")
    say_next(f"toguna account confirm {done.number} {ledger} {record} --why ... --as NAME")


def decline(account: Account, entry: Number, ledger: LedgerName, record: RecordId, why: Why) -> None:
    """Decline a step somebody proposed, or withdraw one's own."""
    done = account.book.decline(entry, ledger, record, account.person, why)
    typer.echo(f"Declined entry {entry} of {ledger} {record} (entry {done.number}).")


def today_of(text: str | None) -> date:
    """Return a day given as YYYY-MM-DD; this day, UTC, where none is."""
    try:
        return datetime.now(UTC).date() if text is None else date.fromisoformat(text)
    except ValueError:
        raise AskError(f"{text!r} is no day. Write YYYY-MM-DD.") from None
