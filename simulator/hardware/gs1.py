"""What the makers print on packs and a scanner reads: GS1 DataMatrix element strings and EAN-13 bars."""

import calendar
import re
from dataclasses import dataclass

SYMBOLOGY = "]d2"
GS = "\x1d"
_FIXED = {"01": 14, "17": 6}
_VARIABLE = {"10": 20, "21": 20}


class UnreadableCode(ValueError):
    """The characters are no GS1 element string with a GTIN."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one code says; absent elements are None. `expiry` is YYYY-MM-DD."""

    raw: str
    gtin: str | None = None
    batch: str | None = None
    expiry: str | None = None
    serial: str | None = None


def check_digit(digits: str) -> str:
    """The GS1 mod-10 check digit for the digits before it."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def valid_gtin(gtin: str) -> bool:
    return len(gtin) == 14 and gtin.isascii() and gtin.isdigit() and check_digit(gtin[:-1]) == gtin[-1]


def element_string(gtin: str, batch: str, expiry: str, serial: str) -> str:
    """The DataMatrix of a pack: (01) GTIN, (17) expiry, (10) batch, (21) serial.

    An expiry at the end of a month is printed with day 00, as many makers do.
    """
    year, month, day = (int(part) for part in expiry.split("-"))
    last = calendar.monthrange(year, month)[1]
    printed = f"{year % 100:02d}{month:02d}{0 if day == last else day:02d}"
    return f"{SYMBOLOGY}01{gtin}17{printed}10{batch}{GS}21{serial}"


def ean13(gtin: str) -> str:
    """The bars of a pack without a DataMatrix."""
    return gtin[1:] if gtin.startswith("0") else gtin


def read(raw: str) -> Reading:
    """Decode a DataMatrix or EAN; UnreadableCode where it is neither."""
    if re.fullmatch(r"[0-9]{13,14}", raw):
        gtin = raw.zfill(14)
        if not valid_gtin(gtin):
            raise UnreadableCode(f"check digit of {raw}")
        return Reading(raw, gtin)
    elements = _elements(raw.removeprefix(SYMBOLOGY))
    gtin = elements.get("01", "")
    if not valid_gtin(gtin):
        raise UnreadableCode(f"no valid GTIN in {raw!r}")
    expiry = elements.get("17")
    return Reading(raw, gtin, elements.get("10"), _full_date(expiry) if expiry else None, elements.get("21"))


def _elements(text: str) -> dict[str, str]:
    elements: dict[str, str] = {}
    rest = text
    while rest:
        identifier, rest = rest[:2], rest[2:]
        if identifier in _FIXED:
            length = _FIXED[identifier]
            value, rest = rest[:length], rest[length:].removeprefix(GS)
        elif identifier in _VARIABLE:
            value, _, rest = rest.partition(GS)
        else:
            raise UnreadableCode(f"application identifier {identifier!r} in {text!r}")
        elements[identifier] = value
    return elements


def _full_date(yymmdd: str) -> str:
    if not re.fullmatch(r"[0-9]{6}", yymmdd) or not 1 <= int(yymmdd[2:4]) <= 12:
        raise UnreadableCode(f"expiry {yymmdd!r}")
    year, month, day = 2000 + int(yymmdd[:2]), int(yymmdd[2:4]), int(yymmdd[4:])
    last = calendar.monthrange(year, month)[1]
    if day > last:
        raise UnreadableCode(f"expiry {yymmdd!r}")
    return f"{year:04d}-{month:02d}-{day or last:02d}"
