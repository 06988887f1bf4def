"""Orders that will be late, as what needs a person: by van, and by the robot that makes them late."""

from collections.abc import Iterator
from dataclasses import dataclass

from controller.domain.order import OrderClass
from controller.engine.turn import Turn


@dataclass(frozen=True, slots=True)
class LateGroup:
    """Orders for one van that one robot makes late, or none."""

    subject: str
    text: str
    robot: str | None
    late_at: float | None
    """When the first of them that is pressing is due."""


def groups(turn: Turn) -> Iterator[LateGroup]:
    """Of the orders that somebody can still save; what would help is named."""
    state = turn.state
    by_van: dict[tuple[str, str | None], list[str]] = {}
    holders = _holders(turn)
    for order_ref in state.outlook.late:
        promise, order = state.promises.get(order_ref), state.orders.get(order_ref)
        if promise is not None and promise.rescue and order is not None:
            by_van.setdefault((order.departure_id or "courier", holders.get(order_ref)), []).append(order_ref)
    for (van, robot), refs in by_van.items():
        yield LateGroup(
            subject=van if robot is None else f"{van}/{robot}",
            text=_text(turn, van, robot, refs),
            robot=robot,
            late_at=min(
                (
                    state.orders[order_ref].due_at
                    for order_ref in refs
                    if state.orders[order_ref].order_class is not OrderClass.ROUTINE
                ),
                default=None,
            ),
        )


def _text(turn: Turn, van: str, robot: str | None, refs: list[str]) -> str:
    many = f"Order {refs[0]}" if len(refs) == 1 else f"{len(refs)} orders, the first {refs[0]},"
    held_up = "" if robot is None else f", held up by {robot},"
    rescue = (turn.state.promises[refs[0]].rescue or "").rstrip(".")
    return f"{many} for {van}{held_up} will be late unless: {rescue}."


def _holders(turn: Turn) -> dict[str, str]:
    """Late order → the robot that makes it late. Where that works again and the order is still late, it was that one:
    the order does not move from one alarm to another because of it.
    """
    memory, late = turn.state.alarm_memory.late_by, turn.state.outlook.late
    for consequence in sorted(turn.state.consequences.values(), key=lambda each: -each.since):
        if not consequence.planned:
            memory.update({held.order_ref: consequence.robot for held in consequence.orders})
    for order_ref in [order_ref for order_ref in memory if order_ref not in late]:
        del memory[order_ref]
    return memory
