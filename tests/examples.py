"""How many examples of a property are tried: by the profile in force, and by what one property deserves beside others."""

from __future__ import annotations

import hypothesis


def examples(share: float) -> hypothesis.settings:
    """So many times as many examples as the profile says, however long each takes to make."""
    most = max(round(hypothesis.settings.default.max_examples * share), 5)
    return hypothesis.settings(max_examples=most, suppress_health_check=[hypothesis.HealthCheck.too_slow])
