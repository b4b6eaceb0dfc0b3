"""What is kept of a person can be taken along, and erased, and the record holds."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import Engine, text

from budget_align.core.values.refusal import RefusedError
from budget_align.services.mappings.mappings import begin_draft
from budget_align.services.people.accounts import add_account, check_password
from budget_align.services.people.personal import erase_person, export_person
from budget_align.services.people.sign_ins import begin_sign_in, find_signed_in
from budget_align.services.people.tokens import find_holder, make_token
from budget_align.services.record.trail import find_broken_event
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
