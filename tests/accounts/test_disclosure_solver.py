"""Cells are withheld the same whoever used the solver before in this process, as plans do."""

import subprocess
import sys

BEFORE = """
import highspy
solver = highspy.Highs()
solver.setOptionValue("output_flag", False)
chosen = [solver.addVariable(0, 1, type=highspy.HighsVarType.kInteger) for _ in range(30)]
for row in range(10):
    solver.addConstr(sum(float(1 + (7 * at + row) % 29) * one for at, one in enumerate(chosen)) <= 100)
solver.maximize(sum(float(1 + 5 * at % 29) * one for at, one in enumerate(chosen)))
"""
WITHHELD = """
import pandas as pd
from toguna.accounts.disclosure import suppress
rows = [("Gao", "May", 3), ("Gao", "June", 6), ("Kidal", "May", 12), ("Kidal", "June", 9), ("Mopti", "May", 30)]
table = pd.DataFrame(rows, columns=["area", "month", "people"])
print(suppress(table, ["area", "month"], "people").table.to_csv())
"""


def printed(program):
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout


def test_another_use_of_the_solver_changes_nothing():
    alone = printed(WITHHELD)
    assert "withheld" in alone
    assert printed(BEFORE + WITHHELD).endswith(alone)  # the solver prints its name before
