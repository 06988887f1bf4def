"""Debian's Mosquitto as a test broker: MQTT 5 and 3.1.1."""

import getpass
import shutil
from pathlib import Path

from tests.support.broker_process import BrokerProcess


def mosquitto_program() -> str:
    found = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")
    assert found, "the program `mosquitto` is missing: apt install mosquitto"
    return found


class Mosquitto(BrokerProcess):
    """With `persistent`, each change is written to disk at once; otherwise a restart forgets everything.

    Without `each_change` it writes once a second, as one that has much to do: after a kill it knows what was then.
    """

    def __init__(self, folder: Path, *, persistent: bool = True, each_change: bool = True) -> None:
        super().__init__(folder)
        self._persistent = persistent
        self._each_change = each_change

    @property
    def name(self) -> str:
        return "mosquitto"

    @property
    def memory(self) -> Path:
        return self.folder / "mosquitto"

    def command_line(self) -> list[str]:
        lines = [
            f"listener {self.port} 127.0.0.1",
            # As root it would change to a user who may not enter the test's folder.
            f"user {getpass.getuser()}",
            "allow_anonymous true",
            "set_tcp_nodelay true",
            "max_queued_messages 10000",
            f"persistence {'true' if self._persistent else 'false'}",
            f"persistence_location {self.memory}/",
            f"autosave_on_changes {'true' if self._each_change else 'false'}",
            "autosave_interval 1",
        ]
        configuration = self.folder / "mosquitto.conf"
        configuration.write_text("\n".join(lines) + "\n")
        return [mosquitto_program(), "-c", str(configuration)]


def saving_mosquitto(folder: Path) -> Mosquitto:
    """One that saves once a second and so keeps up with a whole centre."""
    return Mosquitto(folder, each_change=False)
