"""What a connection may ask of the server: one message with one length and one host, at a bearable pace, and no body of
any size before it is said who sends it; and which connections give way when there are as many as may be, or when what
they brought takes as much as may be taken.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any, Final

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.server import TcpWSGIServer
from waitress.utilities import BadRequest, RequestEntityTooLarge

_PATIENCE: Final = 30
"""Seconds in which a request may come as slowly as it likes."""

_LEAST_PACE: Final = 1_000
"""Bytes a second that it brings after these."""

_LONGEST_LINE: Final = 1_000
"""Bytes of a line that says how long a piece is, of a body that comes in pieces."""

_LONGEST_TRAILER: Final = 65_536
"""Bytes of what may follow such a body."""

MOST_OF_STRANGERS: Final = 100_000_000
"""Bytes that all bodies together may take of those of whom nobody knows yet who they are."""

_STEP: Final = 5_000_000
"""Bytes that come before it is looked at again what all bodies take."""

_GIVE_WAY: Final = 2
"""Of so many connections one gives way when no more may be opened, who waited longest first."""


Sender = Callable[[Mapping[str, str], str], str | None]
"""By the headers of a request and its path, a sign for who sends it: nothing where that is to be looked at, None where
it says nothing of who that is.
"""


class Message(HTTPRequestParser):  # type: ignore[misc]  # waitress is not typed
    """A request as it comes.

    Attributes:
        sender: who sends it, as far as its head proves; looked at where it has a body.
    """

    sender: str | None = None

    def __init__(self, adj: Any, sender: Sender, most_of_stranger: int) -> None:
        super().__init__(adj)
        self._sender_of = sender
        self._most = most_of_stranger

    def received(self, data: bytes) -> int:
        """Takes what came of it, and returns how much was its own."""
        taken = int(super().received(data))
        if self.error is None:
            self._check_body()
        if self.error is not None:
            self.completed = True
            # Nobody is told to go on sending what is refused already.
            self.expect_continue = False
        return taken

    def _check_body(self) -> None:
        if self.chunked and (
            len(self.body_rcv.control_line) > _LONGEST_LINE or len(self.body_rcv.trailer) > _LONGEST_TRAILER
        ):
            self.error = BadRequest("A piece of the body is described at too great a length")
        elif max(self.content_length, self.body_bytes_received) > self._most and self.sender is None:
            self.error = RequestEntityTooLarge("Sign in before you send a file; nothing of it was kept")

    def parse_header(self, header_plus: bytes) -> None:
        """Reads its head.

        Raises:
            ParsingError: its end is told in two ways, of which a proxy may believe the other; or it is for no host, or
                for two.
        """
        super().parse_header(header_plus)
        if self.chunked and "CONTENT_LENGTH" in self.headers:
            raise ParsingError("Both Content-Length and Transfer-Encoding")
        if self.chunked or self.content_length:
            self.sender = self._sender_of(self.headers, self.path)
        host = self.headers.get("HOST", "")
        if self.version == "1.1" and ("HOST" not in self.headers or "," in host):
            raise ParsingError("Not one Host")


class Connection(HTTPChannel):  # type: ignore[misc]  # as above
    """One connection, which knows how fast the request comes that it brings."""

    begun = 0.0
    brought = 0
    looked_at = 0.0
    brought_then = 0

    def parser_class(self, adj: Any) -> Message:
        """What reads its next request."""
        return Message(adj, self.server.sender_of, self.server.most_of_stranger)

    def received(self, data: bytes) -> bool:
        """Takes what came."""
        if self.request is None:
            self.begun = self.looked_at = time.time()
            self.brought = self.brought_then = 0
        self.brought += len(data)
        taken = bool(super().received(data))
        self.server.note_brought(len(data))
        return taken

    def del_channel(self, map: Any = None) -> None:
        """Forgets it, and what came of a request that will not be whole."""
        super().del_channel(map)
        if self.request is not None:
            self.request.close()

    def is_too_slow(self, now: float) -> bool:
        """Whether a request comes so slowly that it is there to hold the connection: at first, on the whole, or once
        most of it is there.
        """
        if self.request is None:
            return False
        longer = now - self.begun - _PATIENCE
        if longer > 0 and self.brought < longer * _LEAST_PACE:
            return True
        if now - self.looked_at <= _PATIENCE:
            return False
        lately = self.brought - self.brought_then
        is_first = self.looked_at == self.begun
        self.looked_at, self.brought_then = now, self.brought
        return not is_first and lately < _PATIENCE * _LEAST_PACE

    def takes(self) -> int:
        """Bytes of bodies that it brought and that are still there."""
        coming = self.request
        there = [*self.requests, *([coming] if coming is not None else [])]
        return sum(int(each.body_bytes_received) for each in there)

    def sender(self) -> str:
        """Whose the body is that it brings now; nothing where nobody knows."""
        return str(self.request.sender or "") if self.request is not None else ""

    def takes_nothing(self, now: float) -> bool:
        """Whether an answer is ready of which nothing is taken."""
        return bool(self.total_outbufs_len > 0 and now - self.last_activity > self.adj.channel_timeout)


class Server(TcpWSGIServer):  # type: ignore[misc]  # as above
    """A server whose connections are for those who ask something."""

    channel_class = Connection
    brought = 0

    def __init__(self, *given: Any, sender: Sender, most_of_stranger: int, most_of_all: int, **named: Any) -> None:
        """A server.

        Args:
            given: as the library has it, and so `named`.
            sender: who sends a request.
            most_of_stranger: bytes of a body that may come of somebody of whom it is not known who they are.
            most_of_all: bytes that all bodies together may take.
        """
        super().__init__(*given, **named)
        self.sender_of = sender
        self.most_of_stranger = most_of_stranger
        self.most_of_all = most_of_all

    def note_brought(self, length: int) -> None:
        """Notes that something came; where all that came takes too much, those who bring most give way."""
        self.brought += length
        if self.brought >= _STEP:
            self.brought = 0
            self._make_room()

    def _make_room(self) -> None:
        there = [each for each in self.active_channels.values() if not each.will_close]
        for among, most in (
            ([each for each in there if not each.sender()], MOST_OF_STRANGERS),
            (there, self.most_of_all),
        ):
            taken: dict[str, int] = defaultdict(int)
            for each in among:
                taken[each.sender()] += each.takes()
            over = sum(taken.values()) - most
            coming = [each for each in among if each.request is not None]
            for each in sorted(coming, key=lambda each: (taken[each.sender()], each.takes()), reverse=True):
                if over <= 0:
                    break
                each.will_close = True
                over -= each.takes()

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
