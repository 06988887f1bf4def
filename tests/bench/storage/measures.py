"""What a storage policy is worth: lines that outlive a robot, even work, copies, travel."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from controller.ledger.fefo import TOLERANCE
from simulator.hardware.gantry import Gantry, Point
from simulator.hardware.parameters import MachineParameters
from simulator.hardware.rack import RackLayout, demand_by_class
from tests.bench.storage.centre import LedgerCentre
from tests.bench.storage.instance import Instance

Shelves = Mapping[str, Sequence[date]]
"""Robot → expiries of one product's packs, oldest first."""


@dataclass(frozen=True, slots=True)
class Survival:
    """Shares of the robot-held lines that stay fillable from robots when one stops."""

    mean: float
    """Over the robots that may stop."""
    worst: float
    """The robot whose stop takes most away."""
    any_robot: float
    """Lines that stay fillable whichever robot stops."""


@dataclass(frozen=True, slots=True)
class Figures:
    survival: Survival
    strict: Survival
    """Without a FEFO exception: only packs within the tolerance of the oldest one, wherever that stands."""
    choices: float
    """Robots that FEFO lets serve a line, in the mean over the lines."""
    copies: tuple[float, float, float]
    """Robots that hold a product, in the mean, for the products of 80 %, the next 15 % and the last 5 % of picks."""
    unevenness: float
    """Most picked robot of the day over the mean."""
    travel_s: float
    """From a pack's place to the output."""
    robots_an_order: float
    tours_100_packs: float

    def values(self) -> dict[str, float]:
        """Every figure under a name of its own."""
        return {
            **{f"survival_{name}": getattr(self.survival, name) for name in _SURVIVAL},
            **{f"strict_{name}": getattr(self.strict, name) for name in _SURVIVAL},
            **{f"copies_{group}": copies for group, copies in zip("abc", self.copies, strict=True)},
            **{name: getattr(self, name) for name in _PLAIN},
        }

    @classmethod
    def of(cls, values: Mapping[str, float]) -> "Figures":
        """The inverse of `values`."""
        return cls(
            Survival(*(values[f"survival_{name}"] for name in _SURVIVAL)),
            Survival(*(values[f"strict_{name}"] for name in _SURVIVAL)),
            copies=(values["copies_a"], values["copies_b"], values["copies_c"]),
            **{name: values[name] for name in _PLAIN},
        )


_SURVIVAL = ("mean", "worst", "any_robot")
_PLAIN = ("choices", "unevenness", "travel_s", "robots_an_order", "tours_100_packs")


def survival(
    wanted: Mapping[tuple[str, int], int], shelves: Mapping[str, Shelves], robots: Sequence[str], *, strict: bool
) -> Survival:
    """`wanted` counts the lines of (GTIN, packs). Lines that all robots together cannot fill are left out."""
    lines = safe = 0
    lost: Counter[str] = Counter()
    for (gtin, packs), number in wanted.items():
        usable = usable_packs(shelves.get(gtin, {}), strict=strict)
        total = sum(usable.values())
        if sum(len(dates) for dates in shelves.get(gtin, {}).values()) < packs:
            continue
        lines += number
        failing = [robot for robot in robots if total - usable.get(robot, 0) < packs]
        # Under strict FEFO a line of more packs than the tolerance lets go at once still goes, later batch by batch.
        failing = [robot for robot in failing if usable.get(robot, 0)]
        safe += 0 if failing else number
        for robot in failing:
            lost[robot] += number
    if not lines:
        return Survival(1.0, 1.0, 1.0)
    shares = [1.0 - lost[robot] / lines for robot in robots]
    return Survival(sum(shares) / len(shares), min(shares), safe / lines)


def usable_packs(shelves: Shelves, *, strict: bool) -> dict[str, int]:
    """Packs of each robot that may be picked; strict: none that expires later than the tolerance after the oldest."""
    oldest = min((dates[0] for dates in shelves.values() if dates), default=None)
    if oldest is None or not strict:
        return {robot: len(dates) for robot, dates in shelves.items()}
    return {robot: sum(1 for expiry in dates if expiry - oldest <= TOLERANCE) for robot, dates in shelves.items()}


