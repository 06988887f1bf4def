"""Several courses in one picture."""

from controller.domain.forecast import Busy, Spread
from controller.domain.order import OrderClass
from controller.rehearsal.forecast.outlook import outlook, spread
from controller.rehearsal.forecast.tally import Course, OrderCourse, VanCourse

VAN = "GGH-1/2026-11-23"


def course(late: dict[str, float | None], *, packs: int = 100, busy_s: float = 1800.0) -> Course:
    """`late` gives orders due at 1000 that miss their van, and when they leave."""
    made = Course(0.0, 5400.0)
    for ref in ("A", "B", "C"):
        left_at = late.get(ref, 1000.0)
        made.orders[ref] = OrderCourse(ref, OrderClass.ROUTINE, f"ward {ref}", VAN, 1000.0, ref != "C", left_at=left_at)
        made.orders[ref].loaded_at = None if left_at is None else 900.0 + (left_at - 1000.0) / 10.0
    if late:
        made.vans[VAN] = VanCourse(VAN, 1000.0, list(late))
    made.gathered(10.0, packs)
    made.gathered(4000.0, 10)
    made.robot_works("R1", 0.0, busy_s)
    made.robot_up_s = {"R1": {0: 3600.0, 1: 0.0}, "R2": {0: 3600.0, 1: 1800.0}}
    return made


def test_the_middle_and_the_nine_in_ten() -> None:
    assert spread([3.0, 1.0, 2.0]) == Spread(2.0, 3.0)
    assert spread(range(1, 11)) == Spread(5.0, 9.0)
    assert spread([7]) == Spread(7.0, 7.0)


def test_late_orders_vans_and_hours() -> None:
    found = outlook([course({"A": 4000.0, "C": 2000.0}), course({"A": None}, packs=300), course({}, busy_s=4000.0)])
    routine = next(each for each in found.classes if each.order_class is OrderClass.ROUTINE)
    assert (routine.due, routine.late) == (Spread(3.0, 3.0), Spread(1.0, 2.0))
    (late,) = found.late_orders
    assert (late.order_ref, late.share, late.late_s, late.leaves_at) == ("A", 2 / 3, 3000.0, 4000.0)
    (van,) = found.vans
    assert (van.share, van.left_behind, van.destinations) == (2 / 3, Spread(1.0, 2.0), ("ward A", "ward C"))
    assert van.hold_s == 200.0
    first, second = found.hours
    assert (first.packs, second.packs) == (Spread(100.0, 300.0), Spread(20.0, 20.0))
    assert first.robot == Busy("R1", round((1800 + 1800 + 3600) / 10800, 3))
    assert (second.robot, second.station) == (None, None)
