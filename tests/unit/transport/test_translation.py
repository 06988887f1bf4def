"""Every message has one meaning, every task one command."""

from datetime import date

import msgspec
import pytest

from controller.domain.pack import Pack
from controller.domain.product import Zone
from controller.domain.robot import RobotFault
from controller.domain.task import TEST_PICK, Step, Task, TaskKind
from controller.engine import actions
from controller.engine.ports import Question
from controller.protocol import commands, events
from controller.protocol.codec import FromRobot, decode_command, encode
from controller.protocol.events import EventBody
from controller.protocol.examples import EVENT_BODIES, EXAMPLES
from controller.protocol.reports import Factsheet, InventoryPage, JournalAnswer, Presence, State, Telemetry
from controller.protocol.topics import Channel, Topic
from controller.protocol.vocabulary import Mode
from controller.transport.translation import action_from, command_from, condition_from, decode, question_from

ISSUED_AT = 1_795_417_200.5
STAMP = "2026-11-23T07:00:00.500Z"
RAISED_AT = 1_795_418_130.25
FIRST = Pack("S000001.001", "05012345678900", "B1", date(2027, 5, 31), "robot:R3")
SECOND = Pack("S000001.002", "05012345678900", "B1", date(2027, 5, 31), "robot:R3")
ITEMS = tuple(
    commands.PickItem(item=item, gtin=pack.gtin, batch=pack.batch, expiry="2027-05-31", pack_id=pack.pack_id)
    for item, pack in enumerate((FIRST, SECOND), start=1)
)
RESULT = actions.ResultReport(
    "C-000412",
    "incomplete",
    (actions.PackReport(1, "S000017.003", "delivered", "OUT-1"), actions.PackReport(2, None, "missing", None)),
    "location_empty",
)
FAULT = RobotFault("R3:7:12", "GRP-11", 3, RAISED_AT, "C-000412", "A-07-113", "S000017.003", "x")
FACTS: dict[type, actions.Fact] = {
    events.Booted: actions.Booted("J-5f1c", "power_on"),
    events.PackOffered: actions.PackOffered(
        offer_id="R3:7:88",
        raw_code="010501234567890017270531\x1d10LOT7A\x1d2100042",
        gtin="05012345678900",
        batch="LOT7A",
        expiry=date(2027, 5, 31),
        serial="00042",
        width_mm=54.5,
        depth_mm=98.0,
        height_mm=21.5,
    ),
    events.OfferLapsed: actions.OfferLapsed("R3:7:88"),
    events.PackStored: actions.PackStored("C-000413", "P-000901", "A-07-113"),
    events.CommandReceived: actions.Noted("robot.command_received", {"command_id": "C-000412"}),
    events.CommandAccepted: actions.CommandAccepted("C-000412"),
    events.CommandRefused: actions.CommandRefused("C-000412", "mode_forbids", "mode is manual"),
    events.CommandStarted: actions.CommandStarted("C-000412"),
    events.PackGripped: actions.PackGripped("C-000412", 1, "S000017.003"),
    events.PackDelivered: actions.PackDelivered("C-000412", 1, "S000017.003", "05012345678900", "OUT-1", "W000173-1"),
    events.CommandFinished: actions.CommandFinished(RESULT),
    events.FaultRaised: actions.FaultRaised(FAULT),
    events.FaultUpdated: actions.Noted(
        "robot.fault_updated", {"occurrence": "R3:7:12", "note": "second try failed as well"}
    ),
    events.FaultCleared: actions.FaultCleared("R3:7:12"),
    events.ModeChanged: actions.ModeChanged("manual", "panel"),
    events.MachineStateChanged: actions.MachineStateChanged(11),
    events.DoorOpened: actions.Noted("robot.door_opened", {"door": "NORTH"}),
    events.DoorClosed: actions.Noted("robot.door_closed", {"door": "NORTH"}),
    events.EstopPressed: actions.Noted("robot.estop_pressed", {"station": "PANEL"}),
    events.EstopReleased: actions.Noted("robot.estop_released", {"station": "PANEL"}),
    events.LocalAction: actions.Noted(
        "robot.local_action",
        {"action_id": "R3:7:L5", "who": "maintenance", "what": "took a pack out", "pack_id": "S000017.003"},
    ),
    events.PackMissing: actions.Noted("robot.pack_missing", {"pack_id": "S000017.003", "location": "A-07-113"}),
    events.PackFound: actions.Noted("robot.pack_found", {"pack_id": None, "location": "A-07-114"}),
    events.CalibrationMeasured: actions.Noted(
        "robot.calibration_measured", {"command_id": "C-000420", "axis": "x", "deviation_mm": -0.35}
    ),
    events.ParametersChanged: actions.Noted(
        "robot.parameters_changed",
        {"profile": "gripper", "version": 4, "values": {"vacuum_kpa": -55.0}, "by": "controller"},
    ),
}


