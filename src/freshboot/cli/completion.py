"""The command that makes a shell complete the others."""

from __future__ import annotations

import click

from freshboot.cli.root import cli
from freshboot.commands import print_text

SHELLS = ("bash", "zsh", "fish")
_VARIABLE = "_FRESHBOOT_COMPLETE"


@cli.command()
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> int:
    """Print what makes a shell complete commands, options and their values.

    \b
    bash, in ~/.bashrc:                     eval "$(freshboot completion bash)"
    zsh, in ~/.zshrc:                       eval "$(freshboot completion zsh)"
    fish, in ~/.config/fish/config.fish:    freshboot completion fish | source
    Example: freshboot completion bash
    """
    from click.shell_completion import get_completion_class

    made = get_completion_class(shell)
    assert made is not None  # noqa: S101  for the type checker: click knows these three
    print_text(made(cli, {}, "freshboot", _VARIABLE).source())
    return 0
