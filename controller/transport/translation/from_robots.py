"""What robots tell, as actions of the engine."""

from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import msgspec

from controller.domain.product import Zone
from controller.domain.robot import RobotFault
from controller.engine import actions
from controller.protocol import events, reports
from controller.protocol.codec import FromRobot, MalformedMessage, decode_from_robot
from controller.protocol.topics import CONTROLLER, Topic, TopicError
from controller.protocol.vocabulary import RobotKind, epoch_s

KEPT_POISON_BYTES = 4096
"""Of a message that breaks the contract, this much is kept for inspection."""
KEPT_POISON_CHARACTERS = 500
"""Of its topic, and of the reason why it was refused."""


def action_from(topic: Topic, message: FromRobot) -> actions.Action:
    """What `message`, sent on `topic`, means to the engine; PoisonReceived where it contradicts topic or calendar.

    Telemetry never reaches the engine: TypeError.
    """
    try:
        return _translate(topic, message)
    except MalformedMessage as error:
        return poison(str(topic), msgspec.json.encode(message), str(error), topic.robot)


def decode(topic_text: str, payload: bytes, retained: bool) -> actions.Action | reports.Telemetry:
    """What arrived from the broker, whatever it is: never raises, what breaks the contract is PoisonReceived.

    `retained` is the broker's mark of a message from before the subscription: only presence and factsheet may be old.
    """
    try:
        topic = _topic(topic_text)
    except TopicError as error:
        return poison(topic_text, payload, str(error), None)
    try:
        if retained and not topic.channel.retained:
            raise MalformedMessage(f"retained, and on the channel {topic.channel} nothing may be")
        message = decode_from_robot(topic.channel, payload)
        if type(message) is reports.Telemetry:
            _check_origin(topic, message)
            return message
        return _translate(topic, message)
    except MalformedMessage as error:
        return poison(topic_text, payload, str(error), topic.robot)


def condition_from(message: reports.Telemetry) -> actions.RobotCondition | None:
    """The robot's condition, where the frame bears one.

    None as well for moments that are none: a measurement is not worth a complaint.
    """
    if message.condition is None:
        return None
    try:
        since_at, at = epoch_s(message.condition.since), epoch_s(message.at)
    except ValueError:
        return None
    features = tuple(
        actions.ConditionFeature(feature.name, feature.subject, feature.count, feature.mean, feature.worst)
        for feature in message.condition.features
    )
    return actions.RobotCondition(message.robot, message.generation, since_at, at, features)


@lru_cache(maxsize=1024)
def _topic(text: str) -> Topic:
    topic = Topic.parse(text)
    if topic.robot == CONTROLLER:
        raise TopicError(f"topic {text!r}: no robot is called {CONTROLLER}")
    return topic


def poison(topic: str, payload: bytes, reason: str, robot: str | None) -> actions.PoisonReceived:
    """A refused message, cut to what is worth keeping."""
    return actions.PoisonReceived(_printable(topic), payload[:KEPT_POISON_BYTES], _printable(reason), robot)


def _printable(text: str) -> str:
    """Topics and reasons quote what a robot wrote: bounded, and without what no database or screen takes."""
    return "".join(sign if sign.isprintable() else "�" for sign in text[:KEPT_POISON_CHARACTERS])


def _check_origin(topic: Topic, message: FromRobot) -> None:
    if message.robot != topic.robot:
        raise MalformedMessage(f"`{message.robot}` speaks on the topic of `{topic.robot}` - at `$.robot`")


def _translate(topic: Topic, message: FromRobot) -> actions.Action:
    _check_origin(topic, message)
    translate = _MESSAGES.get(type(message))
    if translate is None:
        raise TypeError(f"{type(message).__name__} is nothing that the engine is told")
    return translate(message)


