"""`nightshift explain`: ask a running centre why something was done as it was."""

from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import quote

import httpx
import typer
from rich.table import Table
from rich.text import Text

from controller.cli.asking import Api
from controller.cli.order_post import TIMEOUT_S, CentreUnreachable
from controller.cli.output import out
from controller.cli.shown_first import shown_by
from controller.domain.errors import NotFound
from controller.scheduling.wording import span
from controller.settings import load_settings

commands = typer.Typer(cls=shown_by("order"), help="Why things were done as they were.", no_args_is_help=True)

_STYLES = {
    "trouble": "yellow",
    "short": "yellow",
    "booked": "yellow",
    "promised": "yellow",
    "cancelled": "yellow",
    "left": "bold",
}
"""Colour only where a person should look."""
_REASONS = ("why_here", "why_now", "why_not_sooner", "what_it_beat")


@commands.callback()
def _group() -> None:
    """Keeps `order` a sub-command, though it is the only one."""


@commands.command("order")
def explain_order(
    order_ref: Annotated[str, typer.Argument(metavar="ORDER", help="For instance T000173.")],
    full: Annotated[
        bool, typer.Option("--full", help="Answer for each tour: why there, why then, why not sooner, what it beat.")
    ] = False,
    figures: Annotated[
        bool, typer.Option("--figures", help="Show the figures that each choice was made from as well.")
    ] = False,
    api: Api = None,
) -> None:
    """Tell what happened to an order, why each tour of it was given when it was, and what it waits for now.

    Times are those of the site. Why a tour was given is kept for a week.
    """
    show(fetch(api or load_settings().api_url, order_ref), full=full, figures=figures)


def fetch(base: str, order_ref: str, transport: httpx.BaseTransport | None = None) -> dict[str, Any]:
    """The explanation from the API. NotFound; CentreUnreachable where it does not answer, or not with one."""
    try:
        with httpx.Client(base_url=base, timeout=TIMEOUT_S, transport=transport) as client:
            response = client.get(f"/api/v1/orders/{quote(order_ref, safe='')}/explanation")
    except httpx.TransportError as error:
        raise CentreUnreachable(
            f"Nothing answers at {base} ({error or 'no connection'}). "
            "Start the centre with `nightshift up`, or name its address with --api."
        ) from error
    if response.status_code in (HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY):
        raise NotFound(f"The centre knows no order {order_ref}: look at the reference on the ward's request.")
    if not response.is_success:
        raise CentreUnreachable(f"The centre at {base} answered {response.status_code}: try again in a moment.")
    found: dict[str, Any] = response.json()
    return found


def show(found: dict[str, Any], *, full: bool, figures: bool) -> None:
    """Print an explanation: how the order stands first, then its story, each tour in a sentence or in full."""
    out.print(Text(found["headline"], style="bold"))
    for line in (found["standing"], *found["waits"], found["promise"]):
        if line is not None:
            out.print(Text(line))
    if found["lateness"] is not None:
        out.print(_late(found["lateness"]))
    story = Table.grid(padding=(0, 2))
    story.add_column(justify="right", no_wrap=True)
    story.add_column()
    for event in found["events"]:
        reasons = event["reasons"]
        text = event["text"] if full or reasons is None else reasons["in_one_sentence"]
        story.add_row(event["local"], Text(text, style=_STYLES.get(event["kind"], "")))
        if full and reasons is not None:
            story.add_row("", Text(" ".join(reasons[name] for name in _REASONS), style="dim"))
        if figures and event["figures"] is not None:
            story.add_row("", Text(f"[{event['figures']}]", style="dim"))
    out.print()
    out.print(story)
    for note in found["notes"]:
        out.print(Text(note))


def _late(lateness: dict[str, Any]) -> Text:
    """Why it was late: the cause first, then what contributed."""
    text = Text(f"{'It left' if lateness['left'] else 'It is'} {span(lateness['late_s'])} late. ", style="yellow")
    text.append(" ".join(each["text"] for each in (lateness["cause"], *lateness["also"])))
    return text
