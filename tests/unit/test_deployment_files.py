"""What the deployment files name must exist: settings, options, paths, ports."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import typer.main
import yaml

from controller.settings import PREFIX, Settings
from simulator.__main__ import app as simulator_app

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
ENVIRONMENT = {"POSTGRES_PASSWORD": "secret", "START_REAL": "1795420800"}
"""What the head of docker-compose.yml tells people to write into .env."""
LASTING = [name for name in SERVICES if name != "prepare"]


def _filled(text: str) -> str:
    return re.sub(r"\$\{(\w+)[^}]*\}", lambda found: ENVIRONMENT[found[1]], text)


def _settings(service: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name, value in SERVICES[service].get("environment", {}).items():
        monkeypatch.setenv(name, _filled(str(value)))
    return Settings()


def _option(service: str, name: str) -> str:
    [found] = [word for word in SERVICES[service]["command"] if word.startswith(f"--{name}=")]
    return _filled(found.partition("=")[2])


@pytest.mark.parametrize("service", ["prepare", "controller"])
def test_every_variable_is_a_setting_and_has_a_value_that_fits(service: str, monkeypatch: pytest.MonkeyPatch) -> None:
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    assert set(SERVICES[service]["environment"]) <= known
    assert _settings(service, monkeypatch).database_url == "postgresql://nightshift:secret@postgres:5432/nightshift"


def test_the_head_of_the_file_names_every_variable_that_must_be_given() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    assert set(re.findall(r"\$\{(\w+)", text)) == set(ENVIRONMENT)
    for name in ENVIRONMENT:
        assert f'echo "{name}=' in text


def test_controller_and_simulator_agree_on_site_time(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = _settings("controller", monkeypatch)
    assert float(_option("simulator", "speed")) == settings.speed
    assert settings.start_at is not None
    assert settings.start_real_at is not None
    assert _option("simulator", "start") == settings.start_at.strftime("%Y-%m-%dT%H:%M:%S")
    assert float(_option("simulator", "start-real")) == settings.start_real_at.timestamp()


def test_everyone_finds_broker_and_api(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = _settings("controller", monkeypatch)
    [listener] = re.findall(r"^listener (\d+)$", (ROOT / "deploy/mosquitto.conf").read_text(), re.MULTILINE)
    broker = urlsplit(settings.broker_url)
    assert (broker.hostname, broker.port) == ("mosquitto", int(listener))
    assert _option("simulator", "broker") == settings.broker_url
    assert _option("simulator", "api") == settings.api_url
    assert f"{settings.api_url}/livez" in SERVICES["controller"]["healthcheck"]["test"][-1]
    assert SERVICES["mosquitto"]["healthcheck"]["test"][3] == listener


def test_the_simulator_is_given_only_options_that_it_has() -> None:
    command = typer.main.get_command(simulator_app)
    run = command.commands["run"]  # type: ignore[attr-defined]
    known = {option for parameter in run.params for option in parameter.opts}
    words = SERVICES["simulator"]["command"]
    assert words[:2] == ["nightshift-sim", "run"]
    assert {word.partition("=")[0] for word in words[2:]} <= known


def test_the_api_stays_on_a_loopback_that_only_the_simulator_shares(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _settings("controller", monkeypatch).api_host == "127.0.0.1"
    assert "ports" not in SERVICES["controller"]
    assert SERVICES["simulator"]["network_mode"] == "service:controller"


def test_published_ports_are_on_the_loopback_of_the_host() -> None:
    published = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert published
    assert all(port.startswith("127.0.0.1:") for port in published)


@pytest.mark.parametrize("service", LASTING)
def test_every_lasting_service_is_watched_and_started_again(service: str) -> None:
    assert SERVICES[service]["healthcheck"]["test"]
    assert SERVICES[service]["restart"] == "unless-stopped"


def test_every_path_is_in_the_repository_and_every_volume_declared() -> None:
    sources = [volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])]
    for source in sources:
        assert (ROOT / source).exists() if source.startswith(".") else source in COMPOSE["volumes"]


def test_the_image_is_built_from_files_that_exist_and_runs_without_root() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    copied = [
        word for line in lines if line.startswith("COPY ") and "--from" not in line for word in line.split()[1:-1]
    ]
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert copied
    assert set(copied) <= allowed
    assert all((ROOT / path).exists() for path in copied)
    users = [line for line in lines if line.startswith("USER ")]
    assert users == ["USER nightshift"]


def test_the_image_offers_the_programs_that_compose_starts() -> None:
    scripts = (ROOT / "pyproject.toml").read_text()
    for name in ("nightshift", "nightshift-sim"):
        assert f'{name} = "' in scripts


def test_compose_itself_accepts_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    docker = shutil.which("docker")
    if docker is None or subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode:
        pytest.skip("there is no `docker compose` here to ask")
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    said = subprocess.run(
        [docker, "compose", "config", "--quiet"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert said.returncode == 0, said.stderr


def test_the_readme_names_every_setting_and_every_command_of_make() -> None:
    readme = (ROOT / "README.md").read_text()
    assert [name for name in Settings.model_fields if f"`{PREFIX}{name.upper()}`" not in readme] == []
    named = set(re.findall(r"(?:^|`)make ([a-z]+)", readme, re.MULTILINE))
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert named <= targets


def test_every_file_that_the_readme_points_to_exists() -> None:
    readme = (ROOT / "README.md").read_text()
    for path in re.findall(r"\]\((?!http)([^)]+)\)", readme):
        assert (ROOT / path).exists(), path
