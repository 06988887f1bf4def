"""Journal entries of an order, its totes, tours and packs, as sentences for the people who run the centre.

Every action that the engine writes about them has its own; an action that came later is still told, by its name.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from controller.domain.journal import JournalEntry
from controller.scheduling.wording import LocalTime, count, listed, sentence, span


@dataclass(frozen=True, slots=True)
class Names:
    """What the ids in an entry stand for."""

    say: LocalTime
    products: Mapping[str, str]
    """Name by GTIN."""
    departs_at: Mapping[str, float]
    """Departure id → when its van leaves."""
    tours: Mapping[str, str]
    """Task id → robot."""

    def product(self, gtin: str) -> str:
        return self.products.get(gtin, gtin)

    def van(self, departure_id: str | None) -> str:
        if departure_id is None:
            return "the courier"
        at = self.departs_at.get(departure_id)
        run, _, day = departure_id.partition("/")
        return f"van {run} ({day})" if at is None else f"van {run} (leaves {self.say.clock(at)})"


def told(entry: JournalEntry, names: Names) -> str | None:
    """The entry as a sentence; None where it tells a person nothing."""
    if entry.action in _SILENT:
        return None
    teller = _TELLERS.get(entry.action)
    try:
        return sentence(_unknown(entry) if teller is None else teller(entry, names))
    except KeyError:
        # The journal is never changed: an entry of an earlier version may lack what is written today.
        return sentence(_unknown(entry))


def by_whom(actor: str) -> str:
    """`robot:R3` is R3, `ward:GGH-W1` is GGH-W1."""
    return actor.rpartition(":")[2]


def _received(entry: JournalEntry, names: Names) -> str:
    data = entry.data
    who = "the top-up of its stock list" if entry.actor == "controller" else by_whom(entry.actor)
    text = f"received from {who}"
    if "packs" in data:
        text += f": {count(data['packs'], 'pack')}"
    if "order_class" in data:
        text += f", {data['order_class']}, with {names.van(data.get('departure_id'))}"
    missing = data.get("waiting_for_stock", 0)
    return f"{text}; {count(missing, 'pack')} of it not in stock then" if missing else text


def _missed(entry: JournalEntry, names: Names) -> str:
    return f"its {names.van(entry.data['old'])} had gone already: booked on {names.van(entry.data['new'])}"


def _van_does_not_go(entry: JournalEntry, names: Names) -> str:
    return f"its {names.van(entry.data['old'])} does not go: booked on {names.van(entry.data['new'])}"


def _after_cutoff(entry: JournalEntry, names: Names) -> str:
    return f"it came too late for its {names.van(entry.data['old'])}: booked on {names.van(entry.data['new'])}"


def _rebooked(entry: JournalEntry, names: Names) -> str:
    return f"no longer with {names.van(entry.data['old'])}, from now on with {names.van(entry.data['new'])}"


def _withdrawn(entry: JournalEntry, names: Names) -> str:
    data = entry.data
    return f"{data['robot']} had stopped: its tour {data['task_id']}, not begun yet, is taken back for others"


def _picked_by_hand(entry: JournalEntry, names: Names) -> str:
    data = entry.data
    return f"{data['robot']} is out of work: a person fetches {count(len(data['packs']), 'pack')} out of it by hand"


def _sent_ahead(entry: JournalEntry, names: Names) -> str:
    data = entry.data
    return (
        f"tote {data['tote_id']} ({count(data['packs'], 'pack')}) goes ahead with {names.van(data['departure_id'])}; "
        f"{count(data['lacking'], 'pack')} that cannot come in time will follow"
    )


def _dispatched(entry: JournalEntry, names: Names) -> str:
    data = entry.data
    late_s = data["late_s"]
    text = f"left with {count(data['totes'], 'tote')}, {span(late_s) + ' late' if late_s > 0 else 'in time'}"
    return f"{text}; {count(data['short'], 'pack')} short" if data["short"] else text


def _late(entry: JournalEntry, names: Names) -> str:
    data = entry.data
    text = "why it was late" if data["left"] else "it is due and still here"
    causes = [str(each["text"]).rstrip(".") for each in (data["cause"], *data["also"])]
    return f"{text}: {'. Also: '.join([causes[0], '; '.join(causes[1:])] if causes[1:] else causes)}"


def _line_short(entry: JournalEntry, names: Names) -> str:
    data = entry.data
    return (
        f"line {data['line']} ({names.product(data['gtin'])}): {count(data['packs'], 'pack')} will not come, "
        f"{data['reason']}"
    )


def _tour(entry: JournalEntry, names: Names) -> str:
    task_id = entry.subject.partition(":")[2]
    return f"{names.tours.get(task_id, by_whom(entry.actor))}'s tour {task_id}"


def _refused(entry: JournalEntry, names: Names) -> str:
    why = str(entry.data["refusal"]).replace("_", " ")
    return f"{_tour(entry, names)} was refused ({why}): nothing was moved, its packs are free for another tour"


def _fell_short(entry: JournalEntry, names: Names) -> str:
    data = entry.data
    packs = list(data["packs"].values())
    done = sum(status == "done" for status in packs)
    reason = f" ({data['reason']})" if data.get("reason") not in (None, "", data["outcome"]) else ""
    return f"{_tour(entry, names)} was {data['outcome']}{reason}: {done} of {count(len(packs), 'pack')} came"


def _void(entry: JournalEntry, names: Names) -> str:
    return f"{_tour(entry, names)} was never begun and is taken back ({entry.data['why']})"


def _pack(entry: JournalEntry) -> str:
    return f"pack {entry.subject.partition(':')[2]}"


def _pack_missing(entry: JournalEntry, names: Names) -> str:
    return f"{_pack(entry)} was not found ({entry.data['why']}): another is taken"


def _taken_out(entry: JournalEntry, names: Names) -> str:
    return f"{_pack(entry)} went to {entry.data['account'].replace('-', ' ')} ({entry.data['reason']})"


def _mismatch(entry: JournalEntry, names: Names) -> str:
    return f"{_pack(entry)} came out with another code than was asked for: a person looks"


def _doubt_opened(entry: JournalEntry, names: Names) -> str:
    return f"nobody knew what had become of {_pack(entry)} ({entry.data['reason']})"


_FOUND = {
    None: "it had not been moved, or its task goes on",
    "in_tote": "it is in its tote",
    "in_robot": "it is still in the robot",
    "removed": "it was taken out, to quarantine",
    "lost": "it is lost",
}


def _doubt_settled(entry: JournalEntry, names: Names) -> str:
    finding = entry.data["finding"]
    who = "the robot's own journal" if entry.actor == "journal" else by_whom(entry.actor)
    return f"{who} settled what had become of {_pack(entry)}: {_FOUND.get(finding, finding)}"


def _tote(entry: JournalEntry) -> str:
    return f"tote {entry.subject.partition(':')[2]}"


def _checked(entry: JournalEntry, names: Names) -> str:
    return f"{_tote(entry)} ({count(entry.data['packs'], 'pack')}) was checked and released by {by_whom(entry.actor)}"


def _refused_at_check(entry: JournalEntry, names: Names) -> str:
    held = entry.data.get("held")
    why = f" because {listed(held)} is held" if held else ""
    return f"{_tote(entry)} was refused at the check by {by_whom(entry.actor)}{why}: its packs are gathered again"


def _loaded(entry: JournalEntry, names: Names) -> str:
    departure_id = entry.data["departure_id"]
    verb = "was handed to" if departure_id is None else "was put on"
    return f"{_tote(entry)} {verb} {names.van(departure_id)} by {by_whom(entry.actor)}"


def _taken_off(entry: JournalEntry, names: Names) -> str:
    return f"{_tote(entry)} was taken off its van, which does not go: it goes with {names.van(entry.data['new'])}"


def _taken_back(entry: JournalEntry, names: Names) -> str:
    off = "off its van" if entry.data["was"] == "loaded" else "back"
    return f"{_tote(entry)} was taken {off}: pack {entry.data['pack_id']} in it {entry.data.get('why', 'is held')}"


def _cancel_asked(entry: JournalEntry, names: Names) -> str:
    return f"{by_whom(entry.actor)} asked to cancel it ({entry.data['reason']})"


def _cancelled(entry: JournalEntry, names: Names) -> str:
    return "cancelled; what was in its totes, if anything, went to quarantine"


def _nothing(entry: JournalEntry, names: Names) -> str:
    return "nothing of it could be supplied"


def _late_predicted(entry: JournalEntry, names: Names) -> str:
    data = entry.data
    parts = [str(data[name]) for name in ("cause", "rescue") if data.get(name)]
    expected = names.say.clock(data["expected_at"])
    return f"will be late, expected at {expected}{': ' if parts else ''}{'; '.join(parts)}"


def _recovered(entry: JournalEntry, names: Names) -> str:
    return "it will be in time after all"


def _unknown(entry: JournalEntry) -> str:
    noun, _, verb = entry.action.partition(".")
    facts = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in entry.data.items() if value is not None)
    by = "" if entry.actor == "controller" else f" by {by_whom(entry.actor)}"
    return f"{noun} {verb.replace('_', ' ')}{by}" + (f" ({facts})" if facts else "")


_SILENT = frozenset({"task.copy_refused"})
"""About the conversation with a robot, not about the order."""

_TELLERS: Mapping[str, Callable[[JournalEntry, Names], str]] = {
    "order.received": _received,
    "order.missed_its_van": _missed,
    "order.van_does_not_go": _van_does_not_go,
    "order.came_after_cutoff": _after_cutoff,
    "order.rebooked": _rebooked,
    "order.dispatched": _dispatched,
    "order.late": _late,
    "order.short": _nothing,
    "order.cancel_asked": _cancel_asked,
    "order.cancelled": _cancelled,
    "line.short": _line_short,
    "task.refused": _refused,
    "task.fell_short": _fell_short,
    "task.void": _void,
    "pack.missing": _pack_missing,
    "pack.taken_out": _taken_out,
    "pack.mismatch": _mismatch,
    "doubt.opened": _doubt_opened,
    "doubt.settled": _doubt_settled,
    "tote.checked": _checked,
    "tote.refused_at_check": _refused_at_check,
    "tote.loaded": _loaded,
    "tote.taken_back": _taken_back,
    "tote.taken_off": _taken_off,
    "tote.sent_ahead": _sent_ahead,
    "tour.withdrawn": _withdrawn,
    "order.picked_by_hand": _picked_by_hand,
    "promise.late_predicted": _late_predicted,
    "promise.recovered": _recovered,
}
