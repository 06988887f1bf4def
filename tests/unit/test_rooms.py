"""The import table refuses what it does not name: an unplaced package, a forbidden room, an impure import."""

import pytest

from tests.support.rooms_contract import Room, problems_of

ROOTS = frozenset({"controller", "simulator"})
TABLE = [
    Room.from_line("controller.domain [pure]:"),
    Room.from_line("controller.transport.translation [pure]: domain"),
    Room.from_line("controller.transport: domain | aiomqtt"),
    Room.from_line("simulator: domain"),
]


@pytest.mark.parametrize(
    ("module", "found", "allowed"),
    [
        ("controller.domain.pack", "controller.domain.product", True),
        ("controller.domain.pack", "datetime", True),
        ("controller.domain.pack", "asyncio", False),
        ("controller.domain.pack", "aiomqtt", False),
        ("controller.domain.pack", "controller.transport", False),
        ("controller.domain.pack", "controller", True),
        ("controller.transport.mqtt", "controller.transport.translation", True),
        ("controller.transport.mqtt", "asyncio", True),
        ("controller.transport.mqtt", "aiomqtt", True),
        ("controller.transport.mqtt", "sqlalchemy", False),
        ("controller.transport.translation", "controller.transport.mqtt", False),
        ("controller.transport.translation.words", "logging", False),
        ("simulator.centre", "controller.domain.pack", True),
        ("simulator.centre", "controller.domains", False),
        ("controller.newcomer", "json", False),
    ],
)
def test_an_import_is_allowed_only_by_its_line(module: str, found: str, allowed: bool) -> None:
    assert (problems_of(module, [found], TABLE, ROOTS) == []) is allowed
