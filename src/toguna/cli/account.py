"""`toguna account`: ledgers of rights, custody, arms and DDR, in a folder with keys and a log."""

from __future__ import annotations

import typer

from toguna.cli.account_arms import arms
from toguna.cli.account_begin import begin
from toguna.cli.account_count import counts
from toguna.cli.account_enter import enters
from toguna.cli.account_folder import Accounts
from toguna.cli.account_forms import forms
from toguna.cli.account_match import matches
from toguna.cli.account_proof import proof
from toguna.cli.account_records import records

account = typer.Typer(
    cls=Accounts,
    no_args_is_help=True,
    help="Keep ledgers of human rights, custody, arms and DDR: encrypted, signed, nothing changed unseen. Who works is "
    "named by --as or TOGUNA_PERSON; the passphrase is asked for, or in TOGUNA_PASSPHRASE.",
    epilog="First time here? Try: toguna account new",
)
for part in (begin, forms, enters, records, counts, arms, matches, proof):
    part(account)
