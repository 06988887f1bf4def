"""The import-linter contract behind `.importlinter`: a complete table of rooms, nothing allowed that is not in it."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output

COMPUTING = frozenset(
    {
        *("__future__", "abc", "base64", "binascii", "bisect", "calendar", "collections", "contextlib", "copy"),
        *("dataclasses", "datetime", "decimal", "enum", "fractions", "functools", "hashlib", "heapq", "itertools"),
        *("json", "math", "numbers", "operator", "re", "statistics", "string", "struct", "types", "typing"),
        *("unicodedata", "zlib", "zoneinfo"),
    }
)
"""Standard library that a pure room may import. zoneinfo reads the zone tables, which are data, not state."""


@dataclass(frozen=True, slots=True)
class Room:
    prefix: str
    pure: bool
    rooms: frozenset[str]
    packages: frozenset[str]

    @classmethod
    def from_line(cls, line: str) -> "Room":
        """`controller.storage [pure]: domain engine | sqlalchemy`; a bare room name is one of `controller`."""
        head, _, allowed = line.partition(":")
        prefix, *marks = head.split()
        rooms, _, packages = allowed.partition("|")
        allowed_rooms = frozenset(_in_full(room) for room in rooms.split())
        return cls(prefix, "[pure]" in marks, allowed_rooms, frozenset(packages.split()))

    def holds(self, module: str) -> bool:
        return _is_within(module, self.prefix)

    def may_import(self, module: str, roots: frozenset[str]) -> bool:
        top = module.partition(".")[0]
        if top in roots:
            return module in roots or self.holds(module) or any(_is_within(module, room) for room in self.rooms)
        if top in self.packages:
            return True
        return top in COMPUTING if self.pure else top in sys.stdlib_module_names


class RoomsContract(Contract):
    """Fails on a module that no line places, and on an import that its line does not allow."""

    type_name = "rooms"
    rooms = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        lines: list[str] = self.rooms  # type: ignore[assignment]  # the field turns into its value on the instance
        table = [Room.from_line(line) for line in lines]
        roots = frozenset(str(root) for root in self.session_options["root_packages"])
        ours = sorted(module for module in graph.modules - roots if module.partition(".")[0] in roots)
        problems = [
            problem
            for module in ours
            for problem in problems_of(module, sorted(graph.find_modules_directly_imported_by(module)), table, roots)
        ]
        return ContractCheck(kept=not problems, metadata={"problems": problems})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for problem in check.metadata["problems"]:
            output.print_error(problem)


def problems_of(module: str, imported: Sequence[str], table: Sequence[Room], roots: frozenset[str]) -> list[str]:
    """What is wrong with the imports of one module."""
    room = next((room for room in table if room.holds(module)), None)
    if room is None:
        return [f"{module} has no line in .importlinter: place it"]
    return [
        f"{module} imports {found}, which the line of {room.prefix} does not allow"
        for found in imported
        if not room.may_import(found, roots)
    ]


def _in_full(room: str) -> str:
    if room == "*":
        return "controller"
    return room if room.partition(".")[0] == "simulator" else f"controller.{room}"


def _is_within(module: str, prefix: str) -> bool:
    return module == prefix or module.startswith(prefix + ".")
