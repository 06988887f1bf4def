"""Profiles at the robot's side: what it says is in force is in force, also after a power cut (contract 1.4)."""

import msgspec

from controller.protocol.commands import SetMode, SetParameters
from controller.protocol.events import ParametersChanged
from controller.protocol.reports import Factsheet, ParametersInForce
from controller.protocol.vocabulary import Mode, Outcome, Refusal
from tests.contract.robot_bench import Bench

SLOW = SetParameters(profile="R1-3", version=3, values={"speed_percent": 50.0})


def in_force(bench: Bench) -> ParametersInForce | None:
    bench.run(30.0)
    return bench.states[-1].parameters


def test_a_robot_that_never_took_a_profile_says_so() -> None:
    assert in_force(Bench()) == ParametersInForce(profile=None, version=0)


def test_the_factsheet_names_limits_and_what_the_maker_set() -> None:
    (sheet,) = {message for message in Bench().heard if isinstance(message, Factsheet)}
    assert sheet.parameters
    for limit in sheet.parameters:
        assert limit.maker is not None
        assert limit.low <= limit.maker <= limit.high


def test_what_is_set_is_told_with_its_values_and_stands_in_every_state_from_then_on() -> None:
    bench = Bench()
    command_id = bench.send(SLOW)
    assert bench.result(command_id).outcome is Outcome.COMPLETED
    assert bench.events(ParametersChanged) == [
        ParametersChanged(profile="R1-3", version=3, values={"speed_percent": 50.0}, by="controller")
    ]
    assert in_force(bench) == ParametersInForce(profile="R1-3", version=3)


def test_it_outlives_a_power_cut() -> None:
    bench = Bench(acknowledging=True)
    bench.send(SLOW)
    bench.reboot()
    bench.presence(True)
    assert in_force(bench) == ParametersInForce(profile="R1-3", version=3)
    assert bench.robot.machine.settings.speed == 0.5


def test_a_copy_of_the_command_changes_nothing_after_a_later_one() -> None:
    bench = Bench()
    first = bench.envelope(SLOW)
    bench.deliver(first)
    bench.send(SetParameters(profile="R1-4", version=4, values={}))
    bench.deliver(msgspec.structs.replace(first, attempt=2))
    assert in_force(bench) == ParametersInForce(profile="R1-4", version=4)
    assert len(bench.events(ParametersChanged)) == 2


def test_what_a_profile_does_not_name_goes_back_to_what_the_maker_set() -> None:
    bench = Bench()
    bench.send(SLOW)
    bench.send(SetParameters(profile="R1-4", version=4, values={"x_offset_mm": 1.0}))
    settings = bench.robot.machine.settings
    assert (settings.speed, settings.offsets_mm) == (1.0, {"x": 1.0})


def test_one_that_is_refused_leaves_everything_as_it_was() -> None:
    bench = Bench()
    bench.send(SLOW)
    refused = bench.send(SetParameters(profile="R1-4", version=4, values={"speed_percent": 5.0}))
    assert bench.refusal(refused) is Refusal.UNKNOWN_PARAMETER
    assert in_force(bench) == ParametersInForce(profile="R1-3", version=3)


def test_a_person_at_the_panel_is_not_overruled() -> None:
    bench = Bench()
    bench.send(SetMode(mode=Mode.MANUAL))
    bench.run(1.0)
    assert bench.refusal(bench.send(SLOW)) is Refusal.MODE_FORBIDS
