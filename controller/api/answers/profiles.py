"""What a robot's parameters are, in versions: what may be set, what is, what would help, and what each has brought."""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from controller.api.instants import Instant, instant, instant_or_none
from controller.domain.fault import Fault
from controller.domain.maintenance import Profile
from controller.engine.workshop import Workshop
from controller.faults.careful import CAREFUL, proposed_offset
from controller.faults.policy import Action


class ProfileAnswer(Struct, frozen=True):
    """One version of a robot's calibration parameters."""

    version: int
    values: dict[str, float]
    reason: str
    by: str
    made_at: Instant
    confirmed_at: Instant | None
    """The robot has taken it over; null while it has not."""
    before: dict[str, float]
    """mm off at the reference marks by axis, when it was made."""
    after: dict[str, float]
    """…and as first measured since."""


class ParameterAnswer(Struct, frozen=True):
    """What a profile may set, as the robot's factsheet says."""

    name: str
    least: float
    most: float
    maker: float | None
    """Null where the robot does not tell what its maker set."""
    now: float | None
    """By the books; null where neither they nor the robot's maker say."""


class CarefulAnswer(Struct, frozen=True):
    """A fault because of which the robot works carefully: it `words`, until a named person has cured it."""

    fault_id: str
    code: str
    words: str


class ProposedAnswer(Struct, frozen=True):
    """An offset that would make up for what was measured last; a technician decides."""

    axis: str
    off_mm: float
    measured_at: Instant
    values: dict[str, float]


class ProfileList(Struct, frozen=True):
    """The versions, the newest first, and what is in force."""

    robot: str
    items: list[ProfileAnswer]
    version: int
    """In force by the books; 0: all is as the maker set it."""
    told_version: int | None
    """In force by the robot's last word; null where it has not told."""
    agrees: bool
    """False where the robot has said that it works with something else than the books have."""
    careful: list[CarefulAnswer]
    parameters: list[ParameterAnswer]
    proposed: list[ProposedAnswer]


class ProfileReceipt(Struct, frozen=True):
    """What the engine says of the version; more fields may follow."""


def profiles_answer(
    robot: str, profiles: Sequence[Profile], workshop: Workshop, faults: Iterable[Fault]
) -> ProfileList:
    """Everything about the parameters of one robot."""
    confirmed = [each for each in profiles if each.confirmed_at is not None]
    newest = confirmed[-1] if confirmed else None
    told = workshop.in_force.get(robot)
    return ProfileList(
        robot=robot,
        items=[_profile(each) for each in reversed(profiles)],
        version=0 if newest is None else newest.version,
        told_version=None if told is None else told[1],
        agrees=robot not in workshop.differs,
        careful=careful_answers(robot, faults),
        parameters=_parameters(robot, newest, workshop),
        proposed=_proposed(robot, newest, workshop),
    )


def careful_answers(robot: str, faults: Iterable[Fault]) -> list[CarefulAnswer]:
    """The faults because of which the robot works carefully."""
    return [
        CarefulAnswer(fault.fault_id, fault.code, f"works {CAREFUL[fault.code].words}")
        for fault in faults
        if fault.robot == robot and Action.DEGRADE.value in fault.owed
    ]


def _profile(each: Profile) -> ProfileAnswer:
    return ProfileAnswer(
        each.version, dict(each.values), each.reason, each.by, instant(each.made_at),
        instant_or_none(each.confirmed_at), dict(each.before), dict(each.after),
    )  # fmt: skip


def _parameters(robot: str, newest: Profile | None, workshop: Workshop) -> list[ParameterAnswer]:
    makers, values = workshop.makers.get(robot, {}), {} if newest is None else newest.values
    return [
        ParameterAnswer(name, least, most, makers.get(name), values.get(name, makers.get(name)))
        for name, (least, most) in workshop.limits.get(robot, {}).items()
    ]


def _proposed(robot: str, newest: Profile | None, workshop: Workshop) -> list[ProposedAnswer]:
    """From what was measured since the version in force was taken over: an older measure is not of it."""
    since = 0.0 if newest is None or newest.confirmed_at is None else newest.confirmed_at
    present, limits = {} if newest is None else newest.values, workshop.limits.get(robot, {})
    found = []
    for axis, (off_mm, at) in workshop.measured.get(robot, {}).items():
        values = proposed_offset(axis, off_mm, present, limits) if at > since else {}
        if values:
            found.append(ProposedAnswer(axis, off_mm, instant(at), values))
    return found
