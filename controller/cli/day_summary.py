"""What a shift leader wants to know of a rehearsed day."""

from datetime import date
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from controller.domain.order import OrderClass

_VIOLATIONS_SHOWN = 10
_CAUSES_SHOWN = 8


def summary(name: str, report: dict[str, Any]) -> RenderableType:
    """The report as a page: orders, promises kept, packs, robots, and whether the books are right."""
    return Group(
        _headline(name, report), _orders(report), "", _classes(report), *_late(report), "", _packs(report), "",
        _robots(report), "", _verdict(report),
    )  # fmt: skip


def _headline(name: str, report: dict[str, Any]) -> Text:
    day = date.fromisoformat(report["date"])
    span = f"{day:%A %d %B %Y}" + (f" and {report['days'] - 1} more days" if report["days"] > 1 else "")
    text = Text(f"{name}, {span}", style="bold")
    text.append(f"   played in {report['wall_s']:,.1f} s, {report['speedup']:,.0f} times as fast as real", style="dim")
    return text


def _orders(report: dict[str, Any]) -> str:
    orders, lines = report["orders"], report["lines"]
    return (
        f"Orders: {orders['received']:,} received, {orders['dispatched']:,} dispatched, {orders['late']:,} late, "
        f"{orders['open']:,} still open, {orders['cancelled']:,} cancelled.\n"
        f"Lines:  {lines['received']:,} received, {lines['complete']:,} complete, {lines['short']:,} short, "
        f"{lines['in_doubt']:,} in doubt.{_short_reasons(report)}"
    )


def _short_reasons(report: dict[str, Any]) -> str:
    reasons = report.get("short_reasons", {})
    listed = ", ".join(f"{number:,} {reason}" for reason, number in reasons.items())
    return f" Short: {listed}." if listed else ""


def _classes(report: dict[str, Any]) -> Table:
    table = _table("", "orders", "on time", "late", "p50 min", "p95 min", "mean min late")
    for name in OrderClass:
        row = report["by_class"].get(name) or {}
        orders = row.get("orders", 0)
        if orders:
            on_time = f"{100 * row['on_time'] / orders:.1f} %"
            flow = (f"{row['p50_flow_min']:.0f}", f"{row['p95_flow_min']:.0f}", f"{row['mean_tardiness_min']:.1f}")
            table.add_row(name, f"{orders:,}", on_time, f"{row['late']:,}", *flow)
    return table


def _late(report: dict[str, Any]) -> list[RenderableType]:
    """What made orders late, the most frequent first; the latest order as an example."""
    causes: dict[str, list[dict[str, Any]]] = {}
    for late in report.get("late_orders", ()):
        cause = late["cause"]
        where = cause.get("robot") or cause.get("station") or ""
        causes.setdefault(" ".join(filter(None, (cause["kind"].replace("_", " "), where))), []).append(late)
    if not causes:
        return []
    lines = ["", "Late because of:"]
    for name, late in sorted(causes.items(), key=lambda each: (-len(each[1]), each[0]))[:_CAUSES_SHOWN]:
        lines.append(f"  {len(late):>5,} {name}; {late[0]['order_ref']}: {late[0]['cause']['text']}")
    return [Text(line) for line in lines]


def _packs(report: dict[str, Any]) -> str:
    packs = report["packs"]
    return (
        f"Packs:  {packs['picked_by_robot']:,} picked by robots, {packs['picked_by_hand']:,} by hand, "
        f"{packs['stored']:,} put away, {packs['ejected']:,} ejected, {packs['written_off']:,} written off.\n"
        f"Later packs by the written FEFO rule: {report['fefo_exceptions']:,}. Expired packs dispatched: "
        f"{report['expired_dispatched']:,}. Alarms: {report['alarms']:,}."
    )


def _robots(report: dict[str, Any]) -> Table:
    table = _table("robot", "picks", "put away", "busy", "down", "faults")
    for name, robot in report["robots"].items():
        fractions = (f"{100 * robot['busy_fraction']:.0f} %", f"{100 * robot['down_fraction']:.1f} %")
        table.add_row(name, f"{robot['picks']:,}", f"{robot['stores']:,}", *fractions, f"{robot['faults']:,}")
    return table


def _verdict(report: dict[str, Any]) -> Text:
    invariants = report["invariants"]
    violations = invariants["violations"]
    if not violations:
        return Text(f"The books are right: all {invariants['checked']} invariants held.", style="green")
    text = Text(f"The books are WRONG, {len(violations):,} times:\n", style="bold red")
    for found in violations[:_VIOLATIONS_SHOWN]:
        text.append(f"  {found['invariant']}: {found['detail']}\n", style="")
    return text


def _table(*columns: str) -> Table:
    table = Table(box=None, header_style="dim", pad_edge=False)
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number else "left", no_wrap=True)
    return table
