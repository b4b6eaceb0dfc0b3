"""What a connection may ask of the server: one message with one length and one host, at a bearable pace; and which
connections give way when there are as many as may be.
"""

from __future__ import annotations

import time
from typing import Final

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.server import TcpWSGIServer

_PATIENCE: Final = 30
"""Seconds in which a request may come as slowly as it likes."""

_LEAST_PACE: Final = 1_000
"""Bytes a second that it brings after these."""

_GIVE_WAY: Final = 2
"""Of so many connections one gives way when no more may be opened, who waited longest first."""


class Message(HTTPRequestParser):  # type: ignore[misc]  # waitress is not typed
    """A request as it comes."""

    def received(self, data: bytes) -> int:
        """Takes what came of it, and returns how much was its own."""
        taken = int(super().received(data))
        if self.error is not None:
            # Nobody is told to go on sending what is refused already.
            self.expect_continue = False
        return taken

    def parse_header(self, header_plus: bytes) -> None:
        """Reads its head.

        Raises:
            ParsingError: its end is told in two ways, of which a proxy may believe the other; or it is for no host, or
                for two.
        """
        super().parse_header(header_plus)
        if self.chunked and "CONTENT_LENGTH" in self.headers:
            raise ParsingError("Both Content-Length and Transfer-Encoding")
        host = self.headers.get("HOST", "")
        if self.version == "1.1" and ("HOST" not in self.headers or "," in host):
            raise ParsingError("Not one Host")


class Connection(HTTPChannel):  # type: ignore[misc]  # as above
    """One connection, which knows how fast the request comes that it brings."""

    parser_class = Message
    begun = 0.0
    brought = 0

    def received(self, data: bytes) -> bool:
        """Takes what came."""
        if self.request is None:
            self.begun, self.brought = time.time(), 0
        self.brought += len(data)
        return bool(super().received(data))

    def is_too_slow(self, now: float) -> bool:
        """Whether a request comes so slowly that it is there to hold the connection."""
        longer = now - self.begun - _PATIENCE
        return bool(self.request is not None and longer > 0 and self.brought < longer * _LEAST_PACE)

    def takes_nothing(self, now: float) -> bool:
        """Whether an answer is ready of which nothing is taken."""
        return bool(self.total_outbufs_len > 0 and now - self.last_activity > self.adj.channel_timeout)


class Server(TcpWSGIServer):  # type: ignore[misc]  # as above
    """A server whose connections are for those who ask something."""

    channel_class = Connection

    def maintenance(self, now: float) -> None:
        """Closes connections that are held for nothing."""
        super().maintenance(now)
        there = [each for each in self.active_channels.values() if not each.will_close]
        for each in there:
            if each.is_too_slow(now) or each.takes_nothing(now):
                each.will_close = True
        if len(self._map) >= self.adj.connection_limit:
            waiting = sorted((each for each in there if not each.requests), key=lambda each: each.last_activity)
            for each in waiting[: max(1, len(there) // _GIVE_WAY)]:
                each.will_close = True
