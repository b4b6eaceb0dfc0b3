"""What is kept of a person can be taken along, and erased, and the record holds."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import Engine, select, text
from sqlmodel import SQLModel

from budget_align.core.editing.edits import PutRule
from budget_align.core.people.policy import Held
from budget_align.core.values.refusal import RefusedError
from budget_align.services.mappings.drafting import approve, begin_draft, change_draft
from budget_align.services.people.accounts import add_account, check_password, open_account
from budget_align.services.people.links import invite, use_link
from budget_align.services.people.personal import erase_person, export_person
from budget_align.services.people.provided import admit
from budget_align.services.people.sign_ins import begin_sign_in, find_signed_in
from budget_align.services.people.tokens import find_holder, make_token
from budget_align.services.record.trail import find_broken_event
from tests.mappings import HEALTH
from tests.people import let_do_everything

ANA, MOSES = "ana@example.org", "moses@example.org"
PASSWORD = "correct horse battery"


def test_all_that_is_kept_of_a_person_goes_along_and_no_secret(engine: Engine) -> None:
    add_account(engine, ANA, "Ana Finch", PASSWORD)
    let_do_everything(engine, ANA)
    token, signed = make_token(engine, ANA, "a script"), begin_sign_in(engine, ANA)
    begin_draft(engine, "Ours", ANA, title="Ways", framework="un-sdg-2015")
    told = export_person(engine, "Ana@Example.org")
    assert {"account", "roleheld", "signin", "accesstoken", "auditevent", "mappingversion"} <= set(told)
    assert told["account"][0]["name"] == "Ana Finch"
    said = json.dumps(told)
    with engine.connect() as connection:
        for query in (
            "SELECT password_hash FROM account",
            "SELECT token_hash FROM accesstoken",
            "SELECT token_hash FROM signin",
        ):
            for (secret,) in connection.execute(text(query)):
                assert secret not in said
    assert token not in said
    assert signed not in said
    with pytest.raises(RefusedError):
        export_person(engine, "nobody@example.org")


def test_who_is_erased_is_nobody_any_more_and_the_record_holds(engine: Engine) -> None:
    for email in (ANA, MOSES):
        add_account(engine, email, "Ana Finch" if email == ANA else "Moses Reed", PASSWORD)
        let_do_everything(engine, email)
    token, signed = make_token(engine, ANA, "a script"), begin_sign_in(engine, ANA)
    begin_draft(engine, "Ours", ANA, title="Ways", framework="un-sdg-2015")
    erase_person(engine, ANA, MOSES)
    assert check_password(engine, ANA, PASSWORD) is None
    assert find_signed_in(engine, signed) is None
    assert find_holder(engine, token) is None
    left = export_person(engine, ANA)
    assert set(left) <= {"account", "auditevent", "mappingversion", "mappingrevision"}
    assert left["account"][0]["name"] == "(erased)"
    assert find_broken_event(engine) is None
    with pytest.raises(RefusedError) as caught:
        erase_person(engine, MOSES, MOSES)
    assert caught.value.code == "last-administrator"


def test_a_name_is_nowhere_any_more_however_its_account_came_to_be(engine: Engine) -> None:
    add_account(engine, MOSES, "Moses Reed", PASSWORD)
    let_do_everything(engine, MOSES)
    name = "Zoe Zanzibar"
    open_account(engine, "opened@example.org", name, PASSWORD, MOSES)
    use_link(engine, invite(engine, "invited@example.org", name, [Held("auditor")], MOSES), PASSWORD)
    admit(engine, "provided@example.org", name, [Held("auditor")])
    add_account(engine, "added@example.org", name, PASSWORD)
    for how in ("opened", "invited", "provided", "added"):
        erase_person(engine, f"{how}@example.org", MOSES)
    assert columns_with(engine, "Zanzibar") == set()
    assert ("auditevent", "subject") in columns_with(engine, "invited@example.org")


def columns_with(engine: Engine, said: str) -> set[tuple[str, str]]:
    """Where in the whole database something stands."""
    found = set()
    with engine.connect() as connection:
        for table in SQLModel.metadata.sorted_tables:
            for row in connection.execute(select(table)):
                found |= {(table.name, name) for name, value in row._mapping.items() if said in str(value)}
    return found


def test_what_somebody_else_made_with_a_rule_of_ones_own_names_one_too(engine: Engine) -> None:
    for email in (ANA, "jo-ana@example.org", MOSES):
        add_account(engine, email, "Someone", PASSWORD)
        let_do_everything(engine, email)
    draft = begin_draft(engine, "Ours", ANA, title="Ways", framework="un-sdg-2015")
    change_draft(engine, draft, PutRule(HEALTH.model_copy(update={"author": ANA})), 1, ANA)
    approve(engine, draft, 2, MOSES)
    later = begin_draft(engine, "Ours", MOSES, based_on=draft)
    versions = {row["id"]: row["begun_by"] for row in export_person(engine, ANA)["mappingversion"]}
    assert versions == {draft: ANA, later: MOSES}
    assert all("content" not in row for row in export_person(engine, ANA)["mappingversion"])
    assert "mappingversion" not in export_person(engine, "jo-ana@example.org")