def _day(text: str, place: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise MalformedMessage(f"`{text}` is no day of the calendar - at `{place}`") from error


def _moment(text: str, place: str) -> float:
    try:
        return epoch_s(text)
    except ValueError as error:
        raise MalformedMessage(f"`{text}` is no moment - at `{place}`") from error


def _check_at(text: str) -> None:
    try:
        datetime.fromisoformat(text)
    except ValueError as error:
        raise MalformedMessage(f"`{text}` is no moment - at `$.at`") from error


# Each state report repeats the last results; 256 hold those of nine robots.
@lru_cache(maxsize=256)
def _result(result: reports.CommandResult) -> actions.ResultReport:
    packs = tuple(actions.PackReport(pack.item, pack.pack_id, pack.outcome.value, pack.place) for pack in result.packs)
    return actions.ResultReport(result.command_id, result.outcome.value, packs, result.reason)


def _fault(fault: reports.ActiveFault, place: str) -> RobotFault:
    return RobotFault(
        fault.occurrence,
        fault.code,
        fault.level,
        _moment(fault.raised_at, f"{place}.raised_at"),
        fault.command_id,
        fault.location,
        fault.pack_id,
        fault.axis,
    )


def _presence(message: reports.Presence) -> actions.RobotPresence:
    return actions.RobotPresence(message.robot, message.generation, message.status)


_ZONES = {RobotKind.AMBIENT: Zone.AMBIENT, RobotKind.VAULT: Zone.VAULT, RobotKind.FRIDGE: Zone.FRIDGE}


def _factsheet(message: reports.Factsheet) -> actions.RobotFactsheet:
    return actions.RobotFactsheet(
        robot=message.robot,
        generation=message.generation,
        contract=message.contract,
        firmware=message.firmware,
        kind=_ZONES[message.kind],
        capacity_packs=message.capacity_packs,
        max_tour_items=message.max_tour_items,
        max_queue=message.max_queue,
        outputs=message.outputs,
        commands=message.commands,
        tallest_mm=max(message.height_classes_mm),
        shelves=tuple((shelf.name, shelf.height_mm) for shelf in message.shelves),
        parameters=tuple((limit.name, limit.low, limit.high) for limit in message.parameters),
        makers=tuple((limit.name, limit.maker) for limit in message.parameters if limit.maker is not None),
    )


def _state(message: reports.State) -> actions.RobotState:
    _check_at(message.at)
    return actions.RobotState(
        robot=message.robot,
        generation=message.generation,
        seq=message.seq,
        journal_id=message.journal_id,
        mode=message.mode.value,
        packml=int(message.packml),
        running=message.running,
        queued=message.queued,
        last_results=tuple(_result(result) for result in message.last_results),
        faults=tuple(_fault(fault, f"$.faults[{place}]") for place, fault in enumerate(message.faults)),
        packs=message.inventory.packs,
        checksum=message.inventory.checksum,
        unacked=message.unacked,
        controller_epoch=message.controller_epoch,
        input_waiting=message.input_waiting,
        parameters=None if (told := message.parameters) is None else (told.profile, told.version),
    )


def _journal_line(entry: reports.JournalEntry) -> actions.JournalLine:
    return actions.JournalLine(
        entry.command_id,
        entry.phase.value,
        None if entry.refusal is None else entry.refusal.value,
        None if entry.result is None else _result(entry.result),
    )


def _journal(message: reports.JournalAnswer) -> actions.RobotJournal:
    _check_at(message.at)
    entries = tuple(_journal_line(entry) for entry in message.entries)
    return actions.RobotJournal(message.robot, message.generation, message.seq, entries)


def _inventory(message: reports.InventoryPage) -> actions.RobotInventory:
    _check_at(message.at)
    packs = tuple(
        (pack.pack_id, pack.gtin, pack.batch, _day(pack.expiry, f"$.packs[{place}].expiry"))
        for place, pack in enumerate(message.packs)
    )
    return actions.RobotInventory(message.robot, message.generation, message.seq, message.page, message.pages, packs)


def _event(message: events.Event) -> actions.RobotEvent:
    _check_at(message.at)
    fact = _FACTS[type(message.body)](message.body)
    return actions.RobotEvent(message.robot, message.generation, message.seq, fact)


_MESSAGES: dict[type, Callable[[Any], actions.Action]] = {
    reports.Presence: _presence,
    reports.Factsheet: _factsheet,
    reports.State: _state,
    reports.JournalAnswer: _journal,
    reports.InventoryPage: _inventory,
    events.Event: _event,
}


def _pack_offered(body: events.PackOffered) -> actions.PackOffered:
    return actions.PackOffered(
        offer_id=body.offer_id,
        raw_code=body.raw_code,
        gtin=body.gtin,
        batch=body.batch,
        expiry=None if body.expiry is None else _day(body.expiry, "$.body.expiry"),
        serial=body.serial,
        width_mm=body.width_mm,
        depth_mm=body.depth_mm,
        height_mm=body.height_mm,
    )


def _pack_delivered(body: events.PackDelivered) -> actions.PackDelivered:
    return actions.PackDelivered(body.command_id, body.item, body.pack_id, body.gtin, body.output, body.tote_id)


def _noted(body: msgspec.Struct) -> actions.Noted:
    return actions.Noted(f"robot.{body.__struct_config__.tag}", msgspec.structs.asdict(body))


_FACTS: dict[type, Callable[[Any], actions.Fact]] = {
    events.Booted: lambda body: actions.Booted(body.journal_id, body.cause),
    events.PackOffered: _pack_offered,
    events.OfferLapsed: lambda body: actions.OfferLapsed(body.offer_id),
    events.PackStored: lambda body: actions.PackStored(body.command_id, body.pack_id, body.location),
    events.CommandReceived: _noted,
    events.CommandAccepted: lambda body: actions.CommandAccepted(body.command_id),
    events.CommandRefused: lambda body: actions.CommandRefused(body.command_id, body.refusal.value, body.detail),
    events.CommandStarted: lambda body: actions.CommandStarted(body.command_id),
    events.PackGripped: lambda body: actions.PackGripped(body.command_id, body.item, body.pack_id),
    events.PackDelivered: _pack_delivered,
    events.CommandFinished: lambda body: actions.CommandFinished(_result(body.result)),
    events.FaultRaised: lambda body: actions.FaultRaised(_fault(body.fault, "$.body.fault")),
    events.FaultUpdated: _noted,
    events.FaultCleared: lambda body: actions.FaultCleared(body.occurrence),
    events.ModeChanged: lambda body: actions.ModeChanged(body.mode.value, body.by),
    events.MachineStateChanged: lambda body: actions.MachineStateChanged(int(body.packml)),
    events.DoorOpened: _noted,
    events.DoorClosed: _noted,
    events.EstopPressed: _noted,
    events.EstopReleased: _noted,
    events.LocalAction: _noted,
    events.PackMissing: _noted,
    events.PackFound: _noted,
    events.CalibrationMeasured: _noted,
    events.ParametersChanged: _noted,
}
