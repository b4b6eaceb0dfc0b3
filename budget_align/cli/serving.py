"""The command that starts the service. It loads little: with several processes, this one only watches them."""

from __future__ import annotations

import sys

import click

from budget_align import metering
from budget_align.cli.starting import start
from budget_align.services.mappings.embedding import check_model
from budget_align.services.people.demonstration_accounts import PASSWORD, sign_ins_in_use
from budget_align.services.people.links import link_for_first
from budget_align.services.people.roles import tell_who_holds_none
from budget_align.services.returns.uploads import end_orphans
from budget_align.web.processes import watch
from budget_align.web.server import listen


@click.command()
@click.option("--host", help="Where to listen; config.toml says otherwise.")
@click.option("--port", type=click.IntRange(1, 65535), help="Which port; config.toml says otherwise.")
def serve(host: str | None, port: int | None) -> None:
    """Start the service with a production web server."""
    settings, engine = start()
    check_model(settings.embedding_model)
    where, which = host or settings.host, port or settings.port
    if settings.production:
        from budget_align.services.operation.checking import refuse_unsafe  # here: it knows of all that there is

        refuse_unsafe(engine, settings.model_copy(update={"host": where}))
    listening = listen(where, which)
    end_orphans(engine)
    click.echo(f"\nBudget Align is at http://{where}:{which}  (stop it with Ctrl+C)")
    people = sign_ins_in_use(engine)
    if people:
        click.echo(f"\nDemonstration sign-ins, each with the password {PASSWORD}:")
        for person in people:
            click.echo(f"  {person.email:<30} {person.name}")
    first = link_for_first(engine)
    if first is not None:
        click.echo("\nNobody has an account here yet. Who opens this link first, within a day, is the administrator:")
        click.echo(f"  http://{where}:{which}/welcome/{first}")
    for said in tell_who_holds_none(engine):
        click.echo(f"\n{said}")
    sys.stdout.flush()
    engine.dispose()
    if settings.processes > 1:
        watch(settings, listening)
    else:
        from budget_align.web.answering import answer  # here: one that only watches loads no pages

        metering.tell(settings.metrics_host, settings.metrics_port)
        answer(settings, listening)