def example(kind: type[FromRobot]) -> FromRobot:
    return next(message for message in EXAMPLES if isinstance(message, kind))


def topic(channel: Channel, robot: str = "R3") -> Topic:
    return Topic("pdc", robot, channel)


def event(body: EventBody) -> events.Event:
    return events.Event(robot="R3", generation=7, seq=9, at=STAMP, body=body)


@pytest.mark.parametrize("body", EVENT_BODIES, ids=lambda body: type(body).__name__)
def test_every_event_is_a_fact(body: EventBody) -> None:
    expected = actions.RobotEvent("R3", 7, 9, FACTS[type(body)])
    assert action_from(topic(Channel.EVENT), event(body)) == expected
    assert decode(str(topic(Channel.EVENT)), encode(event(body)), retained=False) == expected


def test_a_presence() -> None:
    assert action_from(topic(Channel.PRESENCE), example(Presence)) == actions.RobotPresence("R3", 7, "online")


def test_a_factsheet_tells_the_tallest_pack() -> None:
    sheet = action_from(topic(Channel.FACTSHEET), example(Factsheet))
    assert isinstance(sheet, actions.RobotFactsheet)
    assert (sheet.kind, sheet.tallest_mm, sheet.max_tour_items, sheet.outputs[0]) == (Zone.AMBIENT, 130.0, 3, "OUT-1")
    assert sheet.shelves == (("B-02", 60.0),)


def test_a_state() -> None:
    state = action_from(topic(Channel.STATE), example(State))
    assert isinstance(state, actions.RobotState)
    assert (state.mode, state.packml, state.packs, state.unacked) == ("automatic", 6, 14_233, (4709, 4711))
    assert (state.last_results, state.faults) == ((RESULT,), (FAULT,))


def test_the_answer_of_a_journal() -> None:
    assert action_from(topic(Channel.STATE), example(JournalAnswer)) == actions.RobotJournal(
        "R3",
        7,
        4713,
        (
            actions.JournalLine("C-000411", "unknown", None, None),
            actions.JournalLine("C-000410", "refused", "expired", None),
            actions.JournalLine("C-000412", "finished", None, RESULT),
        ),
    )


def test_a_page_of_the_inventory() -> None:
    packs = (("S000017.003", "05012345678900", "LOT7A", date(2027, 5, 31)),)
    expected = actions.RobotInventory("R3", 7, 4714, 1, 72, packs)
    assert action_from(topic(Channel.STATE), example(InventoryPage)) == expected


def test_telemetry_is_handed_through_and_is_no_action() -> None:
    frame = example(Telemetry)
    assert decode(str(topic(Channel.TELEMETRY)), encode(frame), retained=False) == frame
    with pytest.raises(TypeError, match="Telemetry"):
        action_from(topic(Channel.TELEMETRY), frame)


def test_a_condition_is_what_the_frame_says_of_a_while() -> None:
    frame = next(message for message in EXAMPLES if isinstance(message, Telemetry) and message.condition is not None)
    condition = condition_from(frame)
    assert condition is not None
    assert (condition.robot, condition.generation, condition.at - condition.since_at) == ("R3", 7, 300.0)
    assert condition.features[0] == actions.ConditionFeature("following_error_mm", "x", 41, 0.62, 1.1)
    assert len(condition.features) == 3


