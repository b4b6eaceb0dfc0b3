"""Accounts, from the command line of the machine that the service runs on: the first one too."""

from __future__ import annotations

import getpass

import click

from budget_align.config import load_settings
from budget_align.printing.tables import make_table, print_table
from budget_align.services.governments.database import connect
from budget_align.services.people import accounts


@click.group()
def people() -> None:
    """Who may sign in: add, list, disable, and reset a password."""


@people.command("add")
@click.argument("email")
@click.option("--name", required=True, help="As pages and records show the person.")
@click.password_option(help="Asked for where it is not given; at least 12 signs.")
def add(email: str, name: str, password: str) -> None:
    """Add a person who may sign in."""
    accounts.open_account(connect(load_settings()), email, name, password, _actor())
    click.echo(f"{email} may sign in.")


@people.command("list")
def show() -> None:
    """List everyone who has an account."""
    table = make_table("Accounts", "Address", "Name", "May sign in")
    for account in accounts.list_accounts(connect(load_settings())):
        table.add_row(account.email, account.name, "no" if account.disabled else "yes")
    print_table(table)


@people.command("disable")
@click.argument("email")
def disable(email: str) -> None:
    """Let a person sign in no longer, end where they are signed in, and refuse their tokens."""
    accounts.disable_account(connect(load_settings()), email, _actor())
    click.echo(f"{email} may not sign in any more; what they did stays on record.")


@people.command("reset")
@click.argument("email")
@click.password_option(help="Asked for where it is not given; at least 12 signs.")
def reset(email: str, password: str) -> None:
    """Give a person a new password, and end where they are signed in; one who was disabled may sign in again."""
    accounts.reset_password(connect(load_settings()), email, password, _actor())
    click.echo(f"{email} has a new password.")


def _actor() -> str:
    try:
        return f"{getpass.getuser()} (command line)"
    except (OSError, KeyError):
        return "command line"
