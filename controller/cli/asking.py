"""Ask a running centre over its API, and turn what it refuses into one line for the person."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import httpx
import typer

from controller.cli.order_post import TIMEOUT_S, CentreUnreachable
from controller.domain.errors import Conflict, Invalid, NightshiftError, NotFound
from controller.settings import load_settings

Api = Annotated[str | None, typer.Option(metavar="URL", help="The centre's API. Default: the one of this host.")]
_REFUSALS: Mapping[int, type[NightshiftError]] = {
    HTTPStatus.NOT_FOUND: NotFound,
    HTTPStatus.CONFLICT: Conflict,
    HTTPStatus.BAD_REQUEST: Invalid,
    HTTPStatus.UNPROCESSABLE_ENTITY: Invalid,
}


class Centre:
    """The API of one centre."""

    def __init__(self, base: str, transport: httpx.BaseTransport | None = None) -> None:
        self._base = base
        self._transport = transport

    def get(self, path: str, query: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The answer's JSON. NotFound, Conflict or Invalid with the centre's own words; CentreUnreachable."""
        return self._ask("GET", path, params=query)

    def post(self, path: str, body: Mapping[str, Any], *, key: str) -> dict[str, Any]:
        """As `get`; the same key again has no second effect."""
        return self._ask("POST", path, json=body, headers={"Idempotency-Key": key})

    def zone(self) -> ZoneInfo:
        """Where the site is; errors as `get`."""
        return ZoneInfo(self.get("/api/v1/overview")["timezone"])

    def robot(self, typed: str) -> str:
        """The robot of this name, `R4` for `r4`; what is none stays as typed, for the centre to refuse. As `get`."""
        if typed == typed.upper():
            return typed
        names = [robot["robot"] for robot in self.get("/api/v1/robots")["items"]]
        alike = (name for name in names if name.upper() == typed.upper())
        return typed if typed in names else next(alike, typed)

    def _ask(self, method: str, path: str, **request: Any) -> dict[str, Any]:
        try:
            with httpx.Client(base_url=self._base, timeout=TIMEOUT_S, transport=self._transport) as client:
                response = client.request(method, path, **request)
        except httpx.TransportError as error:
            raise CentreUnreachable(
                f"Nothing answers at {self._base} ({error or 'no connection'}). "
                "Start the centre with `nightshift up`, or name its address with --api."
            ) from error
        if response.is_success:
            found: dict[str, Any] = response.json()
            return found
        if response.status_code in _REFUSALS:
            raise _REFUSALS[response.status_code](f"The centre refuses: {_detail(response)}.")
        raise CentreUnreachable(f"The centre at {self._base} answered {response.status_code}: try again in a moment.")


def centre_at(api: str | None) -> Centre:
    """The one at this address; without one, that of the settings."""
    return Centre(api or load_settings().api_url)


def _detail(response: httpx.Response) -> str:
    try:
        return str(response.json()["detail"]).rstrip(".")
    except (ValueError, KeyError, TypeError):
        return f"it answered {response.status_code}"
