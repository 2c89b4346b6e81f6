"""The list of refused rows that travels with a pack."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import astuple, fields

from toguna.core.errors import Fault


def refused_csv(faults: Sequence[Fault]) -> str:
    """Return refused rows as CSV text: file, row, column, value, problem, remedy.

    Examples
    --------
    >>> print(refused_csv([Fault("towns.csv", 7, "population", "-3", "the number is negative", "Mend it.")]))
    file,row,column,value,problem,remedy
    towns.csv,7,population,-3,the number is negative,Mend it.
    <BLANKLINE>
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([field.name for field in fields(Fault)])
    writer.writerows(astuple(fault) for fault in faults)
    return out.getvalue()