class Travel:
    """How far a robot reaches for a pack: its rack filled from the output outwards, class by class."""

    def __init__(self, instance: Instance) -> None:
        parameters = MachineParameters()
        heights: dict[str, dict[float, int]] = {place.robot: {} for place in instance.robots}
        for pack in instance.opening:
            of_robot = heights[pack.account.partition(":")[2]]
            height_mm = instance.products[pack.gtin].height_mm
            of_robot[height_mm] = of_robot.get(height_mm, 0) + 1
        opening = [demand_by_class(parameters, of_robot) for of_robot in heights.values()]
        most = [max(counts) for counts in zip(*opening, strict=True)]
        self._layouts: dict[str, RackLayout] = {}
        self._sums: dict[int, list[list[float]]] = {}
        for place in instance.robots:
            layout = RackLayout(parameters, place.capacity_packs, most)
            self._layouts[place.robot] = layout
            if place.capacity_packs not in self._sums:
                self._sums[place.capacity_packs] = _running_sums(layout, Gantry(parameters))

    def mean_s(self, centre: LedgerCentre) -> float:
        """Over the packs picked so far, with the racks as they are now."""
        filled: Counter[tuple[str, int]] = Counter()
        for pack in centre.book.packs.values():
            robot = pack.account.partition(":")[2]
            filled[robot, self._class(robot, centre.instance.products[pack.gtin].height_mm)] += 1
        total_s = picks = 0.0
        for (robot, height_mm), packs in centre.picks_by_height.items():
            height_class = self._class(robot, height_mm)
            sums = self._sums[self._layouts[robot].capacity_packs][height_class]
            places = max(1, min(filled[robot, height_class], len(sums)))
            total_s += packs * sums[places - 1] / places
            picks += packs
        return total_s / picks if picks else 0.0

    def _class(self, robot: str, height_mm: float) -> int:
        found = self._layouts[robot].class_of(height_mm)
        return len(self._layouts[robot].classes_mm) - 1 if found is None else found


def measure(centre: LedgerCentre, travel: Travel, zones: frozenset[str]) -> Figures:
    """The centre as it stands, by the lines of the whole instance, for robots of the zones alone."""
    instance = centre.instance
    robots = [place.robot for place in instance.robots if place.kind.value in zones]
    wanted: Counter[tuple[str, int]] = Counter()
    picks: Counter[str] = Counter()
    for line in instance.lines:
        product = instance.products[line.gtin]
        if product.robot_storable and product.zone.value in zones:
            wanted[line.gtin, line.packs] += 1
            picks[line.gtin] += line.packs
    shelves = {gtin: centre.shelved(gtin) for gtin, _ in wanted}
    of_day = [centre.picks[robot] for robot in robots]
    return Figures(
        survival=survival(wanted, shelves, robots, strict=False),
        strict=survival(wanted, shelves, robots, strict=True),
        choices=_mean_choices(wanted, shelves),
        copies=_copies(picks, shelves),
        unevenness=max(of_day) * len(of_day) / max(1, sum(of_day)),
        travel_s=travel.mean_s(centre),
        robots_an_order=centre.visits / max(1, centre.orders),
        tours_100_packs=100.0 * centre.tours / max(1, sum(centre.picks.values())),
    )


def _running_sums(layout: RackLayout, gantry: Gantry) -> list[list[float]]:
    sums: list[list[float]] = []
    for places in layout.by_class:
        total, running = 0.0, []
        for location in places:
            point = layout.point(location)
            total += gantry.travel_s(gantry.output, Point(point.x_m, point.y_m, point.side))
            running.append(total)
        sums.append(running)
    return sums


def _mean_choices(wanted: Mapping[tuple[str, int], int], shelves: Mapping[str, Shelves]) -> float:
    lines = choices = 0
    for (gtin, _), number in wanted.items():
        usable = usable_packs(shelves[gtin], strict=True)
        if usable:
            lines += number
            choices += number * sum(1 for packs in usable.values() if packs)
    return choices / max(1, lines)


def _copies(picks: Counter[str], shelves: Mapping[str, Shelves]) -> tuple[float, float, float]:
    ranked = sorted(picks, key=lambda gtin: (-picks[gtin], gtin))
    total, done = sum(picks.values()), 0
    groups: tuple[list[int], list[int], list[int]] = ([], [], [])
    for gtin in ranked:
        group = 0 if done < 0.8 * total else 1 if done < 0.95 * total else 2
        groups[group].append(len(shelves[gtin]))
        done += picks[gtin]
    a, b, c = (sum(group) / max(1, len(group)) for group in groups)
    return a, b, c
