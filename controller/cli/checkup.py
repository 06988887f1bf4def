"""The checks of `nightshift doctor`. Each looks at one thing and never raises."""

import asyncio
import enum
import re
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from controller import bootstrap
from controller.domain.errors import NightshiftError
from controller.embedded import nats_server_program
from controller.settings import Settings, load_settings
from controller.system import real_now

OLDEST_PYTHON = (3, 11)
LEAST_FREE_BYTES = 1_000_000_000
"""A week of the large example site writes about half of this."""
BUILT_AT = 1_795_000_000.0
"""November 2026: a clock that shows an earlier time is wrong."""
CONNECT_S = 3.0


class State(enum.Enum):
    GOOD = enum.auto()
    NOTE = enum.auto()
    """Not as it must be in production, and fine for `nightshift up`, which brings its own."""
    BAD = enum.auto()


@dataclass(frozen=True, slots=True)
class Finding:
    subject: str
    state: State
    text: str
    remedy: str = ""


def examine() -> list[Finding]:
    """Every check, in the order in which a person would mend what they find."""
    findings = [check_python(sys.version_info[:3]), check_packages(), check_programs()]
    try:
        settings = load_settings()
    except NightshiftError as error:
        return [*findings, Finding("settings", State.BAD, str(error))]
    named = ", ".join(sorted(settings.model_fields_set)) or "all at their defaults"
    findings.append(Finding("settings", State.GOOD, named))
    checks: tuple[Callable[[Settings], Finding], ...] = (check_api_port, check_broker, check_database, check_disk)
    return [*findings, *(check(settings) for check in checks), check_clock(real_now())]


def check_python(version: tuple[int, ...]) -> Finding:
    text = ".".join(map(str, version))
    if version < OLDEST_PYTHON:
        return Finding("python", State.BAD, f"{text} is too old", "Install Python 3.11 or newer, then: make clean run")
    return Finding("python", State.GOOD, text)


def check_packages(distribution: str = "nightshift") -> Finding:
    try:
        needed = list(_required(distribution))
    except metadata.PackageNotFoundError:
        return Finding("packages", State.BAD, f"{distribution} is not installed", "Run: pip install -e .")
    missing = [name for name in needed if not _is_installed(name)]
    if missing:
        return Finding("packages", State.BAD, f"missing: {', '.join(missing)}", "Run: pip install -e .")
    return Finding("packages", State.GOOD, f"{distribution} {metadata.version(distribution)} and {len(needed)} others")


def check_programs() -> Finding:
    try:
        return Finding("broker", State.GOOD, f"embedded one at {nats_server_program()}")
    except NightshiftError as error:
        return Finding("broker", State.BAD, str(error), "Run: pip install -e .")


def check_api_port(settings: Settings) -> Finding:
    address = (settings.api_host, settings.api_port)
    try:
        with socket.create_server(address):
            return Finding("api port", State.GOOD, f"{address[0]}:{address[1]} is free")
    except OSError as error:
        site = _site_that_answers(settings.api_url)
        if site is not None:
            return Finding("api port", State.GOOD, f"Nightshift runs at {address[0]}:{address[1]}, site {site}")
        return Finding(
            "api port",
            State.BAD,
            f"{address[0]}:{address[1]} cannot be opened: {error.strerror}",
            "Stop what uses it, or set NIGHTSHIFT_API_PORT.",
        )


def check_broker(settings: Settings) -> Finding:
    address = urlsplit(settings.broker_url)
    try:
        with socket.create_connection((address.hostname, address.port), CONNECT_S):
            return Finding("broker", State.GOOD, f"something answers at {address.hostname}:{address.port}")
    except OSError as error:
        return Finding(
            "broker",
            _unless_default(settings, "broker_url"),
            f"nothing answers at {address.hostname}:{address.port}: {error.strerror or error}",
            "Start the broker or mend NIGHTSHIFT_BROKER_URL. `nightshift up` needs none: it brings its own.",
        )


def check_database(settings: Settings) -> Finding:
    file = settings.database_file
    if file is not None and not file.exists():
        return Finding(
            "database",
            _unless_default(settings, "database_url"),
            f"{file} is not there",
            "Run: nightshift migrate, then: nightshift site import DIR. `nightshift up` does both.",
        )
    try:
        master = asyncio.run(bootstrap.read_master(settings.database_url))
    except NightshiftError as error:
        return Finding("database", State.BAD, str(error), "Do what it says.")
    except Exception as error:  # the point of the doctor is to outlive whatever the driver raises
        return Finding("database", State.BAD, f"{type(error).__name__}: {error}", "Mend NIGHTSHIFT_DATABASE_URL.")
    return Finding("database", State.GOOD, f"migrated, holds site {master.site.site} ({master.site.name})")


def check_disk(settings: Settings) -> Finding:
    file = settings.database_file
    folder = next(parent for parent in (file or Path("var/x")).absolute().parents if parent.exists())
    free = shutil.disk_usage(folder).free
    text = f"{free / 1e9:.1f} GB free at {folder}"
    if free < LEAST_FREE_BYTES:
        return Finding("disk", State.BAD, text, "Make room: without it no commit succeeds and the robots stop.")
    return Finding("disk", State.GOOD, text)


def check_clock(now: float) -> Finding:
    if now < BUILT_AT:
        return Finding(
            "clock", State.BAD, "shows a time before this program was made", "Set it, and run an NTP client."
        )
    return Finding("clock", State.GOOD, "plausible")


def _site_that_answers(api_url: str) -> str | None:
    """The site of the Nightshift at this address; None where something else is there, or nothing that answers."""
    try:
        answer = httpx.get(f"{api_url}/api/v1/overview", timeout=CONNECT_S, trust_env=False)
        found = answer.raise_for_status().json()
    except (httpx.HTTPError, ValueError):
        return None
    # Another program may have a page of that name; the journal's number is ours.
    return str(found["site"]) if isinstance(found, dict) and {"site", "journal_seq"} <= found.keys() else None


def _required(distribution: str) -> Iterator[str]:
    """What it cannot do without, here and everywhere: requirements without a condition."""
    for requirement in metadata.requires(distribution) or ():
        if ";" not in requirement and (name := re.match(r"[A-Za-z0-9._-]+", requirement)):
            yield name.group()


def _is_installed(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def _unless_default(settings: Settings, name: str) -> State:
    """What a missing service means: nothing much where nobody asked for it."""
    return State.BAD if name in settings.model_fields_set else State.NOTE
