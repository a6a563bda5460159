"""The command line `duban`. Commands live in server/commands, one module per noun."""

import typer

app = typer.Typer(
    name="duban",
    no_args_is_help=True,
    add_completion=False,
    help="督办：政府信息公开年度报告督办系统",
)


def main() -> None:
    """Run the command line."""
    app()
