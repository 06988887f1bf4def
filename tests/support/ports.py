"""Free loopback ports, and waiting until somebody listens on one."""

import asyncio
import socket


def free_port() -> int:
    """A TCP port of the loopback that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def until_accepting(port: int, timeout_s: float = 60.0) -> None:
    """Wait until something accepts connections on the loopback port; TimeoutError where nothing does."""
    async with asyncio.timeout(timeout_s):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.01)
                continue
            writer.close()
            await writer.wait_closed()
            return
