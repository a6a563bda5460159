"""The command line `duban`. Commands live in server/commands, one module per noun."""

import gc
import sys

# So many imports leave no garbage to look for; looking costs each command's start a few percent.
gc.set_threshold(50_000, 20, 20)

import typer  # noqa: E402 - after the line above

from server.commands import (  # noqa: E402 - after the threshold
    auditing,
    calendars,
    checking,
    dates,
    demo,
    doctoring,
    importing,
    keeping,
    people,
    reading,
    reminding,
    run,
    tokens,
)
from server.errors import AppError  # noqa: E402 - after the threshold

app = typer.Typer(
    name="duban",
    no_args_is_help=True,
    add_completion=False,
    help="督办：政府信息公开年度报告督办系统",
)
app.command("up")(run.up)
app.command("web")(run.web)
app.command("worker", context_settings=run.PASSED_ON)(run.worker)
app.command("beat", context_settings=run.PASSED_ON)(run.beat)
app.command("migrate")(run.migrate)
app.command("mailbox")(run.mailbox)
app.command("demo")(demo.demo)
app.command("sign-in-link")(people.link)
app.command("password")(people.password)
app.command("forecast")(reminding.forecast)
app.command("sweep")(run.sweep)
app.command("backup")(keeping.backup)
app.command("restore")(keeping.restore)
app.command("release")(keeping.release)
app.command("bounce")(keeping.bounce)
app.command("doctor")(doctoring.doctor)
app.add_typer(importing.imports, name="import")
app.add_typer(auditing.audit, name="audit")
app.add_typer(tokens.token, name="token")
app.command("read")(reading.read)
app.command("check")(checking.check)
app.command("rules")(checking.rules)
app.command("due")(dates.due)
app.add_typer(dates.workdays, name="workdays")
app.add_typer(calendars.calendar, name="calendar")


def main() -> None:
    """Run the command line; an error is one Chinese sentence on stderr and exit code 2."""
    try:
        app()
    except AppError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
