"""RC-24: a hundred and more malformed messages, each refused with the place named, none with anything else."""

import copy
import json
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest

from controller.engine.actions import PoisonReceived, RobotPresence
from controller.protocol import codec
from controller.protocol.codec import MalformedMessage
from controller.protocol.commands import Journal
from controller.protocol.examples import EXAMPLES
from controller.protocol.topics import Channel, Topic
from controller.protocol.vocabulary import MAX_MESSAGE_BYTES
from controller.transport.translation import KEPT_POISON_BYTES, decode

COMMAND = "command"
CONTROLLER = "controller_presence"
PRESENCE, FACTSHEET, STATE, EVENT, TELEMETRY = (
    Channel.PRESENCE,
    Channel.FACTSHEET,
    Channel.STATE,
    Channel.EVENT,
    Channel.TELEMETRY,
)
BIG = 10**40
NAMED: list[dict[str, Any]] = [json.loads(codec.encode(message)) for message in EXAMPLES]
LONG_ID = "x" * 65
DEEP = "[" * 20_000 + "]" * 20_000


def _word(message: dict[str, Any]) -> str:
    body = message.get("body", {})
    own = body.get("fact") or body.get("kind") or message.get("status") or message.get("report")
    return own or next(field for field in ("heads", "signals", "epoch") if field in message)


WORDS = {_word(message): message for message in NAMED}
"""By fact, kind, status or report; the answer to `journal` stands behind the command of that name."""


def example(word: str) -> dict[str, Any]:
    return copy.deepcopy(WORDS[word])


def put(word: str, path: str, value: Any) -> bytes:
    """The example with another value at the path (`body.items.0.gtin`)."""
    message = example(word)
    *way, last = path.split(".")
    _at(message, way)[int(last) if last.isdigit() else last] = value
    return json.dumps(message).encode()


def without(word: str, path: str) -> bytes:
    message = example(word)
    *way, last = path.split(".")
    del _at(message, way)[last]
    return json.dumps(message).encode()


def _at(node: Any, way: list[str]) -> Any:
    for step in way:
        node = node[int(step)] if step.isdigit() else node[step]
    return node


def raw(word: str, old: str, new: str) -> bytes:
    """The example's text with one piece of it replaced: for what no JSON writer would write."""
    text = json.dumps(example(word))
    assert text.count(old) >= 1, f"{old} is not in {text}"
    return text.replace(old, new, 1).encode("utf-8", "surrogatepass")


def text(word: str) -> bytes:
    return json.dumps(example(word)).encode()


@dataclass(frozen=True)
class Bad:
    name: str
    channel: str
    payload: bytes
    says: str
    """What the refusal must contain: the place, or for what is no JSON, that."""


