"""Where the broker is: `mqtt://[user:password@]host[:port]`."""

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

MQTT_PORT = 1883


@dataclass(frozen=True, slots=True)
class BrokerAddress:
    host: str
    port: int = MQTT_PORT
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    def __str__(self) -> str:
        return f"mqtt://{self.host}:{self.port}"

    @classmethod
    def parse(cls, url: str) -> "BrokerAddress":
        """ValueError, with what would be right, where the text is no such address. The text is never repeated:
        it may hold a password."""
        try:
            parts = urlsplit(url)
            port = parts.port or MQTT_PORT
        except ValueError as error:
            raise ValueError(f"the broker address is no URL: write mqtt://HOST:PORT ({error})") from None
        if parts.scheme != "mqtt" or not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
            raise ValueError("the broker address must have the form mqtt://HOST:PORT or mqtt://USER:PASSWORD@HOST:PORT")
        return cls(parts.hostname, port, _decoded(parts.username), _decoded(parts.password))


def _decoded(text: str | None) -> str | None:
    return None if text is None else unquote(text)
