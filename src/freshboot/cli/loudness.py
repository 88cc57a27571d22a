"""``--quiet`` and ``--verbose``, which every command takes, before its name or after it."""

from __future__ import annotations

import click
from click.core import ParameterSource

_SET = "freshboot.loudness"


def _set(context: click.Context, option: click.Parameter, value: bool) -> None:
    """The last one holds; what is typed comes before the environment, and both at once are a mistake."""
    if not value:
        return
    name = option.name or ""
    is_typed = context.get_parameter_source(name) is ParameterSource.COMMANDLINE
    before, was_typed = context.meta.get(_SET, (name, False))
    if before != name and is_typed and was_typed:
        raise click.UsageError("--quiet and --verbose do not go together")
    if is_typed or not was_typed:
        from freshboot.commands.loudness import be

        context.meta[_SET] = (name, is_typed)
        be(name)


_QUIET, _VERBOSE = (
    click.Option(
        [f"--{name}"],
        is_flag=True,
        expose_value=False,
        envvar=f"FRESHBOOT_{name.upper()}",
        callback=_set,
        help=words,
    )
    for name, words in (
        ("quiet", "Tell errors and the verdict only."),
        ("verbose", "Tell each question and answer, too."),
    )
)


class Loud(click.Command):
    """A command that can be quiet or verbose."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """The command's own, and how much it is to tell."""
        return [*super().get_params(ctx), _QUIET, _VERBOSE]
