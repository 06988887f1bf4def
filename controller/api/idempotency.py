"""Idempotency-Key: a repeated request gets the first answer; the key with another request is refused (I13)."""

import hashlib
from typing import Annotated

from fastapi import Header
from pydantic import BaseModel

from controller.engine.actions import Idempotency

_KEY = r"^[!-~]{1,100}$"

RequiredKey = Annotated[str, Header(alias="Idempotency-Key", pattern=_KEY)]
OptionalKey = Annotated[str | None, Header(alias="Idempotency-Key", pattern=_KEY)]


def idempotency(key: str | None, what: str, body: BaseModel) -> Idempotency | None:
    """`what` names the thing that is asked for; the digest is of what the body says, not of how it is written."""
    if key is None:
        return None
    said = f"{what}\n{body.model_dump_json(by_alias=True)}"
    return Idempotency(key, hashlib.sha256(said.encode()).hexdigest())
