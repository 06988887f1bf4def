"""site.toml: the centre's name and zone, its robots and its areas for picking by hand."""

import re
import tomllib
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from controller.domain.product import Zone
from controller.domain.site import ManualArea, RobotPlace, Site
from controller.intake.refusals import FileRefused, Refusal

SITE_FILE = "site.toml"
_SITE = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
_PLACE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,15}")
LARGEST_ROBOT_PACKS = 1_000_000


class _Bad(Exception):
    def __init__(self, key: str, value: object, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.refusal = Refusal(SITE_FILE, 0, key, str(value), reason, remedy)


def read_site_file(folder: Path) -> tuple[bytes, Site]:
    """The file's bytes and what it says. FileRefused where it is missing or anything in it does not fit."""
    try:
        content = (folder / SITE_FILE).read_bytes()
        return content, _read(tomllib.loads(content.decode("utf-8-sig")))
    except FileNotFoundError:
        refusal = Refusal(SITE_FILE, 0, "", "", f"is missing in {folder}", "Name a site folder, as in DATA-FORMATS.md.")
    except OSError as error:
        refusal = Refusal(SITE_FILE, 0, "", "", f"cannot be read: {error.strerror}", "Check that you may read it.")
    except UnicodeDecodeError:
        refusal = Refusal(SITE_FILE, 0, "", "", "is not UTF-8", "Save it as UTF-8.")
    except tomllib.TOMLDecodeError as error:
        refusal = Refusal(SITE_FILE, 0, "", "", f"is not TOML: {error}", "Mend it at this place.")
    except _Bad as bad:
        refusal = bad.refusal
    raise FileRefused([refusal])


def _read(found: dict[str, Any]) -> Site:
    site, name, timezone = _text(found, "site"), _text(found, "name"), _text(found, "timezone")
    if not _SITE.fullmatch(site):
        raise _Bad(
            "site", site, "is not 1 to 32 small letters, digits, _ or -", "Shorten it: it is part of every topic."
        )
    try:
        ZoneInfo(timezone)
    except (ValueError, OSError, LookupError):
        raise _Bad(
            "timezone", timezone, "is not a time zone", "Write an IANA name, for instance Europe/London."
        ) from None
    robots = tuple(_read_robot(entry, at) for at, entry in _entries(found, "robots"))
    areas = tuple(_read_area(entry, at) for at, entry in _entries(found, "manual_areas"))
    if not robots:
        raise _Bad("robots", "", "names no robot", "Add a [[robots]] entry for each.")
    ids = [robot.robot for robot in robots] + [area.area for area in areas]
    for place in ids:
        if ids.count(place) > 1:
            raise _Bad("id", place, "names two robots or areas", "Give each its own id.")
    return Site(site, name, timezone, robots, areas)


def _read_robot(entry: dict[str, Any], at: str) -> RobotPlace:
    capacity = entry.get("capacity_packs")
    if type(capacity) is not int or not 1 <= capacity <= LARGEST_ROBOT_PACKS:
        raise _Bad(
            f"{at}.capacity_packs",
            "" if capacity is None else capacity,
            f"is not a whole number from 1 to {LARGEST_ROBOT_PACKS}",
            "Write how many packs the robot holds.",
        )
    return RobotPlace(_place(entry, at), _zone(entry, at, "kind"), capacity)


def _read_area(entry: dict[str, Any], at: str) -> ManualArea:
    return ManualArea(_place(entry, at), _zone(entry, at, "zone"))


def _entries(found: dict[str, Any], key: str) -> list[tuple[str, dict[str, Any]]]:
    entries = found.get(key, [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise _Bad(key, "", "is not a list of tables", f"Write [[{key}]] above each entry.")
    return [(f"{key}[{number}]", entry) for number, entry in enumerate(entries, start=1)]


def _text(found: dict[str, Any], key: str, at: str = "") -> str:
    place = f"{at}.{key}" if at else key
    value = found.get(key)
    if not isinstance(value, str) or not 0 < len(value) <= 200:
        raise _Bad(place, "" if value is None else value, "is missing or not a text", f'Write {key} = "…".')
    return value


def _place(entry: dict[str, Any], at: str) -> str:
    place = _text(entry, "id", at)
    if not _PLACE.fullmatch(place):
        raise _Bad(
            f"{at}.id", place, "is not 1 to 16 letters, digits, _ or -", "Shorten it: it is part of every topic."
        )
    return place


def _zone(entry: dict[str, Any], at: str, key: str) -> Zone:
    zone = _text(entry, key, at)
    if zone not in list(Zone):
        raise _Bad(f"{at}.{key}", zone, f"is none of {', '.join(Zone)}", "Write one of these words.")
    return Zone(zone)
