"""`nightshift doctor`: what is wrong here, and what to do about it."""

from rich.markup import escape

from controller.cli.checkup import State, examine
from controller.cli.output import count, out
from controller.domain.errors import Invalid

_MARKS = {State.GOOD: "[green]good[/]", State.NOTE: "[cyan]note[/]", State.BAD: "[bold red]BAD [/]"}


def doctor() -> None:
    """Look at Python, packages, settings, ports, database, broker, disk and clock. Leaves with 1 if anything is bad."""
    findings = examine()
    for finding in findings:
        out.print(f"{_MARKS[finding.state]}  {finding.subject:9} {escape(finding.text)}", soft_wrap=True)
        if finding.remedy:
            out.print(f"                 → {escape(finding.remedy)}", soft_wrap=True)
    bad = sum(finding.state is State.BAD for finding in findings)
    if bad:
        raise Invalid(f"{count(bad, 'problem')} found: see what to do above.")
