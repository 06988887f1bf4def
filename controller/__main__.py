"""`nightshift`: the command line of the control room."""

from controller.cli.app import run


def main() -> None:
    """Run the command that was given and leave with its exit code."""
    raise SystemExit(run())


if __name__ == "__main__":
    main()
