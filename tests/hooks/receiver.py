"""A receiver of webhooks on a real port, which answers as it is told to."""

import socket
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

PATIENCE = 60  # a hang guard, in seconds
SLOWLY = 0.02  # seconds between two parts of an answer


@dataclass(frozen=True)
class Request:
    path: str
    headers: dict
    body: bytes


@dataclass
class Receiver:
    """What has come, and how it is answered.

    `answer(request)` returns bytes, None to hang, or a tuple of parts to send slowly.
    """

    port: int
    answer: object
    requests: list = field(default_factory=list)
    connections: int = 0
    is_over: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def ids(self):
        return [request.headers["webhook-id"] for request in self.requests]

    def serve(self, connection):
        with connection, suppress(OSError):
            request = read(connection)
            if request is None:
                return
            self.requests.append(request)
            answer = self.answer(request)
            if answer is None:
                self.is_over.wait(PATIENCE)
            for part in answer if isinstance(answer, tuple) else (answer or b"",):
                connection.sendall(part)
                time.sleep(SLOWLY * isinstance(answer, tuple))


def reply(status=200, body=b"thanks", **headers):
    """Return the bytes of an answer."""
    lines = [f"HTTP/1.1 {status} It", f"content-length: {len(body)}", "connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


def read(connection):
    """Return the request of a connection; None where it is none."""
    held = b""
    while b"\r\n\r\n" not in held:
        part = connection.recv(65536)
        if not part:
            return None
        held += part
    head, _, body = held.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    while len(body) < int(headers.get("content-length", 0)):
        body += connection.recv(65536)
    return Request(first.split(" ")[1], headers, body)


@contextmanager
def receiving(answer=lambda _: reply()):
    """Give a receiver that answers while the block runs."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as server:
        receiver = Receiver(server.getsockname()[1], answer)

        def accept():
            while not receiver.is_over.is_set():
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                receiver.connections += 1
                threading.Thread(target=receiver.serve, args=(connection,), daemon=True).start()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield receiver
        finally:
            receiver.is_over.set()
            with suppress(OSError), socket.create_connection(server.getsockname()):
                pass
            thread.join(PATIENCE)


def wait_until(is_so):
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.005)
