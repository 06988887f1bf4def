"""Settings come from NIGHTSHIFT_* variables only, and a wrong one is told by its name with what to do."""

import pytest

from controller.domain.errors import Invalid
from controller.settings import Settings, load_settings


def test_every_field_says_what_it_is_for() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_reads_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIGHTSHIFT_SPEED", "60")
    monkeypatch.setenv("NIGHTSHIFT_START_AT", "2026-11-23T07:50:00Z")
    monkeypatch.setenv("NIGHTSHIFT_API_PORT", "")
    settings = load_settings()
    assert settings.speed == 60.0
    assert settings.start_at is not None
    assert settings.start_at.timestamp() == 1795420200.0
    assert settings.api_port == 8080


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("API_PORT", "70000", "less than or equal to 65535"),
        ("SPEED", "nan", "finite number"),
        ("SPEED", "-1", "greater than 0"),
        ("LOG_LEVEL", "loud", "'debug', 'info', 'warning' or 'error'"),
        ("DATABASE_URL", "mysql://db/x", "must begin with sqlite:/// or postgresql://"),
        ("BROKER_URL", "http://localhost:1883", "must look like mqtt://host:port"),
        ("BROKER_URL", "mqtt://localhost", "must look like mqtt://host:port"),
        ("START_AT", "2026-11-23T07:50:00", "timezone"),
        ("INSTANCE_NAME", "x" * 65, "at most 64"),
    ],
)
def test_a_wrong_variable_is_named_with_its_value_and_purpose(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, reason: str
) -> None:
    monkeypatch.setenv(f"NIGHTSHIFT_{name}", value)
    with pytest.raises(Invalid, match=f"NIGHTSHIFT_{name} is '{value}'") as caught:
        load_settings()
    assert reason in str(caught.value)
    assert "Purpose: " in str(caught.value)


def test_a_password_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIGHTSHIFT_BROKER_URL", "mqtts://robot:hunter2@broker:1883")
    with pytest.raises(Invalid) as caught:
        load_settings()
    assert "hunter2" not in str(caught.value)
