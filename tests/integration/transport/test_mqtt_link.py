"""The link over real brokers: Mosquitto and NATS."""

import asyncio
from datetime import date

import aiomqtt
import pytest

from controller.domain.pack import Pack
from controller.domain.task import Step, Task, TaskKind
from controller.engine.actions import (
    CommandStarted,
    LinkChanged,
    PoisonReceived,
    RobotEvent,
    RobotPresence,
)
from controller.engine.ports import Question
from controller.protocol import commands, events
from controller.protocol.commands import ControllerPresence
from controller.protocol.reports import Presence, Signal, Telemetry
from controller.protocol.topics import Channel, Topic, controller_presence
from controller.transport.session import Protocol
from tests.integration.transport.conftest import OPTIONS, Connect
from tests.support.broker_process import BrokerProcess
from tests.support.inbox import Inbox
from tests.support.mosquitto import Mosquitto
from tests.support.tcp_fault_proxy import TcpFaultProxy
from tests.support.wire import AT, SITE, WireRobot

PACK = Pack("S000001.001", "05012345678900", "B1", date(2027, 5, 31), "robot:R1")


def pick(task_id: str = "T1", robot: str = "R1") -> Task:
    return Task(
        task_id=task_id,
        kind=TaskKind.PICK,
        robot=robot,
        generation=1,
        epoch=1,
        issued_at=1_795_417_200.0,
        valid_for_s=60.0,
        steps=[Step(PACK.pack_id, 1)],
        tote_id="T000001-1",
        output="OUT-1",
        attempt=1,
    )


def started(command_id: str) -> events.CommandStarted:
    return events.CommandStarted(command_id=command_id)


def frame(number: int) -> Telemetry:
    signals = (Signal(name="vacuum_kpa", samples=(1.0, 2.0)),)
    return Telemetry(robot="R1", generation=1, frame=number, at=AT, signals=signals)


async def until_up(inbox: Inbox, times: int = 1) -> None:
    await inbox.until(lambda: inbox.of(LinkChanged).count(LinkChanged(up=True)) == times)


async def until_started(inbox: Inbox, command_id: str) -> RobotEvent:
    return await inbox.until_one(RobotEvent, lambda event: event.fact == CommandStarted(command_id))


async def test_commands_and_events_go_both_ways(broker: BrokerProcess, connected: Connect) -> None:
    async with WireRobot(broker.port) as robot, connected(broker.url) as (link, inbox):
        await until_up(inbox)
        await robot.announce()
        assert await inbox.until_one(RobotPresence) == RobotPresence("R1", 1, "online")
        await link.send_command(pick(), [PACK])
        command = await robot.next_command()
        assert isinstance(command.body, commands.Pick)
        assert (command.command_id, command.attempt, command.body.items[0].pack_id) == ("T1", 1, PACK.pack_id)
        await link.ask(Question("R1", 1, "acknowledge", seq=7), epoch=1)
        assert (await robot.next_command()).body == commands.Acknowledge(seq=7)
        seq = await robot.tell(started("T1"))
        assert await until_started(inbox, "T1") == RobotEvent("R1", 1, seq, CommandStarted("T1"))


@pytest.mark.parametrize("protocol", ["3.1.1", "5"])
async def test_both_protocol_versions_serve(mosquitto: Mosquitto, connected: Connect, protocol: Protocol) -> None:
    async with (
        WireRobot(mosquitto.port) as robot,
        connected(mosquitto.url, protocol=protocol) as (link, inbox),
    ):
        await until_up(inbox)
        await link.send_command(pick(), [PACK])
        assert (await robot.next_command()).command_id == "T1"


async def test_mqtt_5_lets_a_command_expire_on_the_way(mosquitto: Mosquitto, connected: Connect) -> None:
    listener = aiomqtt.Client("127.0.0.1", mosquitto.port, protocol=aiomqtt.ProtocolVersion.V5)
    async with listener, connected(mosquitto.url, protocol="5") as (link, inbox):
        await listener.subscribe(str(Topic(SITE, "R1", Channel.COMMAND)), qos=1)
        await until_up(inbox)
        await link.send_command(pick(), [PACK])
        async with asyncio.timeout(10):
            message = await anext(listener.messages)
        assert message.properties is not None
        assert vars(message.properties)["MessageExpiryInterval"] == 60


