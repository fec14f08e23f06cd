"""The key that signs the log's checkpoints."""

import typer

from interfaces.cli.startup import started_settings
from interfaces.composition.parts import new_signing_key, signing_key

app = typer.Typer(
    help="The key that signs the log's checkpoints.", no_args_is_help=True, add_completion=False
)


@app.callback()
def keys() -> None:
    """The key that signs the log's checkpoints."""


@app.command()
def new() -> None:
    """Print a fresh private key; nothing is changed.

    Keep it as DATATRAIL_SIGNING_KEY, away from the database: who holds both can rewrite the log.
    """
    typer.echo(new_signing_key())
    typer.echo("Set it as DATATRAIL_SIGNING_KEY where the relay runs.", err=True)


@app.command()
def show() -> None:
    """Print the public key in use, for whoever is to check the log.

    Without DATATRAIL_DATABASE_URL and DATATRAIL_SIGNING_KEY, a key is made when there is none yet.
    """
    key = signing_key(started_settings(quiet=True))
    typer.echo(key.verifier.line)
    typer.echo(
        "Give it to auditors by a way of its own: datatrail audit verify takes it as --public-key.",
        err=True,
    )
