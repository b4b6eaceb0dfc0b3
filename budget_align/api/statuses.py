"""How HTTP says what a refusal is like, in pages and in the API."""

from __future__ import annotations

from typing import Final

from budget_align.core.values.refusal import Kind

STATUSES: Final[dict[Kind, int]] = {
    "invalid": 422,
    "missing": 404,
    "conflict": 409,
    "unseen": 428,
    "forbidden": 403,
    "stranger": 401,
    "question": 422,
    "large": 413,
    "often": 429,
    "busy": 503,
    "broken": 500,
}
