"""Hours of the small site against a controller of a few lines: packs are conserved and a seed repeats itself."""

import os
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime

import pytest

from simulator.audit import audit_physical
from simulator.centre import Centre
from simulator.hardware.movement import Act
from simulator.record import MemoryRecord
from simulator.scenarios import SMALL_SITE
from simulator.scenarios.small import FIRST_DAY
from simulator.site import read_site
from tests.unit.simulator.stand_in import StandIn

SIX = datetime(FIRST_DAY.year, FIRST_DAY.month, FIRST_DAY.day, 6, tzinfo=UTC).timestamp()
HOUR_S = 3600.0


def play(seed: int, faults: str, hours: float) -> tuple[Centre, MemoryRecord, StandIn]:
    record = MemoryRecord()
    centre = Centre(read_site(SMALL_SITE), seed=seed, faults=faults, record=record, start_at=SIX)
    controller = StandIn(centre)
    controller.start(SIX)
    controller.run_until(SIX + hours * HOUR_S)
    return centre, record, controller


@pytest.mark.parametrize("faults", ["none", "poor"])
def test_the_same_seed_gives_the_same_record_and_another_seed_another(faults: str) -> None:
    texts = [play(seed, faults, 3)[1].text for seed in (7, 7, 8)]
    assert texts[0] == texts[1]
    assert texts[0] != texts[2]


def test_the_record_does_not_depend_on_the_process() -> None:
    code = (
        "from tests.unit.simulator.test_day import play; import hashlib;"
        "import sys; sys.stdout.write(hashlib.sha256(play(7, 'poor', 1)[1].text).hexdigest())"
    )
    environment = {"PYTHONPATH": os.pathsep.join(sys.path)}
    digests = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**environment, "PYTHONHASHSEED": hash_seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for hash_seed in ("1", "2")
    }
    assert len(digests) == 1


@pytest.mark.parametrize("faults", ["none", "poor", "power_cuts", "drops"])
def test_every_pack_is_somewhere(faults: str) -> None:
    centre, record, controller = play(7, faults, 8)
    acts = Counter(movement.act for movement in record.movements)
    assert acts[Act.PICK] > 300
    assert acts[Act.STORE] > 100
    assert faults == "power_cuts" or controller.refused == []
    assert audit_physical(record.movements, centre.site).findings == []
    for robot in centre.robots.values():
        stands = {pack.pack_id: location for location, pack in robot.machine.shelved.items()}
        believed = dict(robot.inventory.places())
        assert believed.items() <= stands.items()
        # a power cut on the way to a pack leaves it on its shelf, and the robot says that it does not know
        assert faults == "power_cuts" or believed == stands
    started = sum(line.quantity for line in centre.site.stock if line.place in centre.robots)
    shelved = sum(len(robot.machine.shelved) for robot in centre.robots.values())
    moving = sum(
        len(machine.table) + len(machine.belt) + len(machine.tray)
        for machine in (robot.machine for robot in centre.robots.values())
    )
    assert started + acts[Act.STORE] == shelved + moving + acts[Act.DELIVER]


def test_people_sleep_while_their_claim_waits() -> None:
    centre, _, controller = play(7, "none", 0.01)
    assert len(controller.requests) == len({request.path + str(request.body()) for request in controller.requests})
    wake_at = centre.next_wake_at()
    assert wake_at is not None
    assert wake_at > SIX
