"""The sentence that a shift leader reads, as a table."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from controller.domain.forecast import (
    Busy,
    ClassOutlook,
    Down,
    HeldVan,
    HourOutlook,
    Outlook,
    Question,
    Spread,
    Staffing,
    VanOutlook,
)
from controller.domain.order import OrderClass
from controller.rehearsal.forecast.conclusion import conclude

LONDON = ZoneInfo("Europe/London")
TEN = datetime(2026, 11, 23, 10, tzinfo=UTC).timestamp()
TWO = TEN + 4 * 3600.0
SIX = TEN + 8 * 3600.0


def outlook(routine: int = 0, discharge: int = 0, *, vans: tuple[VanOutlook, ...] = (), busy: float = 0.8) -> Outlook:
    late = {OrderClass.ROUTINE: routine, OrderClass.DISCHARGE: discharge}
    return Outlook(
        classes=tuple(
            ClassOutlook(each, Spread(100.0, 110.0), Spread(late.get(each, 0), late.get(each, 0) + 2.0))
            for each in OrderClass
        ),
        vans=vans,
        late_orders=(),
        hours=(HourOutlook(TEN, Spread(1400.0, 1450.0), Busy("R3", 0.7), Busy("CHECK", busy)),),
        packs_an_hour=Spread(1400.0, 1450.0),
    )


def van(run: str, orders: float, hold_s: float | None, share: float = 1.0) -> VanOutlook:
    return VanOutlook(f"{run}/2026-11-23", TWO, share, Spread(orders, orders), ("W1",), hold_s)


DOWN = Question(down=(Down("R4", TWO),))
QEUH = van("QEUH-3", 3.0, 350.0)


@pytest.mark.parametrize(
    ("question", "baseline", "what_if", "said"),
    [
        (Question(), outlook(), None, "Until 18:00 nothing is late. Busiest is CHECK from 10:00, 80% of its time."),
        (
            Question(),
            outlook(3, 1, vans=(QEUH,)),
            None,
            "Until 18:00 1 discharge order and 3 routine orders come late (left by QEUH-3). Hold QEUH-3 for 6 min. "
            "Busiest is CHECK from 10:00, 80% of its time.",
        ),
        (DOWN, outlook(), outlook(), "With R4 down until 14:00 nothing is late until 18:00."),
        (
            DOWN,
            outlook(),
            outlook(3, vans=(QEUH,)),
            "With R4 down until 14:00 3 routine orders come late (left by QEUH-3) until 18:00, and as things are "
            "nothing. Hold QEUH-3 for 6 min.",
        ),
        (
            DOWN,
            outlook(1),
            outlook(9, vans=(van("GRI-3", 4.0, None), van("RAH-3", 5.0, 7200.0)), busy=0.99),
            "With R4 down until 14:00 9 routine orders come late (left by RAH-3 and GRI-3) until 18:00, and as things "
            "are 1 routine order comes late. CHECK is short of hands. Pick its orders first, or some of them by hand.",
        ),
        (
            DOWN,
            outlook(2),
            outlook(2),
            "With R4 down until 14:00 it makes no difference: until 18:00 2 routine orders come late.",
        ),
        (
            DOWN,
            outlook(),
            outlook(9, vans=tuple(van(f"V-{number}", 9.0 - number, None) for number in range(5))),
            "With R4 down until 14:00 9 routine orders come late (left by V-0, V-1, V-2 and 2 more) until 18:00, and "
            "as things are nothing. Pick its orders first, or some of them by hand.",
        ),
        (
            Question(night_shift=False),
            outlook(),
            outlook(),
            "Without a night shift nothing is late until 18:00: nobody is needed from 20:00 to 06:00.",
        ),
        (
            Question(night_shift=False),
            outlook(),
            outlook(1, vans=(van("GRI-1", 1.0, None, 0.4),)),
            "Without a night shift 1 routine order comes late until 18:00, and as things are nothing. Somebody is "
            "needed from 20:00 to 06:00.",
        ),
        (
            replace(DOWN, discharges=1.2, orders=0.9, staffing=(Staffing("CHECK", 0),), holds=(HeldVan("GRI-3", 4.0),)),
            outlook(2),
            outlook(),
            "With R4 down until 14:00, 10% fewer orders, 20% more discharges, nobody at CHECK and GRI-3 held for 4 min "
            "nothing is late until 18:00; as things are, 2 routine orders come late.",
        ),
    ],
)
def test_conclusion(question: Question, baseline: Outlook, what_if: Outlook | None, said: str) -> None:
    assert conclude(question, baseline, what_if, SIX, LONDON) == said
