"""What holds for every test: nothing leaks, nothing of the caller's environment gets in, chance is reproducible."""

import inspect
from collections.abc import AsyncIterator, Iterator

import pytest
from hypothesis import settings

from controller.settings import PREFIX, Settings
from tests.support.tasks import no_socket_left, no_task_left, no_thread_left

settings.register_profile("local", deadline=None, print_blob=True)
settings.register_profile("ci", deadline=None, print_blob=True, derandomize=True, database=None)
settings.load_profile("local")


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"{PREFIX}{name.upper()}", raising=False)


@pytest.fixture(autouse=True)
def _nothing_left() -> Iterator[None]:
    with no_thread_left(), no_socket_left():
        yield


@pytest.fixture(autouse=True)
def _no_task_left_by_async_tests(request: pytest.FixtureRequest, _nothing_left: None) -> None:
    """Begins before every other fixture of the test, and so looks when they have all ended."""
    if inspect.iscoroutinefunction(getattr(request, "function", None)):
        request.getfixturevalue("_no_task_left")


@pytest.fixture
async def _no_task_left() -> AsyncIterator[None]:
    async with no_task_left():
        yield
