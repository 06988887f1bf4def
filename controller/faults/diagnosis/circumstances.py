"""Signs outside the measurements (DOMAIN.md 3.3): where else it failed, how often, what had happened before."""

from collections.abc import Callable, Iterable

from controller.domain.fault import Fault
from controller.faults.diagnosis.case import Before, Case
from controller.faults.diagnosis.signs import Observation, Strength

SAME_DAY_S = 86_400.0
SOON_S = 7200.0
AFTER_ENTRY_S = 1800.0
"""Table B, AXC-08."""
TOGETHER_S = 60.0
AT_SHELVES = frozenset({"GRP-10", "GRP-11", "GRP-12", "GRP-13", "AXX-01", "STK-50", "STK-51"})
STOPS = frozenset({"SAF-71", "AXC-08", "AXX-01", "PWR-80"})
ENTRIES = frozenset({"SAF-70"})
RESTARTS = frozenset({"NET-92", "PWR-80"})

BY_CHANCE = {
    "same_place": 0.03,
    "same_shelf": 0.08,
    "many_shelves": 0.05,
    "same_product": 0.05,
    "recurs": 0.10,
    "after_entry": 0.15,
    "after_stop": 0.20,
    "after_service": 0.05,
    "after_boot": 0.05,
    "together": 0.02,
}
"""How often each is there for no reason: judgement from the rates of Table B, one disturbance in three hours."""


def shelf_of(location: str | None) -> str | None:
    """`A-07-013` stands on `A-07`."""
    return None if location is None else location.rpartition("-")[0] or None


def circumstances(case: Case) -> list[Observation]:
    """Every circumstance about which something is known."""
    return [found for look in _LOOKS if (found := look(case)) is not None]


def _earlier(case: Case, within_s: float) -> Iterable[Fault]:
    fault = case.fault
    return (
        other
        for other in case.faults
        if other.fault_id != fault.fault_id
        and other.robot == fault.robot
        and fault.raised_at - within_s <= other.raised_at <= fault.raised_at
    )


def _told(name: str, count: int, clear: int, text: str) -> Observation:
    strength = Strength.CLEAR if count >= clear else Strength.SLIGHT if count else Strength.ABSENT
    return Observation(name, name, strength, text)


def _same_place(case: Case) -> Observation | None:
    location = case.fault.location
    if location is None or case.fault.code not in AT_SHELVES:
        return None
    count = sum(1 for other in _earlier(case, SAME_DAY_S) if other.location == location)
    return _told("same_place", count, 2, f"{_times(count)} before at {location} within a day")


def _same_shelf(case: Case) -> Observation | None:
    shelf = shelf_of(case.fault.location)
    if shelf is None or case.fault.code not in AT_SHELVES:
        return None
    count = sum(
        1 for other in _earlier(case, SAME_DAY_S) if other.code in AT_SHELVES and shelf_of(other.location) == shelf
    )
    return _told("same_shelf", count, 2, f"{_times(count)} before on shelf {shelf} within a day")


def _many_shelves(case: Case) -> Observation | None:
    if not case.fault.code.startswith("GRP"):
        return None
    shelves = {shelf_of(other.location) for other in _earlier(case, SAME_DAY_S) if other.code.startswith("GRP")}
    count = len(shelves - {None, shelf_of(case.fault.location)})
    return _told("many_shelves", count // 2, 2, f"grips failed on {count} other shelves within a day")


def _same_product(case: Case) -> Observation | None:
    gtin = case.gtins.get(case.fault.fault_id)
    if gtin is None:
        return None
    count = sum(
        1
        for other in _earlier(case, SAME_DAY_S)
        if other.code == case.fault.code and case.gtins.get(other.fault_id) == gtin
    )
    return _told("same_product", count, 2, f"{_times(count)} before with product {gtin} within a day")


def _recurs(case: Case) -> Observation | None:
    code = case.fault.code
    count = sum(1 for other in _earlier(case, SOON_S) if other.code == code)
    return _told("recurs", count, 2, f"{code} came {_times(count)} before within two hours")


def _after_entry(case: Case) -> Observation | None:
    return _after(
        "after_entry", case, Before.ENTRY, ENTRIES, AFTER_ENTRY_S, ("somebody was inside", "nobody was inside")
    )


def _after_stop(case: Case) -> Observation | None:
    return _after("after_stop", case, Before.STOP, STOPS, SOON_S, ("a hard stop", "no hard stop"))


def _after_service(case: Case) -> Observation | None:
    return _after(
        "after_service", case, Before.SERVICE, frozenset(), SAME_DAY_S, ("maintenance ended", "no maintenance")
    )


def _after_boot(case: Case) -> Observation | None:
    return _after("after_boot", case, Before.BOOT, RESTARTS, SOON_S, ("it restarted", "it did not restart"))


def _after(
    name: str, case: Case, what: Before, codes: frozenset[str], within_s: float, words: tuple[str, str]
) -> Observation | None:
    at = case.fault.raised_at
    moments = [other.raised_at for other in _earlier(case, within_s) if other.code in codes]
    moments += [event.at for event in case.happened if event.what is what and at - within_s <= event.at <= at]
    if not moments:
        return Observation(name, name, Strength.ABSENT, f"{words[1]} in the last {within_s / 60.0:.0f} min")
    ago_min = (at - max(moments)) / 60.0
    return Observation(name, name, Strength.CLEAR, f"{words[0]} {ago_min:.0f} min before")


def _together(case: Case) -> Observation | None:
    fault = case.fault
    if not fault.code.startswith(("NET", "PWR")):
        return None
    others = {
        other.robot
        for other in case.faults
        if other.robot != fault.robot
        and other.code == fault.code
        and abs(other.raised_at - fault.raised_at) <= TOGETHER_S
    }
    return _told("together", len(others), 2, f"{len(others)} other robots with {fault.code} within a minute")


def _times(count: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(count, f"{count} times")


_LOOKS: tuple[Callable[[Case], Observation | None], ...] = (
    _same_place,
    _same_shelf,
    _many_shelves,
    _same_product,
    _recurs,
    _after_entry,
    _after_stop,
    _after_service,
    _after_boot,
    _together,
)
