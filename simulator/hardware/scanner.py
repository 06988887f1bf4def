"""The loader's scanner: a code, where it can be read, and three measured edges."""

from dataclasses import dataclass

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


def scan(machine: Machine, pack: Pack) -> Scan:
    """Read and measure the pack that stands at the scanner."""
    luck, share = machine.luck, machine.parameters.measure_error_share
    article = machine.articles[pack.gtin]
    edges = (article.width_mm, article.depth_mm, article.height_mm)
    width_mm, depth_mm, height_mm = (round(edge * luck.uniform(1.0 - share, 1.0 + share), 1) for edge in edges)
    return Scan(_code(machine, pack), width_mm, depth_mm, height_mm)


def _code(machine: Machine, pack: Pack) -> Reading:
    if not pack.labelled and machine.luck.random() < machine.parameters.no_read_share:
        return Reading("")
    if not pack.labelled and not machine.articles[pack.gtin].has_datamatrix:
        return read(ean13(pack.gtin))
    if pack.serial is None:
        pack.serial = f"{machine.luck.randrange(0, 10**12):012d}"
    return read(element_string(pack.gtin, pack.batch, pack.expiry, pack.serial))
