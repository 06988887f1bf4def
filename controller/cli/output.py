"""What people read: results on standard output, everything else on standard error."""

import textwrap
from collections.abc import Iterable

from rich.console import Console
from rich.markup import escape
from rich.text import Text

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def complain(message: str) -> None:
    """One line on standard error, in the form that every failure has."""
    err.print(f"[bold red]nightshift:[/] {escape(' '.join(message.split()))}", soft_wrap=True)


def count(number: int, thing: str) -> str:
    """`1 order`, `2,043 orders`."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def print_lines(lines: Iterable[str]) -> None:
    """Wrapped to the screen, each line under its own beginning; a command to type stays in one piece."""
    for line in lines:
        indent = " " * (len(line) - len(line.lstrip()))
        if line.strip().startswith("nightshift "):
            out.print(Text(line), soft_wrap=True)
            continue
        wrapped = textwrap.wrap(
            line.strip(),
            out.width,
            initial_indent=indent,
            subsequent_indent=f"{indent}  ",
            break_on_hyphens=False,
            break_long_words=False,
        )
        for part in wrapped or [""]:
            out.print(Text(part), soft_wrap=True)


def print_unwrapped(lines: Iterable[str]) -> None:
    """A line each, however long: whoever copies one has it whole."""
    for line in lines:
        out.print(line, markup=False, soft_wrap=True)
