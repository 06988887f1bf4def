"""What the person is told of refused rows, and the rule that nothing goes on without their word."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from rich.markup import escape

from controller.cli.output import count, err
from controller.domain.errors import Invalid
from controller.intake.refusals import Refusal, write_refused

_SHOWN = 20


def must_be_accepted(folder: Path, refusals: Sequence[Refusal], accept_valid: bool) -> None:
    """Show what was refused of the files in `folder` and write it beside them.

    Invalid where anything was refused and the person has not said `--accept-valid`; also where a whole file was,
    since nothing of it can be valid.
    """
    if not refusals:
        return
    show(refusals)
    _write_beside(folder, refusals)
    if any(not refusal.row for refusal in refusals):
        raise Invalid("Nothing was imported: a file cannot be read. Mend it and import again.")
    if not accept_valid:
        raise Invalid(
            f"Nothing was imported: {count(len(refusals), 'row')} refused. "
            "Mend them and import again, or go on without them with --accept-valid."
        )


def show(refusals: Sequence[Refusal]) -> None:
    """The first of them, each on a line, and how many more there are."""
    for refusal in refusals[:_SHOWN]:
        err.print(escape(refusal.text), soft_wrap=True)
    if len(refusals) > _SHOWN:
        err.print(f"… and {count(len(refusals) - _SHOWN, 'row')} more.")


def _write_beside(folder: Path, refusals: Sequence[Refusal]) -> None:
    by_file: defaultdict[str, list[Refusal]] = defaultdict(list)
    for refusal in refusals:
        if refusal.row:
            by_file[refusal.file].append(refusal)
    for name, rows in by_file.items():
        try:
            path = write_refused(folder / name, rows)
        except OSError as error:
            err.print(f"The refused rows could not be written beside {escape(name)}: {error.strerror}.", soft_wrap=True)
        else:
            err.print(f"The refused rows are in {escape(str(path))}, with the reasons.", soft_wrap=True)
