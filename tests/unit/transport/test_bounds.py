"""What keeps the link within bounds: the flood gate, the telemetry window, the address."""

import pytest

from controller.protocol.reports import Signal, Telemetry
from controller.transport import flood
from controller.transport.address import BrokerAddress
from controller.transport.flood import FloodGate
from controller.transport.translation.telemetry import MAX_ROBOTS, WINDOW_FRAMES, TelemetryWindow


def admitted(gate: FloodGate, robot: str, count: int, now_s: float) -> int:
    return sum(gate.admits(robot, now_s) for _ in range(count))


def test_rc27_a_burst_passes_and_no_more() -> None:
    gate = FloodGate()
    assert admitted(gate, "R1", 5000, now_s=10.0) == flood.MESSAGE_BURST
    assert gate.dropped == 5000 - flood.MESSAGE_BURST


def test_rc27_one_robots_flood_is_not_anothers() -> None:
    gate = FloodGate()
    admitted(gate, "R1", 5000, now_s=10.0)
    assert admitted(gate, "R2", 1000, now_s=10.0) == 1000


def test_rc27_the_sustained_rate_passes_for_ever() -> None:
    gate = FloodGate()
    assert all(gate.admits("R1", tick / flood.MESSAGES_PER_S) for tick in range(20_000))


def test_rc27_after_a_flood_the_sustained_rate_passes_again() -> None:
    gate = FloodGate()
    admitted(gate, "R1", 5000, now_s=10.0)
    assert admitted(gate, "R1", 5000, now_s=12.0) == 2 * flood.MESSAGES_PER_S


def test_rc27_a_flood_is_complained_of_once_a_minute() -> None:
    gate = FloodGate()
    admitted(gate, "R1", 1001, now_s=0.0)
    assert "flooding" in (gate.complaint("R1", 0.0) or "")
    assert gate.complaint("R1", 59.0) is None
    assert gate.complaint("R2", 59.0) is not None
    assert gate.complaint("R1", 60.0) is not None


def test_rc27_made_up_names_share_one_bucket() -> None:
    gate = FloodGate()
    assert sum(admitted(gate, f"X{number}", 10, now_s=0.0) for number in range(2 * flood.MAX_ROBOTS)) == (
        10 * flood.MAX_ROBOTS + flood.MESSAGE_BURST
    )


def frame(robot: str, number: int, generation: int = 1) -> Telemetry:
    signals = (Signal(name="vacuum_kpa", samples=(1.0,)),)
    return Telemetry(robot=robot, generation=generation, frame=number, at="2026-11-23T07:00:00.000Z", signals=signals)


def test_a_condition_takes_no_frame_out_of_the_window() -> None:
    window = TelemetryWindow()
    window.add(frame("R1", 1))
    window.add(Telemetry(robot="R1", generation=1, frame=2, at="2026-11-23T07:00:00.000Z"))
    assert [kept.frame for kept in window.frames("R1")] == [1]


def test_the_window_holds_the_last_minute_of_each_robot() -> None:
    window = TelemetryWindow()
    for number in range(1, 101):
        window.add(frame("R1", number))
    window.add(frame("R2", 1))
    assert [each.frame for each in window.frames("R1")] == list(range(101 - WINDOW_FRAMES, 101))
    assert len(window.frames("R2")) == 1
    assert window.frames("R3") == ()


def test_the_window_begins_again_with_a_new_generation() -> None:
    window = TelemetryWindow()
    window.add(frame("R1", 1, generation=1))
    window.add(frame("R1", 1, generation=2))
    assert [each.generation for each in window.frames("R1")] == [2]


def test_the_window_forgets_who_was_silent_longest() -> None:
    window = TelemetryWindow()
    for number in range(MAX_ROBOTS):
        window.add(frame(f"R{number}", 1))
    window.add(frame("R0", 2))
    window.add(frame("new", 1))
    assert window.frames("R1") == ()
    assert len(window.frames("R0")) == 2


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("mqtt://localhost", BrokerAddress("localhost", 1883)),
        ("mqtt://127.0.0.1:1884", BrokerAddress("127.0.0.1", 1884)),
        ("mqtt://nurse:p%40ss@broker:1883/", BrokerAddress("broker", 1883, "nurse", "p@ss")),
        ("mqtt://[::1]:1883", BrokerAddress("::1", 1883)),
    ],
)
def test_addresses_are_read(url: str, address: BrokerAddress) -> None:
    assert BrokerAddress.parse(url) == address


@pytest.mark.parametrize(
    "url",
    ["", "localhost:1883", "http://localhost", "mqtt://", "mqtt://host:port", "mqtt://host:99999", "mqtt://host/path"],
)
def test_what_is_no_address_is_refused_with_the_right_form(url: str) -> None:
    with pytest.raises(ValueError, match="mqtt://HOST:PORT"):
        BrokerAddress.parse(url)


def test_a_password_is_shown_nowhere() -> None:
    address = BrokerAddress.parse("mqtt://nurse:secret@broker")
    assert "secret" not in f"{address} {address!r}"
    with pytest.raises(ValueError) as refusal:
        BrokerAddress.parse("mqtt://nurse:secret@broker:1x")
    assert "secret" not in str(refusal.value)
