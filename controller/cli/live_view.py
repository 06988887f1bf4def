"""The centre on a terminal: robots, orders, the next departures, and what has just happened."""

from collections import Counter, deque
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from rich.columns import Columns
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from controller.api.answers.overview import Overview
from controller.cli.output import count
from controller.domain.alarm import Priority
from controller.domain.journal import JournalEntry
from controller.domain.robot import Trust
from controller.protocol.vocabulary import PackmlState

RECENT = 8
ALARMS = 4
"""Shown at most: the first is the one to see to."""
KEPT = 200
_TRUST_STYLE = {Trust.READY: "", Trust.GREETING: "cyan", Trust.UNKNOWN: "dim", Trust.SILENT: "bold yellow"}
_QUIET = frozenset({"stock.compared", "robot.mode_changed", "pack.read_by_eye", "offer.rejected"})
"""Nothing that a person at the wall screen would look up for."""


class Tally:
    """What the journal has said since the view began."""

    def __init__(self, timezone: str) -> None:
        self._zone = ZoneInfo(timezone)
        self.counts: Counter[str] = Counter()
        self.recent: deque[str] = deque(maxlen=RECENT)
        self._unshown: deque[str] = deque(maxlen=KEPT)

    def add(self, entry: JournalEntry) -> None:
        """Count an entry, and keep a line on it where people should see one."""
        self.counts[entry.action] += 1
        if entry.action not in _QUIET:
            line = f"{self.local(entry.at)}  {sentence(entry)}"
            self.recent.append(line)
            self._unshown.append(line)

    def take_unshown(self, limit: int) -> list[str]:
        """The newest lines that were not taken before, oldest first; what is older is left out."""
        lines = list(self._unshown)[-limit:]
        self._unshown.clear()
        return lines

    def local(self, at: float) -> str:
        return datetime.fromtimestamp(at, self._zone).strftime("%H:%M:%S")


def sentence(entry: JournalEntry) -> str:
    """`order.received` of `order:T1` by `ward` becomes `order T1 received (ward)`."""
    noun, _, verb = entry.action.partition(".")
    family, _, name = entry.subject.partition(":")
    thing = f"{noun} {name}" if family == noun else f"{family} {name}: {noun}"
    by = "" if entry.actor == "controller" or entry.actor == entry.subject else f" ({entry.actor})"
    return f"{thing.strip()} {verb.replace('_', ' ')}{by}"


def render(overview: Overview, tally: Tally, speed: float, footer: str) -> RenderableType:
    """The whole picture, for a terminal of at least 80 columns."""
    return Group(
        _headline(overview, tally, speed),
        Text(footer, style="dim", no_wrap=True, overflow="ellipsis"),
        _totals(tally),
        _needed(overview, tally),
        Columns([_robots(overview), Group(_orders(overview), _departures(overview, tally))], padding=(0, 2)),
        Panel(Text("\n".join(tally.recent) or "waiting for the first robot …"), title="just now", title_align="left"),
    )


def headline(overview: Overview, tally: Tally) -> str:
    """One line for where no picture can be drawn."""
    ready = sum(robot.trust is Trust.READY for robot in overview.robots)
    return (
        f"{_clock(overview, tally)}  {ready} of {len(overview.robots)} robots ready, "
        f"{sum(each.open for each in overview.orders)} orders open ({overview.late} late), "
        f"{tally.counts['order.dispatched']} dispatched, {tally.counts['departure.left']} vans left, "
        f"{overview.doubts} in doubt, {count(len(overview.alarms), 'alarm')}"
    )


def _headline(overview: Overview, tally: Tally, speed: float) -> Text:
    link = "robots reachable" if overview.link_up else "NO BROKER"
    line = Text(f"{overview.name}  ", style="bold")
    line.append(f"{_clock(overview, tally)}  {speed:g}x  ", style="")
    line.append(link, style="" if overview.link_up else "bold red")
    return line


def _needed(overview: Overview, tally: Tally) -> RenderableType:
    """What needs somebody now, in a line each; the alarm's number is what `nightshift alarms show` takes."""
    if not overview.alarms:
        return Text("no alarm", style="dim")
    table = Table(box=None, show_header=False, pad_edge=False)
    for _ in range(3):
        table.add_column(no_wrap=True)
    for alarm in overview.alarms[:ALARMS]:
        urgent = alarm.priority in (Priority.CRITICAL, Priority.HIGH)
        style = "dim" if alarm.acknowledged_at is not None else "bold red" if urgent else "yellow"
        who = f", {alarm.acknowledged_by} has it" if alarm.acknowledged_by else ""
        since = tally.local(datetime.fromisoformat(alarm.raised_at).timestamp())[:5]
        table.add_row(alarm.alarm_id, Text(alarm.text, style=style), f"since {since}{who}")
    left = len(overview.alarms) - ALARMS
    more = f"and {left} more; " if left > 0 else ""
    return Group(table, Text(f"{more}what to do: nightshift alarms show {overview.alarms[0].alarm_id}", style="dim"))


def _totals(tally: Tally) -> str:
    counts = tally.counts
    return (
        f"since the start: {counts['order.received']} orders received, {counts['tote.checked']} totes checked, "
        f"{counts['order.dispatched']} orders dispatched"
    )


def _clock(overview: Overview, tally: Tally) -> str:
    at = datetime.fromisoformat(overview.at).replace(tzinfo=UTC).timestamp()
    return f"{overview.at[:10]} {tally.local(at)}"


def _robots(overview: Overview) -> Table:
    table = _table("robot", "zone", "state", "queue", "fault")
    alarmed = {alarm.robot: alarm.alarm_id for alarm in reversed(overview.alarms)}
    for robot in overview.robots:
        state = PackmlState(robot.packml).name.lower() if robot.trust is Trust.READY else robot.trust
        fault = robot.active_fault.code if robot.active_fault else alarmed.get(robot.robot, "")
        bar = "▪" * min(robot.queue, 8)
        style = _TRUST_STYLE.get(robot.trust, "bold red")
        table.add_row(
            robot.robot, robot.kind, Text(state, style=style), f"{robot.queue} {bar}", Text(fault, style="red")
        )
    return table


def _orders(overview: Overview) -> Table:
    table = _table("orders", "open", "late")
    for each in overview.orders:
        late = Text(str(each.late), style="bold yellow" if each.late else "")
        table.add_row(each.order_class, str(each.open), late)
    return table


def _departures(overview: Overview, tally: Tally) -> Table:
    table = _table("next departure", "leaves", "orders", "totes ready")
    for departure in overview.departures[:6]:
        at = datetime.fromisoformat(departure.departs_at).timestamp()
        ready = f"{departure.totes_ready} of {departure.totes}"
        table.add_row(departure.run, tally.local(at)[:5], str(departure.orders), ready)
    return table


def _table(*columns: str) -> Table:
    table = Table(box=None, header_style="dim", pad_edge=False)
    for column in columns:
        table.add_column(column, no_wrap=True)
    return table
