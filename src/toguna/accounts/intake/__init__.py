"""Intake: somebody's spreadsheet or phone forms into any ledger, all faults listed, nothing half-written.

`take_in` reads CSV and XLSX by a mapping, `take_submissions` those of ODK Central and KoboToolbox; both return an
`Intake` whose `to_write` gives the steps to enter. `template` and `xlsform` make the blank files.
"""

from toguna.accounts.intake.blank import own_mapping, template, xlsform
from toguna.accounts.intake.form import Form, Question, read_xlsform
from toguna.accounts.intake.kinds import FieldKind, field_kinds
from toguna.accounts.intake.mapping import ColumnMapping, From, RecordId, read_mapping
from toguna.accounts.intake.submissions import take_submissions
from toguna.accounts.intake.taking import Draft, Intake, take_in

__all__ = [
    "ColumnMapping",
    "Draft",
    "FieldKind",
    "Form",
    "From",
    "Intake",
    "Question",
    "RecordId",
    "field_kinds",
    "own_mapping",
    "read_mapping",
    "read_xlsform",
    "take_in",
    "take_submissions",
    "template",
    "xlsform",
]
