"""What a rehearsal left on the shelves, counted in its ledger."""

import sqlite3
from collections import Counter
from contextlib import closing
from datetime import date
from pathlib import Path

from tests.bench.storage.measures import Shelves, Survival, survival

_SHELVED = "SELECT gtin, account, expiry FROM packs WHERE account LIKE 'robot:%' ORDER BY gtin, account, expiry"
_OPENING = """
SELECT p.gtin, p.to_account, k.expiry FROM postings p JOIN packs k ON k.pack_id = p.pack_id
WHERE p.from_account = 'supplier' AND p.to_account LIKE 'robot:%' ORDER BY p.gtin, p.to_account, k.expiry
"""
_WANTED = """
SELECT l.gtin, l.ordered, count(*) FROM order_lines l JOIN products p ON p.gtin = l.gtin
WHERE p.robot_storable GROUP BY l.gtin, l.ordered
"""
_ROBOTS = "SELECT robot, kind FROM robot_places ORDER BY position"


def shelves_of(connection: sqlite3.Connection, query: str) -> dict[str, Shelves]:
    """GTIN → robot → expiries, oldest first."""
    found: dict[str, dict[str, list[date]]] = {}
    for gtin, account, expiry in connection.execute(query):
        robot = account.partition(":")[2]
        found.setdefault(gtin, {}).setdefault(robot, []).append(date.fromisoformat(expiry))
    return dict(found)


def survivals(ledger: Path) -> dict[str, Survival]:
    """By what it says, for the robots of ambient products and for all."""
    with closing(sqlite3.connect(f"file:{ledger}?mode=ro", uri=True)) as connection:
        wanted: Counter[tuple[str, int]] = Counter()
        for gtin, packs, lines in connection.execute(_WANTED):
            wanted[gtin, packs] = lines
        zones = dict(connection.execute("SELECT gtin, zone FROM products").fetchall())
        kinds = dict(connection.execute(_ROBOTS).fetchall())
        then, now = shelves_of(connection, _OPENING), shelves_of(connection, _SHELVED)
    found: dict[str, Survival] = {}
    for when, shelves in (("at the start", then), ("at the end", now)):
        for whose, chosen in (("ambient robots", {"ambient"}), ("all robots", set(kinds.values()))):
            robots = [robot for robot, kind in kinds.items() if kind in chosen]
            lines = {key: number for key, number in wanted.items() if zones[key[0]] in chosen}
            for strict in (False, True):
                name = f"{when}, {whose}{', without FEFO exception' if strict else ''}"
                found[name] = survival(lines, shelves, robots, strict=strict)
    return found
