import enum

from msgspec import Struct

from controller.api.forecast_board import Asked
from controller.api.instants import Instant, instant, instant_or_none
from controller.domain.forecast import (
    Busy,
    ClassOutlook,
    Forecast,
    HourOutlook,
    LateOrder,
    Outlook,
    Spread,
    VanOutlook,
)
from controller.domain.order import OrderClass


class ForecastStatus(enum.StrEnum):
    UNDER_WAY = "under_way"
    DONE = "done"
    FAILED = "failed"


class SpreadAnswer(Struct, frozen=True):
    """Over the runs: the middle one, and what nine in ten do not exceed."""

    p50: float
    p90: float


class ClassForecast(Struct, frozen=True):
    order_class: OrderClass
    due: SpreadAnswer
    """Orders due in the time looked at, those expected included."""
    late: SpreadAnswer


class VanForecast(Struct, frozen=True):
    """A departure that leaves something behind in at least one run."""

    departure_id: str
    departs_at: Instant
    share: float
    """Of the runs, those in which it does."""
    left_behind: SpreadAnswer
    """Orders."""
    destinations: list[str]
    hold_s: float | None
    """It would take all with it if it waited so long; null where that is not seen."""


class LateOrderForecast(Struct, frozen=True):
    """An order that is known already and comes late in at least one run."""

    order_ref: str
    order_class: OrderClass
    destination: str
    departure_id: str | None
    due_at: Instant
    share: float
    late_s: float
    leaves_at: Instant | None
    """Null where it has not left by the end."""


class BusyForecast(Struct, frozen=True):
    source: str
    share: float


class HourForecast(Struct, frozen=True):
    from_at: Instant
    packs: SpreadAnswer
    """Gathered into totes, an hour."""
    robot: BusyForecast | None
    """The busiest."""
    station: BusyForecast | None


class OutlookAnswer(Struct, frozen=True):
    classes: list[ClassForecast]
    vans: list[VanForecast]
    late_orders: list[LateOrderForecast]
    hours: list[HourForecast]
    packs_an_hour: SpreadAnswer


class ForecastResult(Struct, frozen=True):
    at: Instant
    until_at: Instant
    seeds: int
    known_orders: int
    expected_orders: SpreadAnswer
    basis: str
    conclusion: str
    left_out: list[str]
    baseline: OutlookAnswer
    what_if: OutlookAnswer | None
    """Null where the question changes nothing."""


class ForecastAnswer(Struct, frozen=True):
    forecast_id: str
    status: ForecastStatus
    asked_at: Instant
    failure: str | None
    result: ForecastResult | None


class ForecastSummary(Struct, frozen=True):
    forecast_id: str
    status: ForecastStatus
    asked_at: Instant
    conclusion: str | None


class ForecastList(Struct, frozen=True):
    items: list[ForecastSummary]


def forecast_answer(asked: Asked) -> ForecastAnswer:
    return ForecastAnswer(
        forecast_id=asked.forecast_id,
        status=_status(asked),
        asked_at=instant(asked.asked_at),
        failure=None if asked.failure is None else str(asked.failure),
        result=None if asked.forecast is None else _result(asked.forecast),
    )


def forecast_summary(asked: Asked) -> ForecastSummary:
    conclusion = None if asked.forecast is None else asked.forecast.conclusion
    return ForecastSummary(asked.forecast_id, _status(asked), instant(asked.asked_at), conclusion)


def _status(asked: Asked) -> ForecastStatus:
    if asked.under_way:
        return ForecastStatus.UNDER_WAY
    return ForecastStatus.FAILED if asked.forecast is None else ForecastStatus.DONE


def _result(forecast: Forecast) -> ForecastResult:
    return ForecastResult(
        at=instant(forecast.at),
        until_at=instant(forecast.until_at),
        seeds=forecast.seeds,
        known_orders=forecast.known_orders,
        expected_orders=_spread(forecast.expected_orders),
        basis=forecast.basis,
        conclusion=forecast.conclusion,
        left_out=list(forecast.left_out),
        baseline=_outlook(forecast.baseline),
        what_if=None if forecast.what_if is None else _outlook(forecast.what_if),
    )


def _outlook(found: Outlook) -> OutlookAnswer:
    return OutlookAnswer(
        [_class(each) for each in found.classes],
        [_van(each) for each in found.vans],
        [_late_order(each) for each in found.late_orders],
        [_hour(each) for each in found.hours],
        _spread(found.packs_an_hour),
    )


def _class(found: ClassOutlook) -> ClassForecast:
    return ClassForecast(found.order_class, _spread(found.due), _spread(found.late))


def _van(found: VanOutlook) -> VanForecast:
    return VanForecast(
        found.departure_id,
        instant(found.departs_at),
        found.share,
        _spread(found.left_behind),
        list(found.destinations),
        found.hold_s,
    )


def _late_order(found: LateOrder) -> LateOrderForecast:
    return LateOrderForecast(
        found.order_ref,
        found.order_class,
        found.destination,
        found.departure_id,
        instant(found.due_at),
        found.share,
        found.late_s,
        instant_or_none(found.leaves_at),
    )


def _hour(found: HourOutlook) -> HourForecast:
    return HourForecast(instant(found.from_at), _spread(found.packs), _busy(found.robot), _busy(found.station))


def _busy(found: Busy | None) -> BusyForecast | None:
    return None if found is None else BusyForecast(found.source, found.share)


def _spread(found: Spread) -> SpreadAnswer:
    return SpreadAnswer(found.p50, found.p90)
