"""Business errors. An exception's docstring is its default message; `code` is what programs match on."""

from typing import ClassVar


class NightshiftError(Exception):
    """The request could not be carried out."""

    code: ClassVar[str] = "error"

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (self.__doc__ or "").strip())


class NotFound(NightshiftError):
    """There is no such thing here."""

    code = "not_found"


class Conflict(NightshiftError):
    """The request does not fit the present state."""

    code = "conflict"


class Invalid(NightshiftError):
    """The request breaks a rule."""

    code = "invalid"


class StockRefused(NightshiftError):
    """The ledger refuses to move this pack."""

    code = "stock_refused"


class StaleEpoch(NightshiftError):
    """Another controller has taken over: this one may write nothing more."""

    code = "stale_epoch"


class StoreUnavailable(NightshiftError):
    """The database takes no commit at the moment; nothing was changed."""

    code = "store_unavailable"


class Overloaded(NightshiftError):
    """More is waiting than can be worked off; try again in a few seconds."""

    code = "overloaded"


class KeyReused(NightshiftError):
    """This Idempotency-Key was used for another request."""

    code = "key_reused"


class ForecastFailed(NightshiftError):
    """The forecast could not be made; nothing else is affected."""

    code = "forecast_failed"