TABLE = [
    # no JSON at all
    Bad("empty", PRESENCE, b"", "not JSON"),
    Bad("only blanks", PRESENCE, b"  \n\t ", "not JSON"),
    Bad("no JSON", EVENT, b"hello", "not JSON"),
    Bad("half a message", EVENT, text("booted")[:40], "not JSON"),
    Bad("a byte more", EVENT, text("booted") + b"x", "not JSON"),
    Bad("two messages", EVENT, text("booted") * 2, "not JSON"),
    Bad("NUL after the message", EVENT, text("booted") + b"\x00", "not JSON"),
    Bad("NUL before the message", EVENT, b"\x00" + text("booted"), "not JSON"),
    Bad("byte order mark", EVENT, b"\xef\xbb\xbf" + text("booted"), "not JSON"),
    Bad("UTF-16", PRESENCE, text("online").decode().encode("utf-16"), "not JSON"),
    Bad("UTF-32", PRESENCE, text("online").decode().encode("utf-32"), "not JSON"),
    Bad("Latin-1", EVENT, raw("mode_changed", "panel", "Jürg").decode().encode("latin-1"), "not JSON"),
    Bad("a lone continuation byte", PRESENCE, text("online").replace(b"R3", b"R\x80"), "not JSON"),
    Bad("an overlong encoding", PRESENCE, text("online").replace(b"R3", b"R\xc0\xaf"), "not JSON"),
    Bad("a surrogate in bytes", EVENT, raw("mode_changed", "panel", "\ud800"), "not JSON"),
    Bad("a surrogate as an escape", EVENT, raw("mode_changed", "panel", "\\ud800"), "not JSON"),
    Bad("an unknown escape", EVENT, raw("mode_changed", "panel", "\\q"), "not JSON"),
    Bad("a raw line break in a text", EVENT, raw("mode_changed", "panel", "a\nb"), "not JSON"),
    Bad("single quotes", PRESENCE, text("online").replace(b'"', b"'"), "not JSON"),
    Bad("a comma too many", PRESENCE, text("online").replace(b"}", b",}"), "not JSON"),
    Bad("a comment", PRESENCE, text("online") + b"// ok", "not JSON"),
    Bad("a number with a leading zero", PRESENCE, raw("online", '"generation": 7', '"generation": 07'), "not JSON"),
    Bad("a number with a plus", PRESENCE, raw("online", '"generation": 7', '"generation": +7'), "not JSON"),
    Bad("a hexadecimal number", PRESENCE, raw("online", '"generation": 7', '"generation": 0x7'), "at `$.generation`"),
    Bad("NaN", TELEMETRY, raw("signals", "-54.8", "NaN"), "not JSON"),
    Bad("Infinity", TELEMETRY, raw("signals", "-54.8", "Infinity"), "not JSON"),
    Bad("minus Infinity", TELEMETRY, raw("signals", "-54.8", "-Infinity"), "not JSON"),
    Bad("True as Python writes it", COMMAND, raw("snapshot", "true", "True"), "not JSON"),
    # another shape
    Bad("null", PRESENCE, b"null", "Expected `object`"),
    Bad("a number", PRESENCE, b"7", "Expected `object`"),
    Bad("a text", STATE, b'"state"', "Expected `object`"),
    Bad("a list", EVENT, b"[]", "Expected `object`"),
    Bad("a list around the message", EVENT, b"[" + text("booted") + b"]", "Expected `object`"),
    Bad("deep nesting", EVENT, DEEP.encode(), "Expected `object`"),
    Bad("deep nesting within", EVENT, raw("booted", '"power_on"', DEEP), "at `$.body.cause`"),
    Bad("deep nesting in an unknown field", EVENT, raw("booted", '"cause"', f'"x": {DEEP}, "cause"'), "`x`"),
    Bad("an empty object", FACTSHEET, b"{}", "`robot`"),
    Bad("a body that is null", EVENT, put("booted", "body", None), "at `$.body`"),
    Bad("a body that is a list", EVENT, put("booted", "body", []), "at `$.body`"),
    Bad("an empty body", EVENT, put("booted", "body", {}), "at `$.body`"),
    # fields too many, too few, or twice
    Bad("an unknown field", PRESENCE, put("online", "colour", "red"), "`colour`"),
    Bad("an unknown field in a body", EVENT, put("booted", "body.colour", "red"), "at `$.body`"),
    Bad("an unknown field deep down", STATE, put("state", "faults.0.colour", 1), "at `$.faults[0]`"),
    Bad("an unknown field in an item", COMMAND, put("pick", "body.items.1.colour", 1), "at `$.body.items[1]`"),
    Bad("a field of another spelling", PRESENCE, raw("online", "generation", "Generation"), "`Generation`"),
    Bad("without robot", EVENT, without("booted", "robot"), "`robot`"),
    Bad("without seq", EVENT, without("booted", "seq"), "`seq`"),
    Bad("without a fact", EVENT, without("booted", "body.fact"), "at `$.body`"),
    Bad("without a report", STATE, without("state", "report"), "`report`"),
    Bad("without a kind", COMMAND, without("pick", "body.kind"), "at `$.body`"),
    Bad("without an item's batch", COMMAND, without("pick", "body.items.0.batch"), "at `$.body.items[0]`"),
    Bad("without a fault's level", STATE, without("state", "faults.0.level"), "at `$.faults[0]`"),
    Bad("a key twice", PRESENCE, raw("online", '"robot"', '"robot": "R3", "robot"'), "at `$`"),
    Bad("a key twice in a body", EVENT, raw("booted", '"cause"', '"cause": "b", "cause"'), "at `$.body`"),
    Bad("a key twice, once escaped", PRESENCE, raw("online", '"robot"', '"robot": "R3", "r\\u006fbot"'), "`robot`"),
    Bad("a key twice in a fault", STATE, raw("state", '"axis"', '"axis": "y", "axis"'), "at `$.faults[0]`"),
    Bad("a key twice in an item", COMMAND, raw("pick", '"gtin"', '"item": 1, "gtin"'), "at `$.body.items[0]`"),
    Bad("a tag twice", EVENT, raw("booted", '"cause"', '"fact": "booted", "cause"'), "`fact`"),
    Bad("a parameter twice", COMMAND, raw("set_parameters", '"vacuum_kpa"', '"vacuum_kpa": 1, "vacuum_kpa"'),
        "at `$.body.values`"),
    # wrong types
    Bad("a generation in a text", PRESENCE, put("online", "generation", "7"), "at `$.generation`"),
    Bad("a generation with a fraction", PRESENCE, put("online", "generation", 7.5), "at `$.generation`"),
    Bad("a generation as a float", PRESENCE, raw("online", '"generation": 7', '"generation": 7.0'),
        "at `$.generation`"),
    Bad("a generation in powers", PRESENCE, raw("online", '"generation": 7', '"generation": 1e3'), "at `$.generation`"),
    Bad("a generation that is true", PRESENCE, put("online", "generation", True), "at `$.generation`"),
    Bad("a robot that is a number", PRESENCE, put("online", "robot", 3), "at `$.robot`"),
    Bad("a robot that is null", PRESENCE, put("online", "robot", None), "at `$.robot`"),
    Bad("online as a number", CONTROLLER, b'{"epoch": 1, "online": 1}', "at `$.online`"),
    Bad("online as a text", CONTROLLER, b'{"epoch": 1, "online": "true"}', "at `$.online`"),
    Bad("a list that is an object", STATE, put("state", "running", {}), "at `$.running`"),
    Bad("an object that is a list", STATE, put("state", "inventory", []), "at `$.inventory`"),
    Bad("a sample in a text", TELEMETRY, put("signals", "signals.0.samples.1", "1"), "at `$.signals[0].samples[1]`"),
    Bad("a sample that is null", TELEMETRY, put("signals", "signals.0.samples.2", None),
        "at `$.signals[0].samples[2]`"),
    Bad("a parameter that is a text", COMMAND, put("set_parameters", "body.values.vacuum_kpa", "x"),
        "at `$.body.values"),
    # numbers out of bounds
    Bad("generation 0", PRESENCE, put("online", "generation", 0), "at `$.generation`"),
    Bad("a negative generation", PRESENCE, put("online", "generation", -7), "at `$.generation`"),
    Bad("a huge generation", PRESENCE, put("online", "generation", BIG), "at `$.generation`"),
    Bad("a generation beyond 2^53", PRESENCE, put("online", "generation", 2**53 + 1), "at `$.generation`"),
    Bad("seq 0", EVENT, put("booted", "seq", 0), "at `$.seq`"),
    Bad("a number of 4000 digits", EVENT, raw("booted", '"seq": 4800', '"seq": ' + "9" * 4000), "at `$.seq`"),
    Bad("a negative epoch", CONTROLLER, b'{"epoch": -1, "online": true}', "at `$.epoch`"),
    Bad("a negative height", EVENT, put("pack_offered", "body.height_mm", -1), "at `$.body.height_mm`"),
    Bad("a pack as long as a street", EVENT, put("pack_offered", "body.width_mm", 1e6), "at `$.body.width_mm`"),
    Bad("a sample out of range", TELEMETRY, raw("signals", "-54.8", "1e999"), "at `$.signals[0].samples[0]`"),
    Bad("item 0 of a tour", COMMAND, put("pick", "body.items.0.item", 0), "at `$.body.items[0].item`"),
    Bad("item 17 of a tour", EVENT, put("pack_gripped", "body.item", 17), "at `$.body.item`"),
    Bad("attempt 0", COMMAND, put("pick", "attempt", 0), "at `$.attempt`"),
    Bad("valid for two days", COMMAND, put("pick", "valid_for_s", 172_800), "at `$.valid_for_s`"),
    Bad("valid for less than nothing", COMMAND, put("pick", "valid_for_s", -0.1), "at `$.valid_for_s`"),
    Bad("fault level 5", STATE, put("state", "faults.0.level", 5), "at `$.faults[0].level`"),
    Bad("9 heads", FACTSHEET, put("heads", "heads", 9), "at `$.heads`"),
    Bad("page 0", STATE, put("inventory", "page", 0), "at `$.page`"),
    # texts of another alphabet or length
    Bad("an empty id", EVENT, put("command_started", "body.command_id", ""), "at `$.body.command_id`"),
    Bad("an id of 65 signs", EVENT, put("command_started", "body.command_id", LONG_ID), "at `$.body.command_id`"),
    Bad("an id with a blank", EVENT, put("command_started", "body.command_id", "C 1"), "at `$.body.command_id`"),
    Bad("an id with a line break", EVENT, put("command_started", "body.command_id", "C1\n"), "at `$.body.command_id`"),
    Bad("an id in another alphabet", EVENT, put("command_started", "body.command_id", "С1"), "at `$.body.command_id`"),
    Bad("an id with a NUL", EVENT, put("command_started", "body.command_id", "C\x00"), "at `$.body.command_id`"),
    Bad("an id with a quote", EVENT, put("command_started", "body.command_id", "C';--"), "at `$.body.command_id`"),
    Bad("an id in a list", STATE, put("state", "queued.1", "é"), "at `$.queued[1]`"),
    Bad("a robot of 17 signs", PRESENCE, put("online", "robot", "R" * 17), "at `$.robot`"),
    Bad("a robot with a slash", PRESENCE, put("online", "robot", "R/3"), "at `$.robot`"),
    Bad("a robot with a line break", PRESENCE, put("online", "robot", "R3\n"), "at `$.robot`"),
    Bad("a robot of Arabic digits", PRESENCE, put("online", "robot", "R٣"), "at `$.robot`"),
    Bad("a GTIN of 13 digits", EVENT, put("pack_delivered", "body.gtin", "5012345678900"), "at `$.body.gtin`"),
    Bad("a GTIN with a letter", EVENT, put("pack_delivered", "body.gtin", "0501234567890O"), "at `$.body.gtin`"),
    Bad("a GTIN of full-width digits", EVENT, put("pack_offered", "body.gtin", "０" * 14), "at `$.body.gtin`"),
    Bad("an empty batch", STATE, put("inventory", "packs.0.batch", ""), "at `$.packs[0].batch`"),
    Bad("a batch of 21 signs", STATE, put("inventory", "packs.0.batch", "B" * 21), "at `$.packs[0].batch`"),
    Bad("a serial of 21 signs", EVENT, put("pack_offered", "body.serial", "1" * 21), "at `$.body.serial`"),
    Bad("a code of 201 signs", EVENT, put("pack_offered", "body.raw_code", "1" * 201), "at `$.body.raw_code`"),
    Bad("a note with a NUL", EVENT, put("fault_updated", "body.note", "a\x00b"), "at `$.body.note`"),
    Bad("a cause in capitals", EVENT, put("booted", "body.cause", "POWER"), "at `$.body.cause`"),
    Bad("a fault code of another form", STATE, put("state", "faults.0.code", "GRP11"), "at `$.faults[0].code`"),
    Bad("an axis w", EVENT, put("calibration_measured", "body.axis", "w"), "at `$.body.axis`"),
    Bad("a checksum in capitals", STATE, put("state", "inventory.checksum", "A" * 16), "at `$.inventory.checksum`"),
    Bad("a contract of two numbers", FACTSHEET, put("heads", "contract", "1.0"), "at `$.contract`"),
    # words that the contract does not have
    Bad("an unknown status", PRESENCE, put("online", "status", "asleep"), "at `$.status`"),
    Bad("an unknown fact", EVENT, put("booted", "body.fact", "danced"), "at `$.body.fact`"),
    Bad("a fact in capitals", EVENT, put("booted", "body.fact", "BOOTED"), "at `$.body.fact`"),
    Bad("an unknown kind", COMMAND, put("home", "body.kind", "dance"), "at `$.body.kind`"),
    Bad("an unknown report", STATE, put("state", "report", "gossip"), "at `$.report`"),
    Bad("an unknown mode", STATE, put("state", "mode", "turbo"), "at `$.mode`"),
    Bad("an unknown PackML state", STATE, put("state", "packml", 18), "at `$.packml`"),
    Bad("an unknown outcome", EVENT, put("command_finished", "body.result.outcome", "ok"),
        "at `$.body.result.outcome`"),
    Bad("an unknown refusal", EVENT, put("command_refused", "body.refusal", "busy"), "at `$.body.refusal`"),
    Bad("an unknown kind of robot", FACTSHEET, put("heads", "kind", "freezer"), "at `$.kind`"),
    # days and moments
    Bad("month 13, day 40", EVENT, put("pack_offered", "body.expiry", "2026-13-40"), "at `$.body.expiry`"),
    Bad("day 0", EVENT, put("pack_offered", "body.expiry", "2026-10-00"), "at `$.body.expiry`"),
    Bad("a date without hyphens", EVENT, put("pack_offered", "body.expiry", "20261031"), "at `$.body.expiry`"),
    Bad("a date with a time", STATE, put("inventory", "packs.0.expiry", "2026-10-31T00"), "at `$.packs[0].expiry`"),
    Bad("a moment in month 13", EVENT, put("booted", "at", "2026-13-23T07:15:30.250Z"), "at `$.at`"),
    Bad("hour 24", EVENT, put("booted", "at", "2026-11-23T24:00:00.000Z"), "at `$.at`"),
    Bad("second 60", EVENT, put("booted", "at", "2026-11-23T23:59:60.000Z"), "at `$.at`"),
    Bad("a moment without Z", EVENT, put("booted", "at", "2026-11-23T07:15:30.250"), "at `$.at`"),
    Bad("a moment with an offset", EVENT, put("booted", "at", "2026-11-23T07:15:30.250+01:00"), "at `$.at`"),
    Bad("a moment without milliseconds", EVENT, put("booted", "at", "2026-11-23T07:15:30Z"), "at `$.at`"),
    Bad("a moment as a number", EVENT, put("booted", "at", 1_795_418_130), "at `$.at`"),
    Bad("a fault raised in month 0", STATE, put("state", "faults.0.raised_at", "2026-00-23T07:15:30.250Z"),
        "raised_at"),
    # too much
    Bad("no items", COMMAND, put("pick", "body.items", []), "at `$.body.items`"),
    Bad("17 items", COMMAND, put("pick", "body.items", example("pick")["body"]["items"] * 9), "at `$.body.items`"),
    Bad("no samples", TELEMETRY, put("signals", "signals.0.samples", []), "at `$.signals[0].samples`"),
    Bad("51 samples", TELEMETRY, put("signals", "signals.0.samples", [1.0] * 51), "at `$.signals[0].samples`"),
    Bad("65 signals", TELEMETRY, put("signals", "signals", example("signals")["signals"] * 65), "at `$.signals`"),
    Bad("65 faults", STATE, put("state", "faults", example("state")["faults"] * 65), "at `$.faults`"),
    Bad("17 results", STATE, put("state", "last_results", example("state")["last_results"] * 17),
        "at `$.last_results`"),
    Bad("4097 unacknowledged", STATE, put("state", "unacked", list(range(1, 4098))), "at `$.unacked`"),
    Bad("513 ids", COMMAND, put("journal", "body.command_ids", ["C1"] * 513).replace(b" ", b""),
        "at `$.body.command_ids`"),
    Bad("one byte too long", PRESENCE, text("online").ljust(MAX_MESSAGE_BYTES + 1), f"{MAX_MESSAGE_BYTES + 1} bytes"),
    Bad("a megabyte of text", EVENT, put("booted", "body.cause", "x" * 1_000_000), "bytes; at most"),
    # on the wrong channel
    Bad("an event as a state", STATE, text("booted"), "`report`"),
    Bad("a state as an event", EVENT, text("state"), "`report`"),
    Bad("a command as an event", EVENT, text("home"), "`command_id`"),
    Bad("a presence as a factsheet", FACTSHEET, text("online"), "`status`"),
    Bad("a robot that commands", Channel.COMMAND, text("home"), "channel command"),
]  # fmt: skip


