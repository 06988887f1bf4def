"""The loader's scanner: a code, where it can be read, and three measured edges."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from simulator.hardware.causes.kinds import Effect
from simulator.hardware.gs1 import Reading, ean13, element_string, read
from simulator.hardware.machine import Machine
from simulator.hardware.pack import Pack


@dataclass(frozen=True, slots=True)
class Scan:
    """`code` has an empty raw text on a no-read."""

    code: Reading
    width_mm: float
    depth_mm: float
    height_mm: float


TOO_LARGE = 1.15
"""A dented pack, a dirty curtain or a new box measures so much more than its record says; estimate."""
MISPRINT_DAYS = 2000
"""A misprinted expiry lies so long before the true one that the pack seems to have expired."""


def scan(machine: Machine, pack: Pack) -> Scan:
    """Read and measure the pack that stands at the scanner."""
    luck, share = machine.luck, machine.parameters.measure_error_share
    article = machine.articles[pack.gtin]
    edges = (article.width_mm, article.depth_mm, article.height_mm)
    width_mm, depth_mm, height_mm = (round(edge * luck.uniform(1.0 - share, 1.0 + share), 1) for edge in edges)
    return Scan(_code(machine, pack), width_mm, depth_mm, height_mm)


def pointless(seen: Scan) -> frozenset[Effect]:
    """What cannot be spoilt in this reading: an expiry or a product that it does not have anyway."""
    lacking = {Effect.WRONG_EXPIRY: seen.code.expiry, Effect.WRONG_CODE: seen.code.gtin}
    return frozenset(effect for effect, told in lacking.items() if told is None)


def spoil(machine: Machine, pack: Pack, seen: Scan, spoilt: Effect) -> Scan:
    """What a hidden cause makes of the reading."""
    code, bare = seen.code, read(ean13(pack.gtin))
    match spoilt:
        case Effect.NO_READ:
            return replace(seen, code=Reading(""))
        case Effect.EAN_ONLY:
            return replace(seen, code=bare)
        case Effect.WRONG_SIZE:
            tallest_mm = machine.layout.classes_mm[-1]
            height_mm = round(min(tallest_mm, seen.height_mm * TOO_LARGE), 1)
            return replace(seen, width_mm=round(seen.width_mm * TOO_LARGE, 1), height_mm=height_mm)
        case Effect.WRONG_CODE if code.gtin is not None:
            return replace(seen, code=replace(code, gtin=_neighbour(machine, pack)))
        case Effect.WRONG_EXPIRY if code.expiry is not None:
            misprint = date.fromisoformat(code.expiry) - timedelta(days=MISPRINT_DAYS)
            return replace(seen, code=replace(code, expiry=misprint.isoformat()))
        case _:
            return seen


def _neighbour(machine: Machine, pack: Pack) -> str:
    """Another product of the same zone and height class: an overprinted code names a sister product."""
    own = machine.articles[pack.gtin]
    height_class = machine.layout.class_of(own.height_mm)
    alike = (
        article.gtin
        for article in machine.articles.values()
        if article.gtin > own.gtin
        and article.zone == own.zone
        and article.robot_storable
        and machine.layout.class_of(article.height_mm) == height_class
    )
    return next(alike, own.gtin)


def _code(machine: Machine, pack: Pack) -> Reading:
    if not pack.labelled and machine.luck.random() < machine.parameters.no_read_share:
        return Reading("")
    if not pack.labelled and not machine.articles[pack.gtin].has_datamatrix:
        return read(ean13(pack.gtin))
    if pack.serial is None:
        pack.serial = f"{machine.luck.randrange(0, 10**12):012d}"
    return read(element_string(pack.gtin, pack.batch, pack.expiry, pack.serial))
