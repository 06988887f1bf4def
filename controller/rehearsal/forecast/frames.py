"""How the controller and its forecasting process talk: the length of a message in eight bytes, then a pickle.

Both ends are one program, and nobody else has the pipe.
"""

import pickle
from typing import BinaryIO

LENGTH_BYTES = 8


def framed(message: object) -> bytes:
    body = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    return len(body).to_bytes(LENGTH_BYTES, "big") + body


def receive(stream: BinaryIO) -> object:
    """The next message; None at the end."""
    head = stream.read(LENGTH_BYTES)
    if len(head) < LENGTH_BYTES:
        return None
    return pickle.loads(stream.read(int.from_bytes(head, "big")))


def send(stream: BinaryIO, message: object) -> None:
    stream.write(framed(message))
    stream.flush()
