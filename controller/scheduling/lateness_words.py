"""Lateness in words that a ward understands, and as data for the journal, the API and the report."""

from typing import Any

from controller.scheduling.lateness import Blame, Charge, Lateness
from controller.scheduling.wording import sentence, span

WORTH_TELLING_S = 60.0
"""What contributed less is left out beside the cause."""


def told(lateness: Lateness) -> dict[str, Any]:
    """`late_s`, `left`, `cause` and `also`, as JSON values: what report.json and the journal have of a late order."""
    others = [each for each in lateness.others if each.weight_s >= WORTH_TELLING_S]
    return {
        "late_s": round(lateness.late_s, 1),
        "left": lateness.left,
        "cause": _one(lateness.cause),
        "also": [_one(each) for each in others],
    }


def in_words(charge: Charge) -> str:
    """One sentence."""
    return sentence(_text(charge))


def _one(charge: Charge) -> dict[str, Any]:
    found: dict[str, Any] = {
        "kind": charge.blame.value,
        "text": in_words(charge),
        "minutes": round(charge.weight_s / 60.0, 1),
    }
    if charge.blame in (Blame.ROBOT_DOWN, Blame.ROBOT_BUSY, Blame.IN_DOUBT, Blame.TOUR_IN_VAIN):
        found["robot"] = charge.place
    elif charge.blame in (Blame.DEPARTURE, Blame.NEXT_VAN):
        found["departure"] = charge.place or None
    elif charge.place:
        found["station"] = charge.place
    if charge.standstill is not None and charge.standstill.fault_id is not None:
        found["fault_id"] = charge.standstill.fault_id
    code = charge.code if charge.standstill is None else charge.standstill.code
    if code is not None:
        found["code"] = code
    return found


def _text(charge: Charge) -> str:
    place, lost = charge.place, span(charge.weight_s)
    match charge.blame:
        case Blame.ROBOT_DOWN:
            why = "" if charge.standstill is None else f" ({charge.standstill.why})"
            return f"{place} could not work{why} and held it up for {lost}"
        case Blame.TOUR_IN_VAIN:
            code = "" if charge.code is None else f" ({charge.code})"
            return f"work at {place} did not bring what it was to bring{code} and was done again, which cost {lost}"
        case Blame.REFUSED_AT_CHECK:
            return f"a tote was refused at the check and gathered again, which cost {lost}"
        case Blame.IN_DOUBT:
            return f"for {lost} nobody knew what had become of a pack from {place}"
        case Blame.OUT_OF_STOCK:
            return f"packs of it were not in stock for {lost}"
        case Blame.ROBOT_BUSY:
            return f"{place} had other orders first, for {lost} longer than this one could wait"
        case Blame.NO_PLACE:
            return f"no place for another order's totes was free, for {lost} longer than it could wait"
        case Blame.WAITED_FOR_PEOPLE:
            return f"it waited {lost} for somebody at {place}"
        case Blame.SLOW:
            return f"the work at {place} took {lost} longer than usual"
        case Blame.CAME_TOO_LATE:
            return f"it came too late: the work takes {span(charge.lasted_s)}, {lost} more than there was"
        case Blame.DEPARTURE:
            return f"it was loaded in time, but {_van(place)} left {lost} after it was due"
        case Blame.NEXT_VAN:
            return f"having missed its van, it waited {lost} for {_van(place)}"
        case Blame.IN_TIME:
            return f"it waited {span(charge.lasted_s)} while there was time"
        case Blame.WORK:
            return f"the work itself took {span(charge.lasted_s)}"
    return "nothing that was recorded says why"


def _van(departure_id: str) -> str:
    run, _, day = departure_id.partition("/")
    return f"van {run} ({day})" if day else "the courier"
