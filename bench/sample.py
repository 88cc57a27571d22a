"""An app of many modules, as the benches need one."""

from __future__ import annotations

from pathlib import Path

MODULES = 50
LINES = 147

_UNIT = '''
def total_{n}(rows, rate=0.{n}2, label="total of {n}"):
    """Sum what the rows of kind {n} are worth."""
    result = 0.0
    for row in rows:
        if row.get("kind") == {n}:
            result += row["amount"] * (1 + rate)
    return {{"label": label, "value": round(result, 2)}}


class Report{n}:
    """Rows of kind {n} as they are shown."""

    title = "Report {n}"

    def __init__(self, rows):
        self.rows = [row for row in rows if row.get("kind") == {n}]
        self.total = total_{n}(self.rows)

    def lines(self):
        yield self.title
        yield from (f"{{row['name']}}: {{row['amount']:.2f}}" for row in self.rows)

'''


def names() -> list[str]:
    """The modules' names."""
    return [f"part_{number:02}" for number in range(MODULES)]


def write_modules(root: Path) -> None:
    """Write the modules into a folder; each has LINES lines."""
    for number, name in enumerate(names()):
        text = f'"""Part {number}."""\n' + "".join(_UNIT.format(n=unit) for unit in range(1, 10))
        (root / f"{name}.py").write_text("\n".join(text.splitlines()[: LINES - 1]) + f"\nNUMBER = {number}\n")
