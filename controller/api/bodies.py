"""What every request body and parameter has in common: nothing unknown, nothing converted, everything bounded."""

from typing import Annotated

from fastapi import Path, Query
from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

_IDENTIFIER = r"^[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}$"


class Body(BaseModel):
    """Unknown fields are refused; a number in quotes is no number."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


Identifier = Annotated[str, StringConstraints(pattern=_IDENTIFIER)]
"""The alphabet and length of every id in the centre (RC-25)."""
Gtin = Annotated[str, StringConstraints(pattern=r"^[0-9]{14}$")]
Batch = Annotated[str, StringConstraints(pattern=r"^[!-~]{1,20}$")]
"""GS1 General Specifications, AI (10): 1 to 20 printable characters."""


def _somebody(name: str) -> str:
    """A name that a journal can hold somebody to: with a letter in it, and not one of those that machines sign with."""
    if not any(character.isalpha() for character in name):
        raise ValueError("a person has a name with letters in it")
    if name.casefold() == "controller" or name.casefold().startswith(("robot:", "ward:")):
        raise ValueError(f"{name} is no person: the journal has machines and wards under that name")
    return name


Person = Annotated[
    str,
    StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{1,64}$", strip_whitespace=True),
    AfterValidator(_somebody),
]
Reason = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]{1,500}$", strip_whitespace=True)]

OrderRef = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,47}$")]
"""Short enough for the ids of its totes, and without a slash: it stands in addresses."""

PathId = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$")]
QueryId = Annotated[str | None, Query(pattern=_IDENTIFIER)]
Limit = Annotated[int, Query(ge=1, le=500)]
