"""One true-to-life message of every kind: they stand in the AsyncAPI document, and tests begin from them."""

from controller.protocol import commands, events, reports
from controller.protocol.codec import Message
from controller.protocol.vocabulary import (
    CommandPhase,
    Mode,
    Outcome,
    PackmlState,
    PackOutcome,
    Refusal,
    RobotKind,
)

_AT = "2026-11-23T07:15:30.250Z"
_GTIN = "05012345678900"
_ITEM = commands.PickItem(item=1, gtin=_GTIN, batch="LOT7A", expiry="2027-05-31", pack_id="S000017.003")
_SAME_BATCH = commands.PickItem(item=2, gtin=_GTIN, batch="LOT7A", expiry="2027-05-31")
_RESULT = reports.CommandResult(
    command_id="C-000412",
    outcome=Outcome.INCOMPLETE,
    packs=(
        reports.PackResult(item=1, pack_id="S000017.003", outcome=PackOutcome.DELIVERED, place="OUT-1"),
        reports.PackResult(item=2, pack_id=None, outcome=PackOutcome.MISSING),
    ),
    reason="location_empty",
)
_FAULT = reports.ActiveFault(
    occurrence="R3:7:12",
    code="GRP-11",
    level=3,
    raised_at=_AT,
    command_id="C-000412",
    location="A-07-113",
    pack_id="S000017.003",
    axis="x",
)

COMMAND_BODIES: tuple[commands.CommandBody, ...] = (
    commands.Pick(tote_id="W000173-1", output="OUT-1", items=(_ITEM, _SAME_BATCH)),
    commands.Store(offer_id="R3:7:88", pack_id="P-000901", gtin=_GTIN, batch="LOT7A", expiry="2027-05-31"),
    commands.Reject(offer_id="R3:7:89", reason="expired"),
    commands.Eject(output="QUARANTINE", items=(_ITEM,)),
    commands.Relocate(item=_ITEM, location="B-02-040"),
    commands.CountShelf(shelf="A-07"),
    commands.Home(),
    commands.Calibrate(axis="x"),
    commands.Jog(axis="x", distance_mm=-5.0),
    commands.SelfTest(),
    commands.SetParameters(profile="gripper", version=4, values={"vacuum_kpa": -55.0}),
    commands.SetMode(mode=Mode.MAINTENANCE),
    commands.Hold(),
    commands.Resume(),
    commands.Cancel(target="C-000412"),
    commands.Snapshot(inventory=True),
    commands.Journal(command_ids=("C-000411", "C-000412")),
    commands.Acknowledge(seq=4711),
)

EVENT_BODIES: tuple[events.EventBody, ...] = (
    events.Booted(journal_id="J-5f1c", cause="power_on"),
    events.PackOffered(
        offer_id="R3:7:88",
        raw_code="010501234567890017270531\x1d10LOT7A\x1d2100042",
        gtin=_GTIN,
        batch="LOT7A",
        expiry="2027-05-31",
        serial="00042",
        width_mm=54.5,
        depth_mm=98.0,
        height_mm=21.5,
    ),
    events.OfferLapsed(offer_id="R3:7:88"),
    events.PackStored(command_id="C-000413", pack_id="P-000901", location="A-07-113"),
    events.CommandReceived(command_id="C-000412"),
    events.CommandAccepted(command_id="C-000412"),
    events.CommandRefused(command_id="C-000412", refusal=Refusal.MODE_FORBIDS, detail="mode is manual"),
    events.CommandStarted(command_id="C-000412"),
    events.PackGripped(command_id="C-000412", item=1, pack_id="S000017.003"),
    events.PackDelivered(
        command_id="C-000412", item=1, pack_id="S000017.003", gtin=_GTIN, output="OUT-1", tote_id="W000173-1"
    ),
    events.CommandFinished(result=_RESULT),
    events.FaultRaised(fault=_FAULT),
    events.FaultUpdated(occurrence="R3:7:12", note="second try failed as well"),
    events.FaultCleared(occurrence="R3:7:12"),
    events.ModeChanged(mode=Mode.MANUAL, by="panel"),
    events.MachineStateChanged(packml=PackmlState.HELD),
    events.DoorOpened(door="NORTH"),
    events.DoorClosed(door="NORTH"),
    events.EstopPressed(station="PANEL"),
    events.EstopReleased(station="PANEL"),
    events.LocalAction(action_id="R3:7:L5", who="maintenance", what="took a pack out", pack_id="S000017.003"),
    events.PackMissing(pack_id="S000017.003", location="A-07-113"),
    events.PackFound(pack_id=None, location="A-07-114"),
    events.CalibrationMeasured(command_id="C-000420", axis="x", deviation_mm=-0.35),
    events.ParametersChanged(profile="gripper", version=4, values={"vacuum_kpa": -55.0}),
)

