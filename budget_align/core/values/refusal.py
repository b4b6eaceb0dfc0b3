"""A refusal: input that cannot be used, told to a person in one sentence."""

from __future__ import annotations

from typing import Final, Literal

Kind = Literal[
    "invalid", "missing", "conflict", "unseen", "forbidden", "stranger", "question", "large", "often", "busy", "broken"
]
"""What a refusal is like, whatever its reason: what was said cannot be used; what was asked for is not there; something
else holds now; one may not do it; who asks is not known; a person must settle something first; it is too large, asked
for too often, or while too much else goes on; it could not be done though it was right.
"""

_USUAL: Final[dict[Kind, str]] = {
    "missing": "no-account no-ballot no-board no-consultation no-draft no-file no-government no-item no-lens "
    "no-level no-line no-link no-mapping no-measure no-period no-programme no-publication no-role "
    "no-rule no-run no-scenario no-sign-in no-submission no-table no-token no-upload not-found "
    "unknown-body unknown-framework unknown-mapping unknown-outcome",
    "conflict": "ballot-open changed-meanwhile closed framework-in-use last-administrator met-already terms-changed",
    "forbidden": "not-allowed own-work",
    "question": "overlap questions which-government",
    "large": "too-large",
    "often": "too-often",
    "busy": "busy no-database no-space too-slow",
    "broken": "not-made",
}
_KIND_OF: Final[dict[str, Kind]] = {code: kind for kind, codes in _USUAL.items() for code in codes.split()}


def kind_of_refusal(code: str) -> Kind:
    """What refusals of that reason are like, where nothing else is said."""
    return _KIND_OF.get(code, "invalid")


class RefusedError(Exception):
    """Input is refused and nothing of it was stored.

    Attributes:
        code: a stable, short name of the reason, for scripts, such as "too-large".
        message: one plain sentence that says what is wrong and what to do.
        kind: what it is like; pages, API and command line answer by it.
        field: what it is about, by the name of what was said, such as "fiscal_year"; empty for all of it.
    """

    def __init__(self, code: str, message: str, *, kind: Kind | None = None, field: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.kind: Kind = kind or kind_of_refusal(code)
        self.field = field
