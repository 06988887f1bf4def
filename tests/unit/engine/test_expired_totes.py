"""What has waited in a tote until it expired does not leave."""

from datetime import date

import pytest

from controller.engine import actions as act
from tests.support.cores import FLAT, NEW, Floor, packs_of

PACK = "012.R1.OLD.1"


def waits_until_it_expires(*, checked: bool) -> Floor:
    """Nobody loads the tote, or nobody checks it, for four days."""
    floor = Floor(packs_of(FLAT, "robot:R1", 1, expiry=date(2026, 11, 26))).open()
    floor.do(act.SetLeastRemainingDays("GGH-WA1", 0, "used up the same day", "Ann"))
    floor.order("T1", (FLAT, 1))
    floor.r1.work_off()
    if checked:
        floor.work("CHECK", moved=())
    for _ in range(4):
        floor.jump_to(floor.now + 86_400.0)
    floor.do(act.BookDelivery("DN1", (act.DeliveredLine(FLAT, "B2", NEW, 1),), "Ann"))
    return floor


@pytest.mark.parametrize("checked", [True, False])
def test_a_tote_with_an_expired_pack_is_refused_and_its_order_gathered_anew(checked: bool) -> None:
    floor = waits_until_it_expires(checked=checked)
    if checked:
        floor.work("DOCK", moved=())
        assert floor.claim("DOCK") is None
    floor.work("CHECK", moved=())
    assert floor.account(PACK) == "quarantine"
    assert floor.row("T1").lines[0].gathered == 0
    assert floor.row("T1").status == "open"
    floor.sound()
