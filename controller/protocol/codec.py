"""JSON text to messages and back, with bounds (RC-24).

Unknown fields, wrong types, NaN and out-of-range numbers are refused by the types; duplicate keys and size
are checked here, because a type cannot see them. Every refusal names the place.
"""

import json
from typing import TypeVar

import msgspec

from controller.protocol.commands import Command, ControllerPresence
from controller.protocol.events import Event
from controller.protocol.reports import Factsheet, Presence, Report, Telemetry
from controller.protocol.topics import Channel
from controller.protocol.vocabulary import MAX_MESSAGE_BYTES

Message = Presence | Factsheet | Report | Event | Telemetry | Command | ControllerPresence
FromRobot = Presence | Factsheet | Report | Event | Telemetry

M = TypeVar("M")


class MalformedMessage(ValueError):
    """The payload is no message of this contract; the text says where and why."""


_encoder = msgspec.json.Encoder()
_decoders: dict[Channel, msgspec.json.Decoder[FromRobot]] = {
    Channel.PRESENCE: msgspec.json.Decoder(Presence),
    Channel.FACTSHEET: msgspec.json.Decoder(Factsheet),
    Channel.STATE: msgspec.json.Decoder(Report),
    Channel.EVENT: msgspec.json.Decoder(Event),
    Channel.TELEMETRY: msgspec.json.Decoder(Telemetry),
}
_command_decoder = msgspec.json.Decoder(Command)
_controller_decoder = msgspec.json.Decoder(ControllerPresence)


def encode(message: Message) -> bytes:
    """The message as UTF-8 JSON; MalformedMessage where it would be longer than the contract allows."""
    payload = _encoder.encode(message)
    if len(payload) > MAX_MESSAGE_BYTES:
        raise MalformedMessage(f"{type(message).__name__} of {len(payload)} bytes; at most {MAX_MESSAGE_BYTES}")
    return payload


def decode_from_robot(channel: Channel, payload: bytes) -> FromRobot:
    """What a robot sent on `channel`; MalformedMessage where it is none of this contract's."""
    decoder = _decoders.get(channel)
    if decoder is None:
        raise MalformedMessage(f"robots do not write to the channel {channel}")
    return _decode(decoder, payload)


def decode_command(payload: bytes) -> Command:
    """What the controller sent to a robot; MalformedMessage where it is no command."""
    return _decode(_command_decoder, payload)


def decode_controller_presence(payload: bytes) -> ControllerPresence:
    """MalformedMessage where it is no presence of the controller."""
    return _decode(_controller_decoder, payload)


def _decode(decoder: msgspec.json.Decoder[M], payload: bytes) -> M:
    if len(payload) > MAX_MESSAGE_BYTES:
        raise MalformedMessage(f"{len(payload)} bytes; at most {MAX_MESSAGE_BYTES}")
    try:
        message = decoder.decode(payload)
    except msgspec.ValidationError as error:
        raise MalformedMessage(str(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedMessage(f"not JSON: {error}") from error
    _refuse_duplicate_keys(payload)
    return message


class _Doubled:
    """Stands for an object that has the same key twice."""

    def __init__(self, key: str) -> None:
        self.key = key


def _refuse_duplicate_keys(payload: bytes) -> None:
    doubled = False

    def members(pairs: list[tuple[str, object]]) -> object:
        nonlocal doubled
        fields = dict(pairs)
        if len(fields) == len(pairs):
            return fields
        doubled = True
        names = [name for name, _ in pairs]
        return _Doubled(next(name for name in names if names.count(name) > 1))

    tree = json.loads(payload, object_pairs_hook=members)
    if doubled:
        raise MalformedMessage(str(_where_doubled(tree, "$")))


def _where_doubled(node: object, path: str) -> str | None:
    if isinstance(node, _Doubled):
        return f"the key `{node.key}` stands twice in one object - at `{path}`"
    if isinstance(node, dict):
        children = [(f"{path}.{name}", child) for name, child in node.items()]
    elif isinstance(node, list):
        children = [(f"{path}[{place}]", child) for place, child in enumerate(node)]
    else:
        return None
    return next((found for child_path, child in children if (found := _where_doubled(child, child_path))), None)