_REPORTS: tuple[reports.Report, ...] = (
    reports.State(
        robot="R3",
        generation=7,
        seq=4712,
        at=_AT,
        journal_id="J-5f1c",
        mode=Mode.AUTOMATIC,
        packml=PackmlState.EXECUTE,
        running=("C-000412",),
        queued=("C-000413", "C-000414"),
        last_results=(_RESULT,),
        faults=(_FAULT,),
        inventory=reports.InventorySum(packs=14_233, checksum="00ff13a0be5521c7"),
        unacked=(4709, 4711),
        controller_epoch=12,
        input_waiting=3,
        parameters=reports.ParametersInForce(profile="R3-4", version=4),
    ),
    reports.JournalAnswer(
        robot="R3",
        generation=7,
        seq=4713,
        at=_AT,
        answers="Q-000009",
        entries=(
            reports.JournalEntry(command_id="C-000411", phase=CommandPhase.UNKNOWN),
            reports.JournalEntry(command_id="C-000410", phase=CommandPhase.REFUSED, refusal=Refusal.EXPIRED),
            reports.JournalEntry(command_id="C-000412", phase=CommandPhase.FINISHED, result=_RESULT),
        ),
    ),
    reports.InventoryPage(
        robot="R3",
        generation=7,
        seq=4714,
        at=_AT,
        answers="Q-000010",
        page=1,
        pages=72,
        packs=(reports.StockedPack(pack_id="S000017.003", gtin=_GTIN, batch="LOT7A", expiry="2027-05-31"),),
    ),
)

EXAMPLES: tuple[Message, ...] = (
    *(reports.Presence(robot="R3", generation=7, status=status) for status in ("online", "offline", "lost")),
    reports.Factsheet(
        robot="R3",
        generation=7,
        contract="1.4.0",
        firmware="4.2.1",
        kind=RobotKind.AMBIENT,
        heads=1,
        capacity_packs=20_000,
        height_classes_mm=(40.0, 60.0, 90.0, 130.0),
        outputs=("OUT-1", "OUT-2", "QUARANTINE"),
        commands=("pick", "store", "reject", "eject", "home", "hold", "resume", "cancel"),
        max_tour_items=3,
        max_queue=3,
        parameters=(reports.Limit(name="vacuum_kpa", low=-80.0, high=-30.0, maker=-60.0),),
        shelves=(reports.Shelf(name="B-02", height_mm=60.0, places=120),),
    ),
    *_REPORTS,
    *(
        events.Event(robot="R3", generation=7, seq=4800 + place, at=_AT, body=body)
        for place, body in enumerate(EVENT_BODIES)
    ),
    reports.Telemetry(
        robot="R3",
        generation=7,
        frame=61_200,
        at=_AT,
        condition=reports.Condition(
            since="2026-11-23T07:10:30.250Z",
            features=(
                reports.Feature(name="following_error_mm", subject="x", count=41, mean=0.62, worst=1.1),
                reports.Feature(name="grip_retries", subject="A-07", count=3, mean=0.67, worst=1.0),
                reports.Feature(name="link_round_trip_ms", count=5, mean=8.2, worst=13.0),
            ),
        ),
    ),
    reports.Telemetry(
        robot="R3",
        generation=7,
        frame=61_201,
        at=_AT,
        signals=(reports.Signal(name="vacuum_kpa", samples=(-54.8, -55.1, -55.0)),),
    ),
    *(
        commands.Command(
            command_id=f"C-{place:06}",
            robot="R3",
            generation=7,
            epoch=12,
            attempt=1,
            issued_at=_AT,
            valid_for_s=60.0,
            body=body,
        )
        for place, body in enumerate(COMMAND_BODIES, start=412)
    ),
    commands.ControllerPresence(epoch=12, online=True),
)
