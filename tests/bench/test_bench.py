"""`make bench`: what must be fast, beside a named baseline in the same run. Nothing here asserts a time."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from rich.console import Console

from controller.domain.order import Order, OrderClass, OrderLine
from controller.domain.pack import Pack
from controller.engine.opening import opening_batch
from controller.engine.ports import Batch
from controller.ledger.book import Book
from controller.protocol.codec import decode_from_robot, encode
from controller.protocol.events import Event, PackGripped
from controller.protocol.topics import Channel
from controller.protocol.vocabulary import timestamp
from controller.scheduling.dispatch import Dispatch, Standing
from controller.storage.inline import InlineSqliteStore
from controller.storage.schema import migrate
from tests.bench.comparison import compare
from tests.support.small_centre import START_AT, Run, build_template, gtin

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC).timestamp()


@pytest.fixture(scope="module")
def console() -> Console:
    console = Console(width=120)
    console.print(f"\n{'':66} {'ours':>12}   {'baseline':>12}   ratio")
    return console


def test_decoding_an_event(console: Console) -> None:
    body = PackGripped(command_id="C1.000001", item=1, pack_id="S000001.001")
    payload = encode(Event(robot="R1", generation=1, seq=1, at=timestamp(NOW), body=body))
    compare(
        console,
        "decode and check an event (baseline: json.loads, no check)",
        lambda: [decode_from_robot(Channel.EVENT, payload) for _ in range(2000)],
        lambda: [json.loads(payload) for _ in range(2000)],
        2000,
    )


def test_group_commit(console: Console, tmp_path: Path) -> None:
    database = tmp_path / "ledger.sqlite"
    migrate(f"sqlite:///{database}")
    template = build_template(tmp_path)
    store = InlineSqliteStore(database, durable=True)
    store.import_master(template.site.master, opening_batch([], now=NOW, actor="bench", source="bench"))
    epoch = store.take_lease("bench", NOW, 1e9).epoch
    orders = [_order(number) for number in range(1, 51)]

    def commit(group: int) -> None:
        for start in range(0, 50, group):
            store.commit(Batch(epoch=epoch, at=NOW, orders=orders[start : start + group]))

    compare(
        console,
        "durable commit of an order, 50 together (baseline: one by one)",
        lambda: commit(50),
        lambda: commit(1),
        50,
    )
    store.close()


@pytest.mark.parametrize("robots", [9, 90, 900])
def test_choosing_the_next_tour(console: Console, robots: int) -> None:
    sources = [f"robot:R{number}" for number in range(robots)]
    standings = [
        Standing(
            number,
            1.0,
            number * 7.0 % 5000.0,
            1 + number % 9,
            {sources[(number + copy) % robots]: 20.0 for copy in (0, 1)},
        )
        for number in range(1, 2001)
    ]
    dispatch = Dispatch()
    for standing in standings:
        dispatch.put(standing)

    def pull_all() -> None:
        for source in sources[:9]:
            dispatch.choose(source, 0.0, lambda standing: standing.number, lambda standing: standing.shares)

    def scan_all() -> None:
        for _ in sources[:9]:
            max(standings, key=lambda standing: dispatch.index(standing, 0.0))

    compare(
        console, f"choose a tour, 2,000 orders, {robots} robots (baseline: look at all orders)", pull_all, scan_all, 9
    )


def test_finding_the_first_to_expire(console: Console) -> None:
    book = Book()
    for number in range(5000):
        book.admit(Pack(f"P{number}", "05000000000012", "B", date(2027, 1 + number % 12, 1), f"robot:R{number % 9}"))
    compare(
        console,
        "count what is available of 5,000 packs (baseline: look at each)",
        lambda: [book.available("05000000000012", date(2027, 3, 1)) for _ in range(20)],
        lambda: [sum(pack.expiry > date(2027, 3, 1) for pack in book.packs.values()) for _ in range(20)],
        20,
    )


def test_an_hour_on_virtual_time(console: Console, tmp_path: Path) -> None:
    template = build_template(tmp_path)
    counter = iter(range(1000))

    def hour(window_s: float) -> None:
        run = Run(template, tmp_path / f"run{next(counter)}", window_s=window_s)
        run.world.run_until(START_AT + 3600.0)
        run.close()

    compare(
        console,
        "an hour of the small centre, commits of 2 s (baseline: of 0.1 s)",
        lambda: hour(2.0),
        lambda: hour(0.1),
        1,
    )


def _holds(gtin: str) -> bool:
    return True


def _candidates(order: Order, line: OrderLine, packs: int) -> list[str]:
    return [f"P{number}" for number in range(packs)]


def _order(number: int) -> Order:
    line = OrderLine(1, gtin(0), 3, reserved=3)
    return Order(
        f"T{number:06d}", "GGH-WA1", OrderClass.ROUTINE, NOW, NOW + 60.0 * (number * 7919 % 500), None, [line], number
    )
