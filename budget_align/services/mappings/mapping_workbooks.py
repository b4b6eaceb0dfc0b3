"""A mapping as a workbook, there and back: what comes back is shown as changes before anyone accepts it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine

from budget_align.config import Settings
from budget_align.core.editing.changes import RuleChange, compare_rules, compare_settings
from budget_align.core.editing.edits import ReplaceAll
from budget_align.core.returns.reading import Finding
from budget_align.core.rules.mapping import Mapping, Rule, unknown_codes
from budget_align.core.values.refusal import RefusedError
from budget_align.services.downloads.making import make_once
from budget_align.services.governments.governments import terms_of
from budget_align.services.governments.installation import limits_of
from budget_align.services.mappings.drafting import Saved, change_draft
from budget_align.services.mappings.versions import open_version
from importers.forms.mapping_reading import read_mapping_workbook
from importers.isolation.processes import ask_isolated


@dataclass(frozen=True)
class MappingUpload:
    """What a workbook would make of a draft; `mapping` is None where findings stand against it."""

    mapping: Mapping | None
    findings: tuple[Finding, ...]
    changes: tuple[RuleChange, ...]
    settings: tuple[tuple[str, str, str], ...]


def download_mapping(engine: Engine, settings: Settings, version_id: int) -> tuple[str, bytes]:
    """A version's file name and workbook."""
    version = open_version(engine, version_id)
    name = f"{version.mapping.name}-{version.label.replace(' ', '-')}.xlsx"
    calendar = terms_of(engine, version.government, settings).calendar
    return name, make_once(engine, settings, "mapping", version.mapping, version.framework, calendar)


def read_upload(engine: Engine, settings: Settings, version_id: int, data: bytes, file_name: str) -> MappingUpload:
    """What a workbook says of a draft; nothing is stored.

    Raises:
        RefusedError: it is no workbook, or the version is approved.
    """
    version = open_version(engine, version_id)
    if not version.is_draft:
        raise RefusedError("approved", "An approved version never changes; begin a new draft from it.")
    calendar = terms_of(engine, version.government, settings).calendar
    reading = ask_isolated(
        read_mapping_workbook,
        data,
        file_name,
        limits=limits_of(settings).of_form(),
        like=version.mapping,
        framework=version.framework,
        calendar=calendar,
    )
    if reading.mapping is None:
        return MappingUpload(None, reading.findings, (), ())
    return MappingUpload(
        reading.mapping,
        (),
        compare_rules(version.mapping, reading.mapping, version.framework.names(), calendar),
        compare_settings(version.mapping, reading.mapping),
    )


def accept_upload(engine: Engine, version_id: int, stored: str, seen: int, actor: str) -> Saved:
    """Takes what a workbook said, as `Mapping.to_stored` wrote it, into a draft.

    Who wrote what it changes is who takes it over, on the day that they do; neither is taken from what comes.

    Raises:
        ChangedMeanwhileError: others changed the draft since the upload was compared with it.
        RefusedError: what comes is no mapping, or none of the draft's framework.
    """
    try:
        mapping = Mapping.from_stored(stored)
    except ValueError as error:
        raise RefusedError("bad-mapping", "What was uploaded is gone; upload the workbook again.") from error
    version = open_version(engine, version_id)
    signed = _sign(mapping, version.mapping, actor)
    for problem in unknown_codes(signed, version.framework):
        raise RefusedError("bad-mapping", problem)
    return change_draft(engine, version_id, ReplaceAll(signed, "Took over a workbook"), seen, actor)


def _sign(mapping: Mapping, before: Mapping, actor: str) -> Mapping:
    """What came back as the work of whoever takes it over, today: who wrote a rule, and when, stays only where the rule
    did. Which mapping it is, and of which framework, stays in any case.
    """
    held = {rule.id: rule for rule in before.rules}
    today = datetime.now(UTC).date()

    def sign(rule: Rule) -> Rule:
        own = held.get(rule.id)
        if own is not None and rule.model_copy(update={"author": own.author, "dated": own.dated}) == own:
            return own
        return rule.model_copy(update={"author": actor, "dated": today})

    rules = tuple(sign(rule) for rule in mapping.rules)
    about = {"name": before.name, "framework": before.framework, "author": before.author}
    return mapping.model_copy(update={**about, "rules": rules})