def test_the_table_is_long_and_says_each_thing_once() -> None:
    assert len(TABLE) >= 100
    assert len({bad.name for bad in TABLE}) == len(TABLE)


@pytest.mark.parametrize("bad", TABLE, ids=lambda bad: bad.name)
def test_rc24_a_malformed_message_is_refused_with_the_place_named(bad: Bad) -> None:
    with pytest.raises(MalformedMessage) as refusal:
        decoded(bad)
    assert bad.says in str(refusal.value)


@pytest.mark.parametrize("bad", TABLE, ids=lambda bad: bad.name)
def test_rc24_a_malformed_message_is_kept_for_inspection(bad: Bad) -> None:
    channel = bad.channel if bad.channel in tuple(Channel) else Channel.EVENT
    poison = decode(f"nightshift/1/pdc/R3/{channel}", bad.payload, retained=False)
    assert isinstance(poison, PoisonReceived)
    assert poison.robot == "R3"
    assert poison.payload == bad.payload[:KEPT_POISON_BYTES]
    assert poison.reason
    assert poison.reason.isprintable()
    assert len(poison.reason) <= 500


@pytest.mark.parametrize("message", NAMED, ids=lambda message: str(message)[:40])
def test_what_the_table_begins_from_is_well_formed(message: dict[str, Any]) -> None:
    body = message.get("body", {})
    if "kind" in body:
        codec.decode_command(json.dumps(message).encode())
    elif "online" in message:
        codec.decode_controller_presence(json.dumps(message).encode())
    else:
        codec.decode_from_robot(_channel_of(message), json.dumps(message).encode())


