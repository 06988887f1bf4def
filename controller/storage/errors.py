"""What goes wrong with a database, in words that the engine and the command line can act on."""

import contextlib
from collections.abc import Iterator
from typing import ClassVar

from sqlalchemy import exc

from controller.domain.errors import NightshiftError, StoreUnavailable


class RowRefused(NightshiftError):
    """The database refuses a row that breaks a rule of its tables; nothing of the batch was written."""

    code: ClassVar[str] = "row_refused"


class StoreDamaged(NightshiftError):
    """The database file is damaged: restore the last backup, do not write on."""

    code: ClassVar[str] = "store_damaged"


class SchemaMismatch(NightshiftError):
    """The database does not have the tables that this program needs."""

    code: ClassVar[str] = "schema_mismatch"


@contextlib.contextmanager
def database_errors() -> Iterator[None]:
    """Translate what SQLAlchemy and the drivers raise; the cause is chained.

    StoreUnavailable when the connection was lost during a commit means that the outcome is unknown: who holds
    state must load it anew.
    """
    try:
        yield
    except NightshiftError:
        raise
    except Exception as error:
        translated = _translate(error)
        if translated is None:
            raise
        raise translated from error


def _translate(error: Exception) -> NightshiftError | None:
    """None for what is no matter of the database."""
    cause = error.orig if isinstance(error, exc.DBAPIError) and error.orig is not None else error
    message = str(cause).partition("\n")[0]
    # PEP 249 gives the drivers' errors these names; ours come from three: sqlite3, asyncpg's adapter and SQLAlchemy.
    names = {kind.__name__ for kind in type(cause).__mro__}
    if names & {"IntegrityError", "DataError"}:
        return RowRefused(f"the database refuses a row: {message}")
    if "malformed" in message or "not a database" in message:
        return StoreDamaged(f"the database is damaged: {message}")
    if names & {"OperationalError", "InterfaceError", "InternalError", "OSError", "TimeoutError"}:
        return StoreUnavailable(f"the database does not answer: {message}")
    if isinstance(error, exc.DBAPIError) and error.connection_invalidated:
        return StoreUnavailable(f"the connection to the database is lost: {message}")
    return None
