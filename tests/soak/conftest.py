"""How long `make soak` goes on."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.getgroup("soak").addoption("--seeds", type=int, default=1000, help="How many seeds of each scenario.")
