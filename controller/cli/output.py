"""What people read: results on standard output, everything else on standard error."""

from rich.console import Console
from rich.markup import escape

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def complain(message: str) -> None:
    """One line on standard error, in the form that every failure has."""
    err.print(f"[bold red]nightshift:[/] {escape(' '.join(message.split()))}", soft_wrap=True)


def count(number: int, thing: str) -> str:
    """`1 order`, `2,043 orders`."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
