"""Work of quiet hours: what an idle robot does next for tomorrow, and why it may.

Nothing here delays a patient: a chore is begun only where the robot has nothing that it could pick, no discharge order
is open that it could serve, and nobody has paused it; it is one small motion, so an order that comes waits for that
motion at the most. Values in, one proposal out; the same values in any order give the same proposal.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from controller.domain.chore import ChoreKind
from controller.scheduling.counts import CountRules, Seen, Suspicion, next_count, next_suspect

DAY_S = 86_400.0
AXES = ("x", "y", "z", "r")
"""Along the rail, the lift, the gripping table, its rotation (DOMAIN.md 1.1)."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Local times and limits; a limit is for one robot and one quiet time where nothing else is said."""

    quiet_from_hour: int = 20
    quiet_to_hour: int = 6
    settled_s: float = 60.0
    """A robot that had a tour within this time is likely to get another."""
    between_s: float = 15.0
    """From one chore of a robot to its next: a person at the panel gets a word in."""
    counts: CountRules = field(default_factory=CountRules)
    reference_every_s: float = 8 * 3600.0
    """A shift; 0.3 mm of drift a month stay far below the grip tolerance of 3 mm (DOMAIN.md Table A)."""
    reference_after_picks: int = 1_500
    """A busy day of one robot (DOMAIN.md 6)."""
    transfers: int = 12
    transfers_on_their_way: int = 30
    """Packs of the whole site between one robot and the next: people have to carry them."""
    moves: int = 16
    """Packs brought nearer or to a shelf that fits."""


@dataclass(frozen=True, slots=True)
class Reference:
    """When a robot last made a reference run (`home`) or measured an axis; None where nobody knows."""

    subject: str
    done_at: float | None


@dataclass(frozen=True, slots=True)
class Doomed:
    """A pack that no order can take any more."""

    expiry_day: int
    pack_id: str
    gtin: str


@dataclass(frozen=True, slots=True)
class Surplus:
    """Packs of a fast mover that should stand in another robot; `gain` in packs a day that become safer."""

    gain: float
    gtin: str
    pack_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Move:
    """A pack that may stand better: `weight` says how much that is worth."""

    weight: float
    pack_id: str
    gtin: str


@dataclass(frozen=True, slots=True)
class View:
    """All that the choice for one robot depends on."""

    quiet: bool
    paused: bool
    """By a person, or for its own maintenance."""
    able: bool
    """Trusted, automatic, and nothing is wrong with it."""
    busy: bool
    """It has a tour, a put-away, a chore, or packs on its input belt."""
    worked_at: float
    """When it last had a tour or a put-away."""
    chore_ended_at: float
    patient_waits: bool
    """A discharge order is open that it could serve."""
    max_packs: int
    suspected: tuple[Suspicion, ...] = ()
    shelves: tuple[Seen, ...] = ()
    references: tuple[Reference, ...] = ()
    picks_since_reference: int = 0
    condemned: tuple[Doomed, ...] = ()
    """Packs of which a person has decided that they leave for good."""
    doomed: tuple[Doomed, ...] = ()
    surplus: tuple[Surplus, ...] = ()
    wanted: tuple[Move, ...] = ()
    """Packs of what tomorrow is expected to ask for."""
    misplaced: tuple[Move, ...] = ()
    """Packs known to stand on a higher shelf than they need."""
    transfers: int = 0
    moves: int = 0
    """Done in this quiet time."""
    on_their_way: int = 0


@dataclass(frozen=True, slots=True)
class Proposal:
    """One chore for one robot, of at most about a minute."""

    kind: ChoreKind
    subject: str
    pack_ids: tuple[str, ...]
    reason: str


def choose(robot: str, now: float, view: View, rules: Rules | None = None) -> Proposal | None:
    """What the robot should do now; None where nothing is worth doing, or nothing may be done."""
    rules = rules or Rules()
    if not may_begin(now, view, rules):
        return None
    suspect = next_suspect(view.suspected)
    if suspect is not None:
        return Proposal(ChoreKind.COUNT, suspect.shelf, (), suspect.why)
    if view.condemned:
        return _eject(view.condemned, view.max_packs, "decided by name: it leaves for good")
    if not view.quiet:
        return None
    return (
        _reference(now, view, rules)
        or _eject(view.doomed, view.max_packs, "no order can take it")
        or _transfer(view, rules)
        or _count(now, view, rules)
        or _move(ChoreKind.NEAR, view.wanted, "wanted tomorrow", view, rules)
        or _move(ChoreKind.TIDY, view.misplaced, "low pack on a high shelf", view, rules)
    )


def may_begin(now: float, view: View, rules: Rules) -> bool:
    """Whether the robot may be given anything that nobody ordered."""
    return (
        view.able
        and not view.paused
        and not view.busy
        and not view.patient_waits
        and now - view.worked_at >= rules.settled_s
        and now - view.chore_ended_at >= rules.between_s
    )


def _reference(now: float, view: View, rules: Rules) -> Proposal | None:
    """The reference run first, then each axis in turn: it is measured from a fresh reference."""
    if not view.references:
        return None
    done = {reference.subject: reference.done_at for reference in view.references}
    home_at = done.get(ChoreKind.HOME.value)
    worn = view.picks_since_reference >= rules.reference_after_picks
    if home_at is None or worn or now - home_at >= rules.reference_every_s:
        reason = f"{view.picks_since_reference} picks since the last" if worn else "once a shift"
        return Proposal(ChoreKind.HOME, "all", (), reason)
    for axis in AXES:
        measured_at = done.get(axis)
        if measured_at is None or measured_at < home_at:
            return Proposal(ChoreKind.CALIBRATE, axis, (), "after the reference run")
    return None


def _eject(packs: Iterable[Doomed], at_most: int, reason: str) -> Proposal | None:
    first = sorted(packs, key=lambda pack: (pack.expiry_day, pack.gtin, pack.pack_id))[:at_most]
    if not first:
        return None
    return Proposal(ChoreKind.EJECT, first[0].gtin, tuple(pack.pack_id for pack in first), reason)


def _transfer(view: View, rules: Rules) -> Proposal | None:
    if view.transfers >= rules.transfers or view.on_their_way + view.max_packs > rules.transfers_on_their_way:
        return None
    best = min(view.surplus, key=lambda surplus: (-surplus.gain, surplus.gtin, surplus.pack_ids), default=None)
    if best is None:
        return None
    return Proposal(ChoreKind.TRANSFER, best.gtin, best.pack_ids[: view.max_packs], "too few robots hold it")


def _count(now: float, view: View, rules: Rules) -> Proposal | None:
    due = next_count(view.shelves, now, rules.counts)
    if due is None:
        return None
    days = rules.counts.every_days if due.counted_at is None else (now - due.counted_at) / DAY_S
    return Proposal(ChoreKind.COUNT, due.shelf, (), f"not counted for {days:.0f} days or more")


def _move(kind: ChoreKind, moves: Iterable[Move], reason: str, view: View, rules: Rules) -> Proposal | None:
    if view.moves >= rules.moves:
        return None
    best = min(moves, key=lambda move: (-move.weight, move.gtin, move.pack_id), default=None)
    return None if best is None else Proposal(kind, best.gtin, (best.pack_id,), reason)