@pytest.mark.parametrize(
    ("topic", "says"),
    [
        ("", "SITE/ROBOT/CHANNEL"),
        ("nightshift/2/pdc/R3/event", "SITE/ROBOT/CHANNEL"),
        ("nightshift/1/pdc/R3", "SITE/ROBOT/CHANNEL"),
        ("nightshift/1/pdc/R3/event/x", "SITE/ROBOT/CHANNEL"),
        ("nightshift/1/pdc/R3/event\n", "SITE/ROBOT/CHANNEL"),
        ("nightshift/1/pdc/R 3/event", "SITE/ROBOT/CHANNEL"),
        ("nightshift/1/PDC/R3/event", "SITE/ROBOT/CHANNEL"),
        ("nightshift/1/pdc/R3/gossip", "gossip"),
        ("nightshift/1/pdc/controller/event", "no robot is called controller"),
        ("x" * 60_000, "SITE/ROBOT/CHANNEL"),
        ("\x00", "SITE/ROBOT/CHANNEL"),
    ],
)
def test_rc26_a_topic_that_is_none_of_the_contract_is_poison(topic: str, says: str) -> None:
    poison = decode(topic, text("booted"), retained=False)
    assert isinstance(poison, PoisonReceived)
    assert says in poison.reason
    assert len(poison.topic) <= 500
    assert poison.topic.isprintable()


