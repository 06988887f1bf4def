"""Command groups whose first word may be a robot or an order: then it is shown."""

import typer
from typer.core import TyperGroup


def shown_by(command: str) -> type[TyperGroup]:
    """A group that runs `command` where the first word is none of its commands."""

    class ShownFirst(TyperGroup):
        def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
            if args and args[0] not in self.commands and not args[0].startswith("-"):
                args = [command, *args]
            return super().parse_args(ctx, args)

    return ShownFirst
