"""What `datatrail` can be asked for. A verb's module is imported when that verb is asked for.

Reading a small file takes less time than importing what serves HTTP and runs jails.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Final

import typer
from typer._click.exceptions import UsageError
from typer.core import TyperGroup
from typer.main import get_command as as_command

if TYPE_CHECKING:
    from typer._click import Command, Context

_VERBS: Final = {
    "demo": "interfaces.cli.demo:demo",
    "up": "interfaces.cli.serving:up",
    "doctor": "interfaces.cli.doctor:doctor",
    "profile": "interfaces.cli.files:profile",
    "convert": "interfaces.cli.convert:convert",
    "events": "interfaces.cli.events:events",
    "eval": "interfaces.cli.evaluate:evaluate",
    "erase": "interfaces.cli.erase:erase",
    "archive": "interfaces.cli.archive:archive",
    "collect": "interfaces.cli.collect:collect",
    "serve": "interfaces.cli.serving:serve",
    "worker": "interfaces.cli.background:worker",
    "relay": "interfaces.cli.background:relay",
    "migrate": "interfaces.cli.migrate:migrate",
    "projections": "interfaces.cli.projections:app",
    "audit": "interfaces.cli.audit:app",
    "replay": "interfaces.cli.replay:replay",
    "keys": "interfaces.cli.keys:app",
}


class Verbs(TyperGroup):
    """The verbs in the order in which they are listed."""

    def list_commands(self, ctx: "Context") -> list[str]:  # noqa: ARG002  # as typer calls it
        return list(_VERBS)

    def get_command(self, ctx: "Context", cmd_name: str) -> "Command | None":
        if cmd_name not in self.commands and cmd_name in _VERBS:
            self.add_command(_imported(cmd_name), cmd_name)
        return super().get_command(ctx, cmd_name)

    def resolve_command(
        self, ctx: "Context", args: list[str]
    ) -> "tuple[str | None, Command | None, list[str]]":
        try:
            return super().resolve_command(ctx, args)
        except UsageError as error:
            from domain.actions.nearest import nearest_names  # noqa: PLC0415

            # Typer's own suggestion knows those verbs alone that were imported.
            if nearest := nearest_names(args[0], _VERBS):
                error.message += f" Is '{nearest[0]}' meant?"
            raise


def _imported(verb: str) -> "Command":
    module, _, name = _VERBS[verb].partition(":")
    with _kept_for_good():
        found = getattr(import_module(module), name)
    if isinstance(found, typer.Typer):
        command = as_command(found)
        command.name = verb
        return command
    alone = typer.Typer(add_completion=False)
    alone.command(verb)(found)
    return as_command(alone)


@contextmanager
def _kept_for_good() -> Iterator[None]:
    """What is made meanwhile is no garbage: to look for some would take a quarter of the time."""
    gc.disable()
    try:
        yield
    finally:
        # Nor is it looked through again while the process lives.
        gc.freeze()
        gc.enable()
