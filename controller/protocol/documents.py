"""The contract as documents for those who build robots: JSON Schemas and AsyncAPI 3, made from the message types.

Pure: what is checked in under `schemas/` is written by `python -m controller.generate`.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from controller.protocol import CONTRACT_VERSION
from controller.protocol.codec import Message
from controller.protocol.commands import Command, ControllerPresence
from controller.protocol.events import Event
from controller.protocol.examples import EXAMPLES
from controller.protocol.reports import Factsheet, InventoryPage, JournalAnswer, Presence, Report, State, Telemetry
from controller.protocol.topics import CONTROLLER, MAJOR, Channel
from controller.protocol.vocabulary import MAX_MESSAGE_BYTES

Document = dict[str, Any]

_TOPIC = f"nightshift/{MAJOR}/{{site}}/{{robot}}"


@dataclass(frozen=True, slots=True)
class Wire:
    """One channel of the contract and what travels on it."""

    name: str
    address: str
    types: tuple[type, ...]
    schema_type: Any
    from_robot: bool
    qos: int
    retained: bool
    summary: str

    def examples(self) -> list[Message]:
        return [message for message in EXAMPLES if isinstance(message, self.types)]


def _robot_wire(channel: Channel, types: tuple[type, ...], schema_type: Any, summary: str) -> Wire:
    return Wire(
        name=channel.value,
        address=f"{_TOPIC}/{channel}",
        types=types,
        schema_type=schema_type,
        from_robot=channel is not Channel.COMMAND,
        qos=channel.qos,
        retained=channel.retained,
        summary=summary,
    )


WIRES = (
    _robot_wire(Channel.PRESENCE, (Presence,), Presence, "Whether the robot is there; also its last will."),
    _robot_wire(Channel.FACTSHEET, (Factsheet,), Factsheet, "What the robot is and can do."),
    _robot_wire(
        Channel.STATE, (State, JournalAnswer, InventoryPage), Report, "Snapshots and the answers to questions."
    ),
    _robot_wire(Channel.EVENT, (Event,), Event, "One fact each, repeated until it is acknowledged."),
    _robot_wire(Channel.TELEMETRY, (Telemetry,), Telemetry, "What the sensors say, a frame a second."),
    _robot_wire(Channel.COMMAND, (Command,), Command, "What the controller asks of the robot."),
    Wire(
        name="controller_presence",
        address=f"nightshift/{MAJOR}/{{site}}/{CONTROLLER}/{Channel.PRESENCE}",
        types=(ControllerPresence,),
        schema_type=ControllerPresence,
        from_robot=False,
        qos=1,
        retained=True,
        summary="Whether the controller is there, and its epoch; also its last will.",
    ),
)


def json_schemas() -> dict[str, Document]:
    """A self-contained JSON Schema (2020-12) for each channel, by its name."""
    return {wire.name: _json_schema(wire) for wire in WIRES}


def asyncapi() -> Document:
    """The AsyncAPI 3.0 document, seen from the controller."""
    _, schemas = _components([wire.schema_type for wire in WIRES], "#/components/schemas/{name}")
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Nightshift robot contract",
            "version": CONTRACT_VERSION,
            "description": f"JSON in UTF-8, at most {MAX_MESSAGE_BYTES} bytes a message, over MQTT 3.1.1 or 5. "
            "Unknown fields, doubled keys, NaN and wrong types are refused.",
        },
        "defaultContentType": "application/json",
        "channels": {wire.name: _channel(wire) for wire in WIRES},
        "operations": {wire.name: _operation(wire) for wire in WIRES},
        "components": {
            "messages": {wire.name: _message(wire) for wire in WIRES},
            "parameters": {
                "site": {"description": "Id of the distribution centre."},
                "robot": {"description": f"Id of the robot; none is called `{CONTROLLER}`."},
            },
            "schemas": schemas,
        },
    }


def text_of(document: Document) -> str:
    """The document as it is checked in."""
    return json.dumps(document, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


class ContractChanged(Exception):
    """The messages are no longer those that this version of the contract had: step CONTRACT_VERSION."""


def version_history(present: str) -> str:
    """The text of `schemas/VERSION`: for every version the digest of what its messages may be.

    ContractChanged where the present text has the current version with another digest (RC-26). Descriptions are no
    part of the digest.
    """
    digest = contract_digest()
    versions = dict(line.split() for line in present.splitlines())
    if versions.get(CONTRACT_VERSION, digest) != digest:
        raise ContractChanged(f"the messages differ from those of contract {CONTRACT_VERSION}: step CONTRACT_VERSION")
    versions[CONTRACT_VERSION] = digest
    return "".join(f"{version} {known}\n" for version, known in versions.items())


def contract_digest() -> str:
    """SHA-256 over all schemas without their descriptions."""
    bare = _changed(json_schemas(), _without_description)
    canonical = json.dumps(bare, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _json_schema(wire: Wire) -> Document:
    (reference,), definitions = _components([wire.schema_type], "#/$defs/{name}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": wire.name,
        "description": wire.summary,
        **reference,
        "$defs": definitions,
    }


def _components(types: list[Any], template: str) -> tuple[list[Document], Document]:
    references, definitions = msgspec.json.schema_components(types, ref_template=template)
    return [dict(reference) for reference in references], _changed(definitions, _in_the_words_of_json_schema)


def _channel(wire: Wire) -> Document:
    names = ["site"] if wire.name == "controller_presence" else ["site", "robot"]
    return {
        "address": wire.address,
        "summary": wire.summary,
        "messages": {wire.name: {"$ref": f"#/components/messages/{wire.name}"}},
        "parameters": {name: {"$ref": f"#/components/parameters/{name}"} for name in names},
    }


def _operation(wire: Wire) -> Document:
    return {
        "action": "receive" if wire.from_robot else "send",
        "channel": {"$ref": f"#/channels/{wire.name}"},
        "messages": [{"$ref": f"#/channels/{wire.name}/messages/{wire.name}"}],
        "bindings": {"mqtt": {"qos": wire.qos, "retain": wire.retained}},
    }


def _message(wire: Wire) -> Document:
    (payload,), _ = _components([wire.schema_type], "#/components/schemas/{name}")
    examples = [{"payload": msgspec.to_builtins(message)} for message in wire.examples()]
    return {"name": wire.name, "summary": wire.summary, "payload": payload, "examples": examples}


def _changed(node: Any, change: Callable[[Document], Document]) -> Any:
    if isinstance(node, dict):
        return change({name: _changed(child, change) for name, child in node.items()})
    if isinstance(node, list):
        return [_changed(child, change) for child in node]
    return node


def _in_the_words_of_json_schema(schema: Document) -> Document:
    pattern = schema.get("pattern")
    if isinstance(pattern, str):
        # JSON Schema has the patterns of ECMA-262, whose `$` is what Python calls `\Z`.
        schema["pattern"] = pattern.replace(r"\Z", "$")
    description = schema.get("description")
    if isinstance(description, str):
        schema["description"] = " ".join(description.split())
    return schema


def _without_description(schema: Document) -> Document:
    return {name: value for name, value in schema.items() if name != "description"}
