"""A fault as one file: what was known of it and what was recorded around it, with a checksum."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from controller.domain.errors import Conflict, Invalid

SCHEMA = "nightshift.fault/1"
"""Grows with every change of the content's form."""


def write_fault(path: Path, content: Mapping[str, Any]) -> None:
    """Write `content` as JSON. Conflict where the file exists, Invalid where it cannot be written."""
    told = {"schema": SCHEMA, "sha256": checksum(content), "content": content}
    try:
        with path.open("x", encoding="utf-8") as file:
            json.dump(told, file, ensure_ascii=False, indent=1)
            file.write("\n")
    except FileExistsError:
        raise Conflict(f"{path} is there already: choose another name.") from None
    except OSError as error:
        raise Invalid(f"{path} cannot be written: {error.strerror}.") from error


def read_fault(path: Path) -> dict[str, Any]:
    """The content of such a file. Invalid where it is none, of another form, or not as it was written."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Invalid(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise Invalid(f"{path} is no JSON: {error}.") from error
    if not isinstance(told, dict) or told.get("schema") != SCHEMA or not isinstance(told.get("content"), dict):
        raise Invalid(f"{path} is no exported fault of the form {SCHEMA}.")
    content: dict[str, Any] = told["content"]
    if told.get("sha256") != checksum(content):
        raise Invalid(f"{path} was changed after it was written: its checksum does not agree.")
    return content


def checksum(content: Mapping[str, Any]) -> str:
    """SHA-256 of the content, however its JSON is laid out."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