@pytest.mark.parametrize("channel", Channel)
def test_only_presence_and_factsheet_may_be_retained(channel: Channel) -> None:
    words = {"presence": "online", "factsheet": "heads", "state": "state", "telemetry": "signals", "event": "booted"}
    payload = text(words.get(channel, "home"))
    answer = decode(str(Topic("pdc", "R3", channel)), payload, retained=True)
    assert isinstance(answer, PoisonReceived) != channel.retained


def test_a_message_of_exactly_the_longest_length_passes() -> None:
    padded = text("online").ljust(MAX_MESSAGE_BYTES)
    assert decode("nightshift/1/pdc/R3/presence", padded, retained=False) == RobotPresence("R3", 7, "online")


def test_what_would_be_too_long_is_not_sent() -> None:
    command = codec.decode_command(text("journal"))
    body = Journal(command_ids=("C" * 64,) * 1000)
    with pytest.raises(MalformedMessage, match="at most"):
        codec.encode(msgspec.structs.replace(command, body=body))


def decoded(bad: Bad) -> object:
    if bad.channel == COMMAND and bad.name != "a robot that commands":
        return codec.decode_command(bad.payload)
    if bad.channel == CONTROLLER:
        return codec.decode_controller_presence(bad.payload)
    return codec.decode_from_robot(Channel(bad.channel), bad.payload)


def _channel_of(message: dict[str, Any]) -> Channel:
    if "report" in message:
        return STATE
    if "body" in message:
        return EVENT
    if "signals" in message:
        return TELEMETRY
    return FACTSHEET if "heads" in message else PRESENCE