def test_a_frame_without_condition_or_with_impossible_moments_is_no_condition() -> None:
    frame = example(Telemetry)
    assert isinstance(frame, Telemetry)
    assert condition_from(msgspec.structs.replace(frame, condition=None)) is None
    told = next(message for message in EXAMPLES if isinstance(message, Telemetry) and message.condition is not None)
    assert condition_from(msgspec.structs.replace(told, at="2026-02-30T07:15:30.250Z")) is None


@pytest.mark.parametrize("kind", [Presence, Factsheet, State, JournalAnswer, InventoryPage, Telemetry, events.Event])
def test_rc01_who_speaks_for_another_is_poison(kind: type[FromRobot]) -> None:
    message = example(kind)
    channel = {State: Channel.STATE, JournalAnswer: Channel.STATE, InventoryPage: Channel.STATE}.get(kind)
    spoken_on = topic(channel or Channel(kind.__name__.lower()), robot="R4")
    said = decode(str(spoken_on), encode(message), retained=False)
    assert said == actions.PoisonReceived(
        str(spoken_on), encode(message)[:4096], "`R3` speaks on the topic of `R4` - at `$.robot`", "R4"
    )
    if kind is not Telemetry:
        assert action_from(spoken_on, message) == said


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"fact": "pack_offered", "expiry": "2026-02-30"}, "$.body.expiry"),
        ({"fact": "pack_offered", "expiry": "0000-01-01"}, "$.body.expiry"),
        ({"fact": "fault_raised", "raised_at": "2026-02-29T00:00:00.000Z"}, "$.body.fault.raised_at"),
    ],
)
def test_a_day_that_is_in_no_calendar_is_poison(body: dict[str, str], place: str) -> None:
    said = next(message for message in EVENT_BODIES if msgspec.to_builtins(message)["fact"] == body["fact"])
    if isinstance(said, events.FaultRaised):
        fault = msgspec.structs.replace(said.fault, raised_at=body["raised_at"])
        said = msgspec.structs.replace(said, fault=fault)
    else:
        said = msgspec.structs.replace(said, expiry=body["expiry"])
    poison = decode(str(topic(Channel.EVENT)), encode(event(said)), retained=False)
    assert isinstance(poison, actions.PoisonReceived)
    assert place in poison.reason


@pytest.mark.parametrize("kind", [State, JournalAnswer, InventoryPage, events.Event])
def test_a_moment_that_is_in_no_calendar_is_poison(kind: type[FromRobot]) -> None:
    message = msgspec.structs.replace(example(kind), at="2026-02-30T00:00:00.000Z")
    poison = action_from(topic(Channel.EVENT if kind is events.Event else Channel.STATE), message)
    assert isinstance(poison, actions.PoisonReceived)
    assert "`$.at`" in poison.reason


def task(kind: TaskKind, **more: str) -> Task:
    steps = [Step(FIRST.pack_id, 1), Step(SECOND.pack_id, 2)] if kind in (TaskKind.PICK, TaskKind.EJECT) else []
    if kind is TaskKind.RELOCATE:
        steps = [Step(FIRST.pack_id, 1)]
    return Task("C-1", kind, "R3", 7, 12, ISSUED_AT, 60.0, steps, **more)  # type: ignore[arg-type]


