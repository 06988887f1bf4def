"""Promises of a generated centre's busiest hours, with faults: kept as often as they say, and not by being vague."""

from datetime import UTC, date, datetime
from pathlib import Path

from controller.domain.promise import PROMISED_SHARE
from controller.intake.site import read_site
from controller.ledger.invariants import check
from controller.rehearsal.world import World
from simulator.centre import Centre
from simulator.record import FileRecord
from simulator.scenarios.small import write_small_site
from simulator.site import read_site as read_simulated_site
from tests.calibration.kept import ALL, Judged, kept_by_class, read_judged
from tests.support.ledgers import open_ledger

DAY = date(2026, 11, 23)
FROM = datetime(2026, 11, 23, 8, tzinfo=UTC).timestamp()
UNTIL = datetime(2026, 11, 23, 12, tzinfo=UTC).timestamp()


def _judged(folder: Path) -> list[Judged]:
    write_small_site(folder / "site", DAY, 1)
    site = read_site(folder / "site")
    database = folder / "ledger.sqlite"
    store, record = open_ledger(database, site, now=FROM), FileRecord(folder / "physical.jsonl")
    centre = Centre(
        read_simulated_site(folder / "site"), seed=3, faults="poor", record=record, start_at=FROM, until_at=UNTIL
    )
    world = World(centre, store, site="small", start_at=FROM)
    world.run_until(UNTIL)
    world.run_until(UNTIL + 12 * 3600.0, stop=lambda: not world.core.state.orders)
    assert check(store.history()) == []
    store.close()
    record.close()
    return read_judged(database, "1")


def test_first_promises_are_kept_as_often_as_they_say(tmp_path: Path) -> None:
    judged = _judged(tmp_path)
    assert len(judged) > 100
    assert 0.85 <= kept_by_class(judged, PROMISED_SHARE)[ALL].share <= 0.95
    # The margin does it: the expected moment alone is missed about as often as not.
    assert sum(one.took_s <= one.expected_s for one in judged) < 0.7 * len(judged)
    # And it is no vague promise: what is said and what it takes are of one size.
    said = sorted(one.promised_s for one in judged)
    took = sorted(one.took_s for one in judged)
    assert said[len(judged) // 2] < 2.0 * took[len(judged) // 2]
