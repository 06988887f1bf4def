"""One site and one migrated database for all system tests of a worker; each run copies them."""

from pathlib import Path

import pytest

from tests.support.small_centre import Template, build_template


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return build_template(Path(tmp_path_factory.mktemp("template")))
