"""A forecast as the API answers it."""

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
from tests.unit.api.small_centre import NOW

ONE = Spread(1.0, 2.0)

OUTLOOK = Outlook(
    classes=(ClassOutlook(OrderClass.ROUTINE, ONE, ONE),),
    vans=(VanOutlook("GGH-1/2026-11-23", NOW + 60.0, 1.0, ONE, ("GGH-WA1",), 240.0),),
    late_orders=(
        LateOrder("T1", OrderClass.ROUTINE, "GGH-WA1", "GGH-1/2026-11-23", NOW + 60.0, 1.0, 7200.0, NOW + 7260.0),
        LateOrder("D1", OrderClass.DISCHARGE, "GGH-WA1", None, NOW + 60.0, 0.5, 90.0, None),
    ),
    hours=(HourOutlook(NOW, ONE, Busy("R1", 0.5), None),),
    packs_an_hour=ONE,
)
FORECAST = Forecast(
    at=NOW, until_at=NOW + 3600.0, seeds=3, known_orders=5, expected_orders=ONE, basis="As last week.",
    baseline=OUTLOOK, what_if=None, conclusion="Nothing is late.",
)  # fmt: skip
