"""The measures of the workload forecast and of a rehearsed ledger, by hand."""

from pathlib import Path

import pytest

from controller.engine.opening import opening_batch
from controller.scheduling.workload import forecast
from controller.storage.inline import InlineSqliteStore
from controller.storage.schema import migrate
from tests.bench.storage.rehearsed import survivals
from tests.bench.workload_accuracy import judge, read
from tests.support.cores import DRUG, FLAT, MONDAY, TALL, packs_of, small_master
from tests.unit.scheduling.test_workload import MONDAY as MIDNIGHT
from tests.unit.scheduling.test_workload import checks, day, week


def test_the_error_is_of_hours_and_the_total_of_the_day() -> None:
    """Two jobs an hour are told; none come in the first twelve hours, four in each of the last."""
    told = forecast(day(people={}, areas=(), robots=()), week(2))
    then = [checks(MIDNIGHT + hour * 3600.0, 4) for hour in range(12, 24)]
    found = judge(told, then)["check"]
    assert (found.expected, found.happened) == (48.0, 48)
    assert found.error == pytest.approx(1.0)
    assert found.below_high == 1.0


def test_a_ledger_is_counted_at_its_start_and_end(tmp_path: Path) -> None:
    file = tmp_path / "ledger.sqlite"
    migrate(f"sqlite:///{file}")
    stock = [*packs_of(FLAT, "robot:R1", 3), *packs_of(FLAT, "robot:R2", 3), *packs_of(TALL, "robot:R1", 2),
             *packs_of(DRUG, "robot:R3", 2)]  # fmt: skip
    store = InlineSqliteStore(file)
    store.import_master(small_master(), opening_batch(stock, now=MONDAY, actor="test", source="test"))
    store.close()
    found = survivals(file)
    assert found["at the end, ambient robots"] == found["at the start, ambient robots"]
    assert found["at the end, ambient robots"].any_robot == 1.0, "nothing was ordered, so nothing is missed"
    assert read(file, MONDAY) == ([], [])