async def test_a_task_of_an_earlier_epoch_is_sent_with_the_present_one(
    broker: BrokerProcess, connected: Connect
) -> None:
    async with WireRobot(broker.port) as robot, connected(broker.url, epoch=9) as (link, inbox):
        await until_up(inbox)
        await link.send_command(pick(), [PACK])
        assert (await robot.next_command()).epoch == 9


async def test_the_session_of_a_controller_that_was_away_is_used(broker: BrokerProcess, connected: Connect) -> None:
    async with WireRobot(broker.port) as robot:
        async with connected(broker.url) as (_, inbox):
            await until_up(inbox)
        await robot.tell(started("meanwhile"))
        async with connected(broker.url) as (_, inbox):
            await until_started(inbox, "meanwhile")


async def test_rc04_what_was_retained_is_told_after_the_link_is_up(broker: BrokerProcess, connected: Connect) -> None:
    async with WireRobot(broker.port) as robot:
        await robot.announce()
        async with connected(broker.url) as (_, inbox):
            await inbox.until_one(RobotPresence)
            assert inbox.actions[:2] == [LinkChanged(up=True), RobotPresence("R1", 1, "online")]


async def test_rc18_the_controller_announces_itself_and_says_goodbye(broker: BrokerProcess, connected: Connect) -> None:
    async with WireRobot(broker.port) as robot:
        async with connected(broker.url, epoch=4):
            await robot.until_controller(ControllerPresence(epoch=4, online=True))
        await robot.until_controller(ControllerPresence(epoch=4, online=False))


async def test_rc18_the_last_will_of_the_controller_names_its_epoch(broker: BrokerProcess, connected: Connect) -> None:
    async with WireRobot(broker.port) as robot:
        async with connected(broker.url, epoch=4, polite=False):
            await robot.until_controller(ControllerPresence(epoch=4, online=True))
        await robot.until_controller(ControllerPresence(epoch=4, online=False))


async def test_rc03_the_last_will_of_a_robot_carries_the_generation_of_its_birth(
    broker: BrokerProcess, connected: Connect
) -> None:
    async with TcpFaultProxy(broker.port) as proxy, connected(broker.url) as (_, inbox):
        robot = WireRobot(proxy.port, generation=6)
        async with robot:
            await robot.announce()
            await inbox.until_one(RobotPresence, lambda presence: presence.status == "online")
            proxy.reset()
            died = await inbox.until_one(RobotPresence, lambda presence: presence.status == "lost")
        assert died == RobotPresence("R1", 6, "lost")


async def test_rc19_a_broker_that_dies_is_one_change_of_the_link(broker: BrokerProcess, connected: Connect) -> None:
    async with connected(broker.url, epoch=2) as (link, inbox):
        await until_up(inbox)
        await broker.kill()
        await inbox.until_one(LinkChanged, lambda change: not change.up)
        broker.wipe()
        await broker.start()
        await until_up(inbox, times=2)
        assert inbox.of(LinkChanged) == [LinkChanged(True), LinkChanged(False), LinkChanged(True)]
        async with WireRobot(broker.port) as robot:
            await robot.until_controller(ControllerPresence(epoch=2, online=True))
            await link.send_command(pick(), [PACK])
            assert (await robot.next_command()).command_id == "T1"
            await robot.tell(started("T1"))
            await until_started(inbox, "T1")


async def test_a_broker_that_stands_still_costs_the_connection_and_nothing_else(
    broker: BrokerProcess, connected: Connect
) -> None:
    async with connected(broker.url) as (link, inbox):
        await until_up(inbox)
        broker.pause()
        for number in range(2000):
            await link.send_command(pick(f"T{number}"), [PACK])
        await inbox.until_one(LinkChanged, lambda change: not change.up)
        assert link.counts.unsent >= 2000 - OPTIONS.senders
        broker.resume()
        await until_up(inbox, times=2)
        async with WireRobot(broker.port) as robot:
            await link.send_command(pick("after"), [PACK])
            while (await robot.next_command()).command_id != "after":
                continue


