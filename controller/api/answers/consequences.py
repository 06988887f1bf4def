from collections.abc import Sequence

from msgspec import Struct, field

from controller.api.instants import Day, Instant, instant, instant_or_none
from controller.domain.consequence import Consequence, Course, HeldUp, Prospect
from controller.domain.order import OrderClass
from controller.domain.withdrawal import HowOut, Stage, Withdrawal
from controller.engine.outages import HandPick


class HeldUpOrder(Struct, frozen=True):
    order_ref: str
    destination: str
    order_class: OrderClass = field(name="class")
    departure_id: str | None
    packs: int
    """That it lacks because of the robot."""
    course: Course
    """waits for the robot, by_hand: people fetch it, in_robot: in a tour that it had begun, or in doubt."""
    late: bool
    """Its prospect is late."""
    late_from_at: Instant
    """It is late unless the packs are in their tote by then."""
    expected_at: Instant
    """When they are expected there."""
    target_at: Instant
    """When it must be on its van or with the courier."""
    likelihood: float
    """Probability that it leaves late."""
    prospect: Prospect
    """late from a likelihood of 0.6, at_risk from 0.1, else in_time."""


class ConsequenceAnswer(Struct, frozen=True):
    """What a robot that is out holds up; made anew every minute while it is."""

    why: str
    told_at: Instant
    out_since_at: Instant
    back_at: Instant
    """As likely before as after, where nobody has said so: from how long stops with its faults last."""
    planned: bool
    """It is not out yet."""
    late: int
    """Orders that will be late as it stands."""
    first_late_at: Instant | None
    orders: list[HeldUpOrder]
    destinations: list[str]
    departures: list[str]
    products: int
    """Products that nothing else has."""
    wanted_products: list[str]
    """…of which orders want some now: GTINs."""
    done: list[str]
    to_do: list[str]
    at_risk: int
    """Orders that may be late, beside those that will."""


class WithdrawalAnswer(Struct, frozen=True):
    """How the robot was taken out of work, and how far it is on its way back."""

    withdrawal_id: str
    how: HowOut
    stage: Stage
    reason: str
    actor: str
    since_at: Instant
    back_at: Instant | None
    confirmed_by: str | None
    """Who said that its travel area is empty."""
    failure: str | None
    taken_by_hand: list[str]
    to_forget: list[str]
    """Packs taken by hand that its own inventory still has."""
    unexplained: list[str]
    """Packs in which its inventory and the ledger differ for no known reason."""


class RobotConsequences(Struct, frozen=True):
    """Both null where the robot works and nothing is planned."""

    robot: str
    withdrawal: WithdrawalAnswer | None
    consequence: ConsequenceAnswer | None


class FaultConsequences(Struct, frozen=True):
    """Of the robot's being out because of the fault; null where the fault stands no more, or does not stop it."""

    fault_id: str
    robot: str
    standing: bool
    consequence: ConsequenceAnswer | None


class HandPickPack(Struct, frozen=True):
    pack_id: str
    gtin: str
    batch: str
    expiry: Day
    shelf: str | None
    """Null where no robot has told it: the robot's panel knows."""


class HandPickAnswer(Struct, frozen=True):
    """Packs of one order that people are to fetch out of a robot. Nothing is bound before the job is claimed."""

    order_ref: str
    robot: str
    wanted_at: Instant
    packs: list[HandPickPack]


class HandPickList(Struct, frozen=True):
    items: list[HandPickAnswer]


class DowntimeReceipt(Struct, frozen=True):
    """What the engine says of the withdrawal; more fields may follow."""


def consequence_answer(found: Consequence) -> ConsequenceAnswer:
    return ConsequenceAnswer(
        why=found.why,
        told_at=instant(found.at),
        out_since_at=instant(found.since),
        back_at=instant(found.back_at),
        planned=found.planned,
        late=found.late,
        first_late_at=instant_or_none(found.first_late_at),
        orders=[_held_up(order) for order in found.orders],
        destinations=sorted({order.destination for order in found.orders}),
        departures=sorted({order.departure_id for order in found.orders if order.departure_id is not None}),
        products=found.products,
        wanted_products=list(found.wanted_products),
        done=list(found.done),
        to_do=list(found.to_do),
        at_risk=found.at_risk,
    )


def withdrawal_answer(withdrawal: Withdrawal) -> WithdrawalAnswer:
    return WithdrawalAnswer(
        withdrawal_id=withdrawal.withdrawal_id,
        how=withdrawal.how,
        stage=withdrawal.stage,
        reason=withdrawal.reason,
        actor=withdrawal.actor,
        since_at=instant(withdrawal.since),
        back_at=instant_or_none(withdrawal.back_at),
        confirmed_by=withdrawal.confirmed_by,
        failure=withdrawal.failure,
        taken_by_hand=list(withdrawal.taken),
        to_forget=list(withdrawal.forget),
        unexplained=list(withdrawal.unexplained),
    )


def hand_pick_list(picks: Sequence[HandPick]) -> HandPickList:
    return HandPickList(
        [
            HandPickAnswer(
                pick.order_ref,
                pick.robot,
                instant(pick.wanted_at),
                [
                    HandPickPack(pack.pack_id, pack.gtin, pack.batch, pack.expiry.isoformat(), pack.shelf)
                    for pack in pick.packs
                ],
            )
            for pick in picks
        ]
    )


def _held_up(order: HeldUp) -> HeldUpOrder:
    return HeldUpOrder(
        order.order_ref,
        order.destination,
        order.order_class,
        order.departure_id,
        order.packs,
        order.course,
        order.late,
        instant(order.late_from),
        instant(order.expected_at),
        instant(order.target_at),
        round(order.likelihood, 3),
        order.prospect,
    )
