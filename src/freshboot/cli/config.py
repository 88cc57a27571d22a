"""The commands that tell of the configuration."""

from __future__ import annotations

from typing import Any

import click
from click.core import ParameterSource

import freshboot.commands as commands
from freshboot.cli.options import COMMON, SHARED, options
from freshboot.cli.root import cli
from freshboot.config import KEYS

_SETTING = tuple(name for name in SHARED if name in KEYS and name not in COMMON)


@cli.group()
def config() -> None:
    """What the configuration comes to, and the schema of its file."""


@config.command("show")
@options(*COMMON, *_SETTING)
@click.pass_context
def config_show(context: click.Context, /, **options: Any) -> int:
    """Tell every key's value, and where it comes from: default, file, environment or flag.

    \b
    Example: freshboot config show --timeout 5m
    """
    return commands.config_show(origins=_origins(context), **options)


@config.command("schema")
def config_schema() -> int:
    """Print the JSON Schema of .github/freshboot.yml, for editors and checkers.

    \b
    Example: freshboot config schema
    """
    return commands.config_schema()


def _origins(context: click.Context) -> dict[str, tuple[str, str]]:
    """Which options were given on the command line or in the environment, and under what name."""
    found = {}
    for one in context.command.params:
        source = context.get_parameter_source(one.name or "")
        if source is ParameterSource.COMMANDLINE:
            found[one.name or ""] = ("flag", _flag(one, context))
        elif source is ParameterSource.ENVIRONMENT:
            found[one.name or ""] = ("environment", str(one.envvar))
    return found


def _flag(option: click.Parameter, context: click.Context) -> str:
    """The option as it was written; of one that can be turned off, the one of its two names."""
    is_off = option.secondary_opts and not context.params[option.name or ""]
    return (option.secondary_opts if is_off else option.opts)[0]
