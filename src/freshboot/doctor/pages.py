"""The documents' pages of the findings, from the rules themselves."""

from __future__ import annotations

from collections.abc import Sequence

from freshboot.doctor.finding import Rule, Severity
from freshboot.doctor.table import REPORTS, Field, likelihood

_SEVERITIES = {
    Severity.ERROR: "An **error**: the push will not show, or takes the app down.",
    Severity.WARNING: "A **warning**: the push will show late, in part, or not each time.",
    Severity.NOTE: "A **note**: worth knowing before the push. Notes alone do not fail the command.",
}


def page(rule: Rule) -> str:
    """The page of one finding, in Markdown."""
    return f"""# {rule.name}

{_sentence(rule.what)}

{_SEVERITIES[rule.severity]}

```text
{rule.example}
```

## Why it bites

{_sentence(rule.why)}

## How likely

{_sentence(likelihood(rule.field))}

## The fix

{_sentence(rule.fix)}{_mended(rule)}

## To leave it as it is

{_ignoring(rule)}
"""


def table(rules: Sequence[Rule]) -> str:
    """All findings, by the classes of the field reports, the most frequent first."""
    heads = ["| finding | what it looks like | severity | reports |", "|---|---|---|---|"]
    fields = [*sorted(Field, key=lambda one: -one.reports), None]
    rows = [_row(rule) for field in fields for rule in rules if rule.field is field]
    return "\n".join([*heads, *rows]) + "\n"


def _row(rule: Rule) -> str:
    seen = f"{rule.field.title}, {rule.field.reports} of {REPORTS}" if rule.field else "–"
    return f"| [`{rule.name}`](findings/{rule.name}.md) | {rule.what} | {rule.severity.value} | {seen} |"


def _mended(rule: Rule) -> str:
    return "\n\n`freshboot doctor --fix` does it where that is safe." if rule.mend else ""


def _ignoring(rule: Rule) -> str:
    return f"""Write `# freshboot: ignore[{rule.name}] why` into the line that is named, or above it.
Where no line is named, or a comment cannot stand, write it into `.github/freshboot.yml`:

```yaml
ignore:
  {rule.name}: why
```

The reason is required: see [`freshboot doctor`](../doctor.md)."""


def _sentence(words: str) -> str:
    """Words that may begin small, as a sentence."""
    return words[:1].upper() + words[1:] + ("" if words.endswith(".") else ".")
