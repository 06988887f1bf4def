"""A small centre on a day of one's own choice: its vans, its orders, and what a person changes while it runs."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from controller.domain.order import Order
from controller.engine import actions as act
from controller.intake.site import read_site
from controller.ledger.invariants import Violation, check
from controller.rehearsal.world import World
from simulator.audit import audit_files
from simulator.centre import Centre
from simulator.record import FileRecord
from simulator.site import read_site as read_simulated_site
from tests.support.ledgers import open_ledger
from tests.support.small_centre import gtin, write_site

AFTER_S = 24 * 3600.0
"""Long enough for the last order to leave."""


@dataclass(frozen=True)
class Van:
    run: str
    cutoff_local: str
    departure_local: str


@dataclass(frozen=True)
class Ordered:
    """Three packs of two products for ward GGH-WA1."""

    reference: str
    placed_at: datetime
    run: str
    run_date: date
    order_class: str = "routine"


@dataclass(frozen=True)
class VanDay:
    """What happens from `start` on; `holidays` are (date, name)."""

    start: datetime
    hours: float
    vans: Sequence[Van]
    orders: Sequence[Ordered]
    holidays: Sequence[tuple[date, str]] = ()
    top_up_weekday: int | None = None
    """GGH-WA2 is topped up on this weekday."""

    @property
    def start_at(self) -> float:
        return self.start.timestamp()


@dataclass
class Rehearsed:
    """One world on a site folder of its own; `close` it at the end."""

    day: VanDay
    folder: Path
    world: World = field(init=False)

    def __post_init__(self) -> None:
        site_folder = write_van_day(self.folder / "site", self.day)
        site = read_site(site_folder)
        self.store = open_ledger(self.folder / "ledger.sqlite", site, now=self.day.start_at)
        self.record = FileRecord(self.folder / "physical.jsonl")
        centre = Centre(
            read_simulated_site(site_folder),
            seed=1,
            faults="none",
            record=self.record,
            start_at=self.day.start_at,
            until_at=self.day.start_at + self.day.hours * 3600.0,
        )
        self.world = World(centre, self.store, site="tiny", start_at=self.day.start_at, window_s=0.5)

    def at(self, moment: datetime, *requests: act.Request) -> None:
        """Let everything happen until then, and ask for this."""
        self.world.run_until(moment.timestamp())
        for request in requests:
            self.world.submit(request)

    def finish(self) -> None:
        """Run until the time is over and no order is open."""
        end_at = self.day.start_at + self.day.hours * 3600.0
        self.world.run_until(end_at)
        self.world.run_until(end_at + AFTER_S, stop=lambda: not self.world.core.state.orders)

    def close(self) -> None:
        self.store.close()
        self.record.close()

    def sound(self) -> None:
        """No invariant is violated, and what really moved is what the ledger says."""
        assert self.violations() == []
        assert audit_files(self.folder / "physical.jsonl", self.folder / "ledger.sqlite", self.folder / "site") == []

    def violations(self) -> list[Violation]:
        return check(self.store.history())

    @property
    def orders(self) -> dict[str, Order]:
        return {order.order_ref: order for order in self.store.history().orders}

    def journaled(self, action: str) -> list[str]:
        """The subjects of the journal's entries of one kind."""
        return [entry.subject for entry in self.store.history().journal if entry.action == action]

    @property
    def left(self) -> dict[str, tuple[str | None, datetime | None]]:
        """Order → (the van that it was booked on last, when it left)."""
        return {
            reference: (
                order.departure_id,
                datetime.fromtimestamp(order.dispatched_at, UTC) if order.dispatched_at is not None else None,
            )
            for reference, order in self.orders.items()
        }


def write_van_day(folder: Path, day: VanDay) -> Path:
    """The folder of the tiny centre, with these vans, orders and holidays and no others."""
    write_site(folder)
    for written in (*folder.glob("orders/*"), *folder.glob("deliveries/*")):
        written.unlink()
    runs = ["run,hospital,weekdays,cutoff_local,departure_local"]
    runs += [f"{van.run},GGH,1234567,{van.cutoff_local},{van.departure_local}" for van in day.vans]
    (folder / "runs.csv").write_text("\n".join(runs) + "\n", encoding="utf-8")
    if day.holidays:
        rows = [f"{holiday.isoformat()},{name}," for holiday, name in day.holidays]
        (folder / "holidays.csv").write_text("\n".join(["date,name,hospital", *rows]) + "\n", encoding="utf-8")
    if day.top_up_weekday is not None:
        (folder / "stocklists.csv").write_text(
            f"destination,gtin,min,max,topup_weekday\nGGH-WA2,{gtin(0)},1,2,{day.top_up_weekday}\n", encoding="utf-8"
        )
    _write_orders(folder / "orders", day)
    return folder


def _write_orders(folder: Path, day: VanDay) -> None:
    by_file: dict[str, list[str]] = {}
    for number, order in enumerate(sorted(day.orders, key=lambda order: order.placed_at)):
        placed = order.placed_at.astimezone(UTC)
        booked = f"{order.order_class},,{order.run},{order.run_date}"
        head = f"{placed:%Y-%m-%dT%H:%M:%SZ},{order.reference},GGH-WA1,{booked}"
        rows = by_file.setdefault(f"{placed:%Y-%m-%d}.csv", [])
        rows += [f"{head},{gtin((number + step) % 9)},{1 + step}" for step in range(2)]
    for name, rows in by_file.items():
        header = "placed_at,order_ref,destination,class,due_at,run,run_date,gtin,quantity"
        (folder / name).write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")


def orders_for(run: str, day: date, first: datetime, count: int = 2) -> list[Ordered]:
    """So many orders for one van, a minute apart."""
    return [Ordered(f"{run}-{number}", first + timedelta(minutes=number), run, day) for number in range(1, count + 1)]
