"""What the page of a framework shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine

from budget_align.core.frameworks.framework import Framework
from budget_align.core.lenses.succession import Forebear, forebears
from budget_align.services.approvals.approvals import Case
from budget_align.services.frameworks.approving import approval_of_framework
from budget_align.services.frameworks.frameworks import FrameworkDraft, list_frameworks, open_framework


@dataclass(frozen=True)
class FrameworkPage:
    """One framework: its outcomes under their missions, and what each continues.

    Attributes:
        draft: with its case, where it waits to be published.
        before: the version that it succeeds; `later` are those that succeed it.
        forebears: by outcome, what of the version before it continues.
    """

    framework: Framework
    draft: FrameworkDraft | None
    case: Case | None
    before: Framework | None
    later: Sequence[Framework]
    forebears: Mapping[str, Sequence[Forebear]]


def open_framework_page(engine: Engine, code: str) -> FrameworkPage:
    """One framework, in use or a draft.

    Raises:
        RefusedError: there is none.
    """
    found, draft = open_framework(engine, code)
    known = {**list_frameworks(engine), found.code: found}
    return FrameworkPage(
        found,
        draft,
        approval_of_framework(engine, code) if draft is not None else None,
        known.get(found.succeeds),
        [each for each in known.values() if each.succeeds == found.code],
        {
            outcome.code: [old for old in forebears(found, outcome.code, known) if old.framework == found.succeeds]
            for outcome in found.outcomes()
        },
    )
