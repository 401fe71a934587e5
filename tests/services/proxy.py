"""A TCP proxy on loopback that behaves as badly as a test wants: for what a server does when it is not well."""

from __future__ import annotations

import enum
import itertools
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

#: Makes `close()` reset the connection: the other side sees it broken off, not ended.
RESET = struct.pack("ii", 1, 0)


class Behaviour(enum.Enum):
    PASS = "pass"
    REFUSE = "refuse"
    """Nobody listens."""
    HANG = "hang"
    """Connections are accepted, requests swallowed, answers held back."""
    SLOW = "slow"
    """Every answer comes `delay` seconds late."""
    CUT = "cut"
    """The connection breaks in the middle of an answer."""


class Proxy:
    """Stands before a server; `approaches` counts connections and requests, whatever became of them."""

    def __init__(self, port_behind: int) -> None:
        self.port_behind = port_behind
        self.behaviour = Behaviour.PASS
        self.delay = 1.5
        self.approaches = 0
        self._unevenly = itertools.cycle([1, 0.7, 0.9])  # so that answers overtake each other
        self._open: set[socket.socket] = set()
        self._listener = self._listen(0)
        self.port = int(self._listener.getsockname()[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def be(self, behaviour: Behaviour) -> None:
        """From now on. What was refused or swallowed so far is lost."""
        before, self.behaviour = self.behaviour, behaviour
        if behaviour is Behaviour.REFUSE:
            self._close_listener()
        elif before is Behaviour.REFUSE:
            self._listener = self._listen(self.port)
        if Behaviour.REFUSE in {before, behaviour} or before is Behaviour.HANG:
            self._close_all()

    def close(self) -> None:
        self.be(Behaviour.REFUSE)

    def _listen(self, port: int) -> socket.socket:
        listener = socket.create_server(("127.0.0.1", port), backlog=64)
        threading.Thread(target=self._accept, args=[listener], daemon=True).start()
        return listener

    def _close_listener(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
        self._listener.close()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                reader, _address = listener.accept()
                self.approaches += 1
                try:
                    server = socket.create_connection(("127.0.0.1", self.port_behind))
                except OSError:  # the server itself is away
                    self._close(reader)
                    continue
                self._open |= {reader, server}
                for pump in (self._requests, self._answers):
                    threading.Thread(target=pump, args=[reader, server], daemon=True).start()

    def _requests(self, reader: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            while data := reader.recv(65536):
                self.approaches += 1
                if self.behaviour is not Behaviour.HANG:
                    server.sendall(data)
        self._close(reader, server)

    def _answers(self, reader: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            while data := server.recv(65536):
                if self.behaviour is Behaviour.SLOW:
                    time.sleep(self.delay * next(self._unevenly))
                if self.behaviour is Behaviour.CUT:
                    reader.sendall(data[: len(data) // 2])
                    break
                if self.behaviour is not Behaviour.HANG:
                    reader.sendall(data)
        self._close(reader, server)

    def _close_all(self) -> None:
        self._close(*self._open)

    def _close(self, *connections: socket.socket) -> None:
        for connection in connections:
            self._open.discard(connection)
            with suppress(OSError):
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                connection.shutdown(socket.SHUT_RDWR)  # wakes the thread that reads
            connection.close()


@contextmanager
def running_proxy(port_behind: int) -> Iterator[Proxy]:
    proxy = Proxy(port_behind)
    try:
        yield proxy
    finally:
        proxy.close()
