"""A refusal: input that cannot be used, told to a person in one sentence."""

from __future__ import annotations


class RefusedError(Exception):
    """Input is refused and nothing of it was stored.

    Attributes:
        code: a stable, short name of the reason, for scripts, such as "too-large".
        message: one plain sentence that says what is wrong and what to do.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