@pytest.mark.parametrize("fault", ["stall", "reset", "cut"])
async def test_the_link_survives_what_the_network_does(broker: BrokerProcess, connected: Connect, fault: str) -> None:
    async with TcpFaultProxy(broker.port) as proxy, connected(proxy.url) as (link, inbox):
        await until_up(inbox)
        match fault:
            case "stall":
                proxy.stall()
            case "reset":
                proxy.reset()
            case _:
                proxy.cut_after(40)
        await link.send_command(pick(), [PACK])
        await inbox.until_one(LinkChanged, lambda change: not change.up)
        proxy.flow()
        await until_up(inbox, times=2)
        async with WireRobot(broker.port) as robot:
            await robot.tell(started("T9"))
            await until_started(inbox, "T9")


async def test_a_silent_network_is_noticed_although_there_is_nothing_to_send(
    mosquitto: Mosquitto, connected: Connect
) -> None:
    async with TcpFaultProxy(mosquitto.port) as proxy, connected(proxy.url) as (_, inbox):
        await until_up(inbox)
        proxy.stall()
        await inbox.until_one(LinkChanged, lambda change: not change.up)


async def test_rc01_a_robot_that_speaks_for_another_is_poison(broker: BrokerProcess, connected: Connect) -> None:
    async with WireRobot(broker.port) as robot, connected(broker.url) as (_, inbox):
        await until_up(inbox)
        foreign = Presence(robot="R2", generation=1, status="online")
        await robot.say(Channel.PRESENCE, foreign)
        poison = await inbox.until_one(PoisonReceived)
        assert poison.robot == "R1"
        assert "R2" in poison.reason
        assert "$.robot" in poison.reason


async def test_rc24_poison_does_not_stop_the_others(broker: BrokerProcess, connected: Connect) -> None:
    async with WireRobot(broker.port) as robot, connected(broker.url) as (link, inbox):
        await until_up(inbox)
        event = robot.topic(Channel.EVENT)
        for payload in (b"", b"\xff\xfe", b"[" * 60_000, b'{"a":1,"a":2}', b"x" * 70_000, b"null"):
            await robot.say_raw(event, payload)
        await robot.say_raw(robot.topic(Channel.STATE).replace("/R1/", "/R!1/"), b"{}")
        await robot.tell(started("T1"))
        await until_started(inbox, "T1")
        poison = inbox.of(PoisonReceived)
        assert len(poison) == 7
        assert max(len(message.payload) for message in poison) == 4096
        assert link.up


async def test_rc24_a_retained_event_is_poison(broker: BrokerProcess, connected: Connect) -> None:
    async with WireRobot(broker.port) as robot:
        await robot.say_raw(robot.topic(Channel.EVENT), b"{}", retain=True)
        async with connected(broker.url) as (_, inbox):
            assert "retained" in (await inbox.until_one(PoisonReceived)).reason


async def test_rc27_a_flooding_robot_is_throttled_and_the_others_are_not(
    broker: BrokerProcess, connected: Connect
) -> None:
    async with (
        WireRobot(broker.port, "R1") as loud,
        WireRobot(broker.port, "R2") as quiet,
        connected(broker.url) as (link, inbox),
    ):
        await until_up(inbox)
        for number in range(3000):
            await loud.say(Channel.TELEMETRY, frame(number + 1))
            if number % 100 == 0:
                await quiet.tell(started(f"T{number}"))
        await until_started(inbox, "T2900")
        flooding = await inbox.until_one(PoisonReceived, lambda poison: "flooding" in poison.reason)
        assert flooding.robot == "R1"
        assert link.flooded > 0
        assert len([event for event in inbox.of(RobotEvent) if event.robot == "R2"]) == 30
        assert len([poison for poison in inbox.of(PoisonReceived) if "flooding" in poison.reason]) == 1


async def test_rc27_of_a_robot_that_talks_nonsense_not_everything_is_kept(
    broker: BrokerProcess, connected: Connect
) -> None:
    async with WireRobot(broker.port) as robot, connected(broker.url) as (link, inbox):
        await until_up(inbox)
        for number in range(200):
            await robot.say_raw(robot.topic(Channel.EVENT), b"%d" % number)
        await robot.tell(started("T1"))
        await until_started(inbox, "T1")
        assert len(inbox.of(PoisonReceived)) + link.flooded == 201
        assert link.flooded > 0
        assert [poison for poison in inbox.of(PoisonReceived) if "malformed messages a second" in poison.reason]


