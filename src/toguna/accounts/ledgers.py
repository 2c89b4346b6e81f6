"""`LEDGERS`: every ledger an account keeps."""

from toguna.accounts import arms, custody, ddr, due_diligence, rights
from toguna.accounts.book.ledger import Ledger

LEDGERS: tuple[Ledger, ...] = (
    rights.LEDGER,
    due_diligence.LEDGER,
    custody.LEDGER,
    arms.LEDGER,
    arms.LOTS,
    arms.OPERATIONS,
    ddr.LEDGER,
)
