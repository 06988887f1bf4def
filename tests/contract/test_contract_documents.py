"""RC-26: the documents are those of the types, true, and change only with the version."""

import re
from typing import Any

import jsonschema
import msgspec
import pytest

from controller.generate import ROOT, generated
from controller.protocol import CONTRACT_VERSION, documents
from controller.protocol.codec import Message
from controller.protocol.commands import CommandBody
from controller.protocol.documents import WIRES, ContractChanged, asyncapi, contract_digest, json_schemas
from controller.protocol.events import EventBody
from controller.protocol.examples import COMMAND_BODIES, EVENT_BODIES, EXAMPLES
from controller.protocol.topics import MAJOR

SCHEMAS = ROOT / "protocol" / "schemas"
EXAMPLES_BY_WIRE = [(wire.name, message) for wire in WIRES for message in wire.examples()]


def test_rc26_the_checked_in_documents_are_those_of_the_types() -> None:
    made = {path: text for path, text in generated().items() if path.parent == SCHEMAS}
    assert {path.name: path.read_text() for path in SCHEMAS.iterdir()} == {
        path.name: text for path, text in made.items()
    }, "run: python -m controller.generate"


def test_rc26_the_messages_are_those_of_this_version() -> None:
    assert (SCHEMAS / "VERSION").read_text().splitlines()[-1] == f"{CONTRACT_VERSION} {contract_digest()}"


def test_rc26_other_messages_under_the_same_version_are_refused() -> None:
    with pytest.raises(ContractChanged, match="step CONTRACT_VERSION"):
        documents.version_history(f"{CONTRACT_VERSION} {'0' * 64}\n")


def test_rc26_a_new_version_keeps_the_digests_of_the_old_ones() -> None:
    old = f"0.9.0 {'0' * 64}\n"
    assert documents.version_history(old) == f"{old}{CONTRACT_VERSION} {contract_digest()}\n"


def test_rc26_the_digest_sees_every_bound_and_no_prose(monkeypatch: pytest.MonkeyPatch) -> None:
    before = contract_digest()
    schemas = json_schemas()
    schemas["event"]["description"] = "other prose"
    monkeypatch.setattr(documents, "json_schemas", lambda: schemas)
    assert contract_digest() == before
    schemas["event"]["$defs"]["Event"]["properties"]["seq"]["maximum"] -= 1
    assert contract_digest() != before


def test_rc26_the_major_version_is_in_every_topic() -> None:
    assert CONTRACT_VERSION.split(".")[0] == MAJOR
    assert {wire.address.split("/")[1] for wire in WIRES} == {MAJOR}


def test_there_is_an_example_of_every_kind() -> None:
    assert {type(body) for body in COMMAND_BODIES} == set(CommandBody.__args__)
    assert {type(body) for body in EVENT_BODIES} == set(EventBody.__args__)
    assert len(EXAMPLES_BY_WIRE) == len(EXAMPLES)


@pytest.mark.parametrize("name", sorted(json_schemas()))
def test_each_schema_is_a_schema(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(json_schemas()[name])


@pytest.mark.parametrize(("name", "message"), EXAMPLES_BY_WIRE)
def test_each_example_fits_its_schema(name: str, message: Message) -> None:
    jsonschema.Draft202012Validator(json_schemas()[name]).validate(as_json(message))


@pytest.mark.parametrize(("name", "message"), EXAMPLES_BY_WIRE)
def test_no_schema_takes_an_unknown_field(name: str, message: Message) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(json_schemas()[name]).validate(as_json(message) | {"surprise": 1})


def test_every_reference_of_the_documents_resolves() -> None:
    for document in (asyncapi(), *json_schemas().values()):
        references = list(found_references(document))
        assert references
        for reference in references:
            assert resolved(document, reference), reference


def test_the_asyncapi_document_has_what_version_3_asks() -> None:
    document = asyncapi()
    assert document["asyncapi"] == "3.0.0"
    assert {"title", "version"} <= document["info"].keys()
    for name, channel in document["channels"].items():
        parameters = set(re.findall(r"\{(\w+)\}", channel["address"]))
        assert channel["parameters"].keys() == parameters, name
        assert channel["messages"], name
    for name, operation in document["operations"].items():
        assert operation["action"] in ("send", "receive"), name
        channel = resolved(document, operation["channel"]["$ref"])
        for message in operation["messages"]:
            assert message["$ref"].startswith(operation["channel"]["$ref"]), name
        assert channel["messages"].keys() == {name}
    for name, message in document["components"]["messages"].items():
        assert message["examples"], name


def test_only_presence_and_factsheet_are_retained_and_commands_never() -> None:
    assert {wire.name for wire in WIRES if wire.retained} == {"presence", "factsheet", "controller_presence"}
    assert {wire.name for wire in WIRES if wire.qos == 0} == {"telemetry"}


def test_patterns_are_those_of_ecma_262() -> None:
    assert r"\\Z" not in documents.text_of(asyncapi())


def as_json(message: Message) -> dict[str, Any]:
    decoded: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(message))
    return decoded


def found_references(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        mapping = (
            node.get("discriminator", {}).get("mapping", {}) if isinstance(node.get("discriminator"), dict) else {}
        )
        return own + list(mapping.values()) + [each for child in node.values() for each in found_references(child)]
    if isinstance(node, list):
        return [each for child in node for each in found_references(child)]
    return []


def resolved(document: Any, reference: str) -> Any:
    assert reference.startswith("#/")
    for part in reference[2:].split("/"):
        document = document[part]
    return document
