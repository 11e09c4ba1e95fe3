"""命令行: ``python3 -m deliberation`` alone makes an instance with its demonstration and serves it.

The other commands are single steps. Exit codes: 0 all is well, 1 a finding or a refusal, 2 the command could not run
(wrong use, a port, a folder, a database).
"""

from __future__ import annotations

from typing import Any

import click

from deliberation.cli import (
    checking,
    describing,
    lawbook,
    letters,
    looking,
    roster,
    serving,
    story,
    titles,
)
from deliberation.cli.console import in_plain_words, options
from deliberation.config import Settings


class PlainGroup(click.Group):
    """Whatever stands in the way of a command is said in plain words."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        with in_plain_words():
            return super().invoke(ctx)


@click.group(
    cls=PlainGroup, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]}
)
@options
@click.option("--port", type=click.IntRange(0, 65_535), help="端口，默认8000 · port, 8000 unless named")
@click.option("--empty", is_flag=True, help="不放示例故事 · without the demonstration's story")
@click.pass_context
def cli(context: click.Context, database: str | None, port: int | None, empty: bool) -> None:
    """议事会。不写命令：首次使用时建好实例并放入示例，然后开在 http://127.0.0.1:8000

    Neighbourhood deliberation. Without a command: make an instance with its demonstration, then serve it.
    """
    context.obj = Settings.read().changed(database=database, port=port)
    if context.invoked_subcommand is None:
        serving.start(context.obj, empty=empty)


for module in (serving, story, roster, titles, letters, looking, checking, describing, lawbook):
    for command in module.COMMANDS:
        cli.add_command(command)


def main() -> None:
    """Run the command line and exit."""
    cli(prog_name="deliberation")
