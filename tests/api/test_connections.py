"""The connections of the server: what they must not wait for."""

import asyncio
import socket
import sys

import pytest
from streamlit.web import bootstrap
from streamlit.web.server.starlette import starlette_server


@pytest.mark.skipif(sys.platform == "win32", reason="uvloop does not run there")
def test_answers_are_sent_at_once():
    """Nagle holds the second packet of an answer until the first is confirmed, 40 ms later."""

    async def sends_at_once():
        found = asyncio.get_running_loop().create_future()

        class Accepted(asyncio.Protocol):
            def connection_made(self, transport):
                accepted = transport.get_extra_info("socket")
                found.set_result(accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
                transport.close()

        listening = starlette_server._bind_socket("127.0.0.1", 0, 5)
        server = await asyncio.get_running_loop().create_server(Accepted, sock=listening)
        _, writer = await asyncio.open_connection(*listening.getsockname())
        writer.close()
        server.close()
        return await found

    loop = bootstrap._get_uvloop_loop_factory()
    with asyncio.Runner(loop_factory=loop) as runner:
        assert runner.run(sends_at_once()) != 0