async def test_telemetry_stays_out_of_the_engine(broker: BrokerProcess, connected: Connect) -> None:
    async with WireRobot(broker.port) as robot, connected(broker.url) as (link, inbox):
        await until_up(inbox)
        for number in range(1, 71):
            await robot.say(Channel.TELEMETRY, frame(number))
        await robot.tell(started("T1"))
        await until_started(inbox, "T1")
        assert [each.frame for each in link.telemetry.frames("R1")] == list(range(11, 71))
        assert len(inbox.actions) == 2


async def test_rc26_a_topic_of_another_major_version_is_not_heard(broker: BrokerProcess, connected: Connect) -> None:
    async with WireRobot(broker.port) as robot, connected(broker.url) as (_, inbox):
        await until_up(inbox)
        await robot.say_raw(robot.topic(Channel.EVENT).replace("nightshift/1/", "nightshift/2/"), b"{}")
        await robot.tell(started("T1"))
        await until_started(inbox, "T1")
        assert inbox.of(PoisonReceived) == []


async def test_two_controllers_with_one_client_id_are_noticed_by_both(
    broker: BrokerProcess, connected: Connect
) -> None:
    async with connected(broker.url, epoch=1) as (_, older):
        await until_up(older)
        async with connected(broker.url, epoch=2) as (_, newer):
            assert "epoch 2" in (await older.until_one(PoisonReceived)).reason
            assert "epoch 1" in (await newer.until_one(PoisonReceived)).reason


async def test_the_last_words_of_a_predecessor_are_no_rival(broker: BrokerProcess, connected: Connect) -> None:
    async with WireRobot(broker.port) as robot:
        await robot.say_raw(controller_presence(SITE), b'{"epoch":1,"online":true}', retain=True)
        async with connected(broker.url, epoch=2) as (_, inbox):
            await until_up(inbox)
            await robot.tell(started("T1"))
            await until_started(inbox, "T1")
            assert inbox.of(PoisonReceived) == []


async def test_a_new_epoch_is_announced_on_a_new_connection(broker: BrokerProcess, connected: Connect) -> None:
    async with WireRobot(broker.port) as robot:
        async with connected(broker.url, epoch=1, polite=False) as (link, inbox):
            await until_up(inbox)
            link.announce(epoch=5)
            await until_up(inbox, times=2)
            await robot.until_controller(ControllerPresence(epoch=5, online=True))
        await robot.until_controller(ControllerPresence(epoch=5, online=False))


async def test_without_an_epoch_there_is_no_connection(broker: BrokerProcess, connected: Connect) -> None:
    async with WireRobot(broker.port) as robot:
        # What a predecessor said last is no rival of a controller that has no epoch yet.
        await robot.say_raw(controller_presence(SITE), b'{"epoch":4,"online":false}', retain=True)
        async with connected(broker.url, epoch=0) as (link, inbox):
            link.announce(epoch=5)
            await until_up(inbox)
            await robot.until_controller(ControllerPresence(epoch=5, online=True))
            assert inbox.actions == [LinkChanged(up=True)]
            assert link.counts.connections == 1


async def test_a_link_that_never_got_an_epoch_can_be_stopped(broker: BrokerProcess, connected: Connect) -> None:
    async with connected(broker.url, epoch=0) as (link, inbox):
        assert not link.up
    assert inbox.actions == []


async def test_what_cannot_be_worded_is_counted_and_never_raised(broker: BrokerProcess, connected: Connect) -> None:
    async with WireRobot(broker.port) as robot, connected(broker.url) as (link, inbox):
        await until_up(inbox)
        await link.send_command(pick("no-packs"), [])
        await link.ask(Question("R1", 1, "riddle"), epoch=1)
        assert link.counts.unsent == 2
        await link.send_command(pick(), [PACK])
        assert (await robot.next_command()).command_id == "T1"


async def test_a_link_without_a_broker_waits_for_one(connected: Connect, broker: BrokerProcess) -> None:
    await broker.kill()
    async with connected(broker.url) as (link, inbox):
        await link.send_command(pick(), [PACK])
        assert link.counts.unsent == 1
        await broker.start()
        await until_up(inbox)
        assert inbox.of(LinkChanged) == [LinkChanged(True)]
