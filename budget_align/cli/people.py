"""Accounts, from the command line of the machine that the service runs on: the first one too."""

from __future__ import annotations

import json

import click

from budget_align.cli.acting import actor, day
from budget_align.config import load_settings
from budget_align.core.people.policy import ACTIONS, ROLES, Held, reach
from budget_align.core.values.refusal import RefusedError
from budget_align.printing.tables import make_table, print_table
from budget_align.services.governments.database import connect
from budget_align.services.people import accounts, links, personal, roles
from budget_align.services.people.second_factors import end_second_factor


@click.group()
def people() -> None:
    """Who may sign in and do what: add, list, roles, disable, and reset a password."""


@people.command("add")
@click.argument("email")
@click.option("--name", required=True, help="As pages and records show the person.")
@click.option("--role", "given", multiple=True, type=click.Choice(list(ROLES)), help="A role; may be repeated.")
@click.option("--government", default="", help="Hold the roles for this government; all of them without.")
@click.option("--body", default="", help="Hold the roles for this body and those below it; all of them without.")
@click.password_option(help="Asked for where it is not given; at least 12 signs.")
def add(email: str, name: str, given: tuple[str, ...], government: str, body: str, password: str) -> None:
    """Add a person who may sign in. The first one of an installation is its administrator."""
    held = [Held(role, government, body) for role in given]
    got = accounts.open_account(connect(load_settings()), email, name, password, actor(), held)
    said = ", ".join(ROLES[each.role] for each in got)
    click.echo(f"{email} may sign in{f' and is {said}' if said else '; give them a role to see anything'}.")


@people.command("list")
def show() -> None:
    """List everyone who has an account."""
    engine = connect(load_settings())
    table = make_table("Accounts", "Address", "Name", "May sign in", "Roles")
    for account in accounts.list_accounts(engine):
        held = [_describe(role.held) for role in roles.list_roles(engine, account.email)]
        table.add_row(account.email, account.name, "no" if account.disabled else "yes", "; ".join(held) or "none")
    print_table(table)


@people.command("roles")
@click.argument("email", required=False)
@click.option("--add", "given", multiple=True, type=click.Choice(list(ROLES)), help="Give this role; may be repeated.")
@click.option("--remove", "taken", multiple=True, type=click.Choice(list(ROLES)), help="Take it away.")
@click.option("--government", default="", help="For this government; for all of them without.")
@click.option("--body", default="", help="For this body and those below it; for all of the government without.")
@click.option("--from", "first", default="", help="The first day on which it is held, such as 2026-04-01.")
@click.option("--until", "last", default="", help="The last day on which it is held.")
def change_roles(
    email: str | None, given: tuple[str, ...], taken: tuple[str, ...], government: str, body: str, first: str, last: str
) -> None:
    """Show who may do what, or the roles of one person; give and take them."""
    if email is None:
        _show_policy()
        return
    engine = connect(load_settings())
    for role in given:
        roles.give_role(engine, email, Held(role, government, body, day(first), day(last)), actor())
    for role in taken:
        mine = [
            each
            for each in roles.list_roles(engine)
            if each.email.casefold() == email.strip().casefold()
            and (each.held.role, each.held.government, each.held.body) == (role, government, body)
        ]
        if not mine:
            raise RefusedError("no-role", f"{email} is no {ROLES[role]} of that.")
        roles.take_role(engine, mine[0].id, actor())
    held = [each for each in roles.list_roles(engine) if each.email.casefold() == email.strip().casefold()]
    for each in held:
        click.echo(_describe(each.held))
    if not held:
        click.echo(f"{email} holds no role.")


def _show_policy() -> None:
    for role, title in ROLES.items():
        table = make_table(title.capitalize(), "May", "How far")
        for action, words in ACTIONS.items():
            if reach(role, action) != "-":
                table.add_row(words, reach(role, action))
        print_table(table)


def _describe(held: Held) -> str:
    where = f" of {held.body or held.government}" if held.government else ""
    first, last = (
        f" {word} {day.isoformat()}" if day else "" for word, day in (("from", held.first), ("until", held.last))
    )
    return f"{ROLES[held.role]}{where}{first}{last}"


@people.command("disable")
@click.argument("email")
def disable(email: str) -> None:
    """Let a person sign in no longer, end where they are signed in, and refuse their tokens."""
    accounts.disable_account(connect(load_settings()), email, actor())
    click.echo(f"{email} may not sign in any more; what they did stays on record.")


@people.command("export")
@click.argument("email")
def export(email: str) -> None:
    """Print all that the service keeps of a person, as JSON."""
    click.echo(json.dumps(personal.export_person(connect(load_settings()), email), ensure_ascii=False, indent=2))


@people.command("erase")
@click.argument("email")
@click.confirmation_option(prompt="Erase name, password, roles, sign-ins and tokens for good?")
def erase(email: str) -> None:
    """Erase a person, save for their address where the record names them."""
    gone = personal.erase_person(connect(load_settings()), email, actor())
    click.echo(
        f"Erased, with {gone} rows that were {email}'s alone; the record names the address, and nothing else does."
    )


@people.command("reset")
@click.argument("email")
@click.password_option(help="Asked for where it is not given; at least 12 signs.")
def reset(email: str, password: str) -> None:
    """Give a person a new password, and end where they are signed in; one who was disabled may sign in again."""
    accounts.reset_password(connect(load_settings()), email, password, actor())
    click.echo(f"{email} has a new password.")


@people.command("invite")
@click.argument("email")
@click.option("--name", required=True, help="As pages and records show the person.")
@click.option("--role", "given", multiple=True, type=click.Choice(list(ROLES)), help="A role; may be repeated.")
@click.option("--government", default="", help="Hold the roles for this government; all of them without.")
@click.option("--body", default="", help="Hold the roles for this body and those below it; all of them without.")
def invite(email: str, name: str, given: tuple[str, ...], government: str, body: str) -> None:
    """Add a person, and print the address by which they choose a password, once and within seven days."""
    held = [Held(role, government, body) for role in given]
    token = links.invite(connect(load_settings()), email, name, held, actor())
    click.echo(f"/welcome/{token}")


@people.command("link")
@click.argument("email")
def link(email: str) -> None:
    """Print an address by which a person chooses another password, once and within a day."""
    click.echo(f"/welcome/{links.link_to_reset(connect(load_settings()), email, actor())}")


@people.command("second-factor")
@click.argument("email")
def second_factor(email: str) -> None:
    """Take away the second factor that a person lost."""
    end_second_factor(connect(load_settings()), email, actor())
    click.echo(f"{email} signs in without a second factor until they begin another.")
