"""Whatever the bytes: a message comes back as it was, or the refusal is a MalformedMessage."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.engine.actions import PoisonReceived
from controller.protocol import codec
from controller.protocol.codec import MalformedMessage, Message
from controller.protocol.commands import Command, ControllerPresence
from controller.protocol.events import Event
from controller.protocol.examples import EXAMPLES
from controller.protocol.reports import Factsheet, Presence, Report, Telemetry
from controller.protocol.topics import Channel, Topic
from controller.transport.translation import decode
from tests.support.messages import messages

FROM_ROBOT: dict[Channel, Any] = {
    Channel.PRESENCE: Presence,
    Channel.FACTSHEET: Factsheet,
    Channel.STATE: Report,
    Channel.EVENT: Event,
    Channel.TELEMETRY: Telemetry,
}
TO_ROBOT: dict[Any, Callable[[bytes], Message]] = {
    Command: codec.decode_command,
    ControllerPresence: codec.decode_controller_presence,
}
ENCODED = [codec.encode(message) for message in EXAMPLES]


@pytest.mark.parametrize("channel", FROM_ROBOT)
@settings(max_examples=50)
@given(data=st.data())
def test_what_a_robot_says_comes_back_as_it_was(channel: Channel, data: st.DataObject) -> None:
    message = data.draw(messages(FROM_ROBOT[channel]))
    assert codec.decode_from_robot(channel, codec.encode(message)) == message


@pytest.mark.parametrize("message_type", TO_ROBOT)
@settings(max_examples=50)
@given(data=st.data())
def test_what_the_controller_says_comes_back_as_it_was(message_type: Any, data: st.DataObject) -> None:
    message = data.draw(messages(message_type))
    assert TO_ROBOT[message_type](codec.encode(message)) == message


@pytest.mark.parametrize("channel", FROM_ROBOT)
@settings(max_examples=50)
@given(data=st.data())
def test_every_message_of_a_robot_has_a_meaning(channel: Channel, data: st.DataObject) -> None:
    message = data.draw(messages(FROM_ROBOT[channel]))
    action = decode(str(Topic("pdc", message.robot, channel)), codec.encode(message), retained=False)
    if isinstance(action, PoisonReceived):
        # Only the calendar is beyond the types: the 30th of February, the year 0.
        assert (
            "no day of the calendar" in action.reason or "no moment" in action.reason or "controller" in action.reason
        )


@given(payload=st.binary(max_size=300))
def test_random_bytes_are_refused_by_name(payload: bytes) -> None:
    refuse_or_accept(payload)


@given(payload=st.sampled_from(ENCODED), data=st.data())
def test_mutated_messages_are_refused_by_name(payload: bytes, data: st.DataObject) -> None:
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(payload)))
        end = data.draw(st.integers(start, min(len(payload), start + 20)))
        middle = data.draw(
            st.one_of(st.binary(max_size=6), st.just(payload[start:end] * 2), st.sampled_from(SPLINTERS))
        )
        payload = payload[:start] + middle + payload[end:]
    refuse_or_accept(payload)


SPLINTERS = [b"null", b"NaN", b"1e999", b"{}", b"[]", b'"', b"\\ud800", b"\\u0000", b"-1", b"true", b"\xff", b",", b":"]


@given(topic=st.text(max_size=80), payload=st.binary(max_size=80), retained=st.booleans())
def test_decode_never_raises(topic: str, payload: bytes, retained: bool) -> None:
    assert isinstance(decode(topic, payload, retained), PoisonReceived)


def refuse_or_accept(payload: bytes) -> None:
    for channel in Channel:
        with suppress(MalformedMessage):
            codec.decode_from_robot(channel, payload)
        decode(str(Topic("pdc", "R3", channel)), payload, retained=False)
    for decode_one in TO_ROBOT.values():
        with suppress(MalformedMessage):
            decode_one(payload)
