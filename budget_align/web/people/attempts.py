"""Counts wrong passwords, so that nobody can try them one after another."""

from __future__ import annotations

import hashlib
from typing import Final

from limits import RateLimitItemPerMinute

from budget_align.web.rate_limits import COUNT, hiding_key

ATTEMPTS: Final = "attempts"
"""Under which name the application holds its count."""

_MINUTES: Final = 15


class Attempts:
    """Wrong passwords of the last quarter of an hour: for one account from one address, for one account from anywhere,
    and from one address for any account. Neither is stored; both are held as hashes with a key that ends with the
    service.
    """

    def __init__(self, here: int = 5, anywhere: int = 30, from_one: int = 60) -> None:
        self._here, self._anywhere, self._from_one = (
            RateLimitItemPerMinute(most, _MINUTES) for most in (here, anywhere, from_one)
        )

    def begin(self, email: str, address: str) -> bool:
        """Whether another password may be tried, with all that are being tried now; it is then, until `end`."""
        return COUNT.begin(self._counts(email, address))

    def end(self, email: str, address: str, *, wrong: bool) -> None:
        """Ends what was begun, and counts a wrong password."""
        COUNT.end(self._counts(email, address), counts=wrong)

    def _counts(self, email: str, address: str) -> list[tuple[RateLimitItemPerMinute, tuple[str, ...]]]:
        account, place = self._hide(email.strip().casefold()), self._hide(address)
        return [
            (self._here, ("here", account, place)),
            (self._anywhere, ("account", account)),
            (self._from_one, ("address", place)),
        ]

    def _hide(self, text: str) -> str:
        return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), key=hiding_key()).hexdigest()