TASKS: list[tuple[Task, list[Pack], commands.CommandBody]] = [
    (
        task(TaskKind.PICK, tote_id="T-1", output="OUT-1"),
        [FIRST, SECOND],
        commands.Pick(tote_id="T-1", output="OUT-1", items=ITEMS),
    ),
    (
        task(TaskKind.STORE, offer_id="O-1"),
        [FIRST],
        commands.Store(offer_id="O-1", pack_id=FIRST.pack_id, gtin=FIRST.gtin, batch=FIRST.batch, expiry="2027-05-31"),
    ),
    (task(TaskKind.REJECT, offer_id="O-1", reason="expired"), [], commands.Reject(offer_id="O-1", reason="expired")),
    (task(TaskKind.EJECT, output="QUARANTINE"), [FIRST, SECOND], commands.Eject(output="QUARANTINE", items=ITEMS)),
    (task(TaskKind.HOLD), [], commands.Hold()),
    (task(TaskKind.RESUME), [], commands.Resume()),
    (task(TaskKind.HOME), [], commands.Home()),
    (task(TaskKind.CANCEL, target="C-0"), [], commands.Cancel(target="C-0")),
    (task(TaskKind.RELOCATE), [FIRST], commands.Relocate(item=ITEMS[0], improve=True)),
    (task(TaskKind.COUNT, target="A-07"), [], commands.CountShelf(shelf="A-07")),
    (task(TaskKind.CALIBRATE, target="x"), [], commands.Calibrate(axis="x")),
    (task(TaskKind.RELOCATE, target=TEST_PICK), [FIRST], commands.Relocate(item=ITEMS[0], improve=False)),
    (task(TaskKind.SELF_TEST), [], commands.SelfTest()),
    (task(TaskKind.JOG, target="x:-5"), [], commands.Jog(axis="x", distance_mm=-5.0)),
    (task(TaskKind.SET_MODE, target="maintenance"), [], commands.SetMode(mode=Mode.MAINTENANCE)),
    (
        task(TaskKind.SET_PARAMETERS, target="7 grip_force_n=20 x_offset_mm=-0.5"),
        [],
        commands.SetParameters(profile="R3-7", version=7, values={"grip_force_n": 20.0, "x_offset_mm": -0.5}),
    ),
]


def test_every_kind_of_task_has_a_command() -> None:
    assert {each.kind for each, _, _ in TASKS} == set(TaskKind)


@pytest.mark.parametrize(("each", "packs", "body"), TASKS, ids=[each.kind.value for each, _, _ in TASKS])
def test_rc07_a_command_carries_what_a_robot_must_check(
    each: Task, packs: list[Pack], body: commands.CommandBody
) -> None:
    command = command_from(each, packs, epoch=13, attempt=2)
    assert command == commands.Command(
        command_id="C-1",
        robot="R3",
        generation=7,
        epoch=13,
        attempt=2,
        issued_at=STAMP,
        valid_for_s=60.0,
        body=body,
    )
    assert decode_command(encode(command)) == command


def test_rc08_each_sending_has_the_same_content() -> None:
    each, packs, _ = TASKS[0]
    first, second = (command_from(each, packs, epoch=13, attempt=attempt) for attempt in (1, 2))
    assert msgspec.structs.replace(second, attempt=1) == first


@pytest.mark.parametrize(
    ("each", "packs"),
    [
        (task(TaskKind.PICK, output="OUT-1"), [FIRST, SECOND]),
        (task(TaskKind.PICK, tote_id="T-1"), [FIRST, SECOND]),
        (task(TaskKind.PICK, tote_id="T-1", output="OUT-1"), [FIRST]),
        (task(TaskKind.STORE, offer_id="O-1"), []),
        (task(TaskKind.STORE), [FIRST]),
        (task(TaskKind.REJECT, offer_id="O-1"), []),
        (task(TaskKind.CANCEL), []),
    ],
)
def test_a_task_that_lacks_something_is_not_worded(each: Task, packs: list[Pack]) -> None:
    with pytest.raises(ValueError):
        command_from(each, packs, epoch=13, attempt=1)


@pytest.mark.parametrize(
    ("question", "body"),
    [
        (Question("R3", 7, "snapshot", inventory=True), commands.Snapshot(inventory=True)),
        (Question("R3", 7, "journal", command_ids=("C-1",)), commands.Journal(command_ids=("C-1",))),
        (Question("R3", 7, "acknowledge", seq=44), commands.Acknowledge(seq=44)),
    ],
)
def test_questions_become_commands(question: Question, body: commands.CommandBody) -> None:
    command = question_from(question, "Q1", epoch=12, now=ISSUED_AT)
    assert (command.command_id, command.generation, command.epoch, command.issued_at) == ("Q1", 7, 12, STAMP)
    assert command.body == body
    assert decode_command(encode(command)) == command


def test_an_unknown_question_is_not_worded() -> None:
    with pytest.raises(ValueError, match="riddle"):
        question_from(Question("R3", 7, "riddle"), "Q1", epoch=12, now=ISSUED_AT)
