"""What can go wrong, in a few families. HTTP and exit codes appear only at the edges.

Every error carries one Chinese sentence that names the place and the remedy.
"""


class AppError(Exception):
    """An error that a person can read. `code` is stable, `str(error)` is Chinese."""

    code = "error"


class NotFound(AppError):
    """The thing does not exist, or this person may not know that it does."""

    code = "not_found"


class Unknown(AppError):
    """Another system shows no token, or one that is wrong, over or revoked."""

    code = "unknown"


class NotAllowed(AppError):
    """The person is known and may not do this."""

    code = "not_allowed"


class TooMany(NotAllowed):
    """The person has tried too often and must wait."""

    code = "too_many"


class Conflict(AppError):
    """Somebody else changed it meanwhile, or its state forbids this step."""

    code = "conflict"


class InvalidInput(AppError):
    """What was entered cannot be used; `problems` maps a field's name to its sentence."""

    code = "invalid_input"

    def __init__(self, message: str, problems: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.problems = problems or {}


class Refused(AppError):
    """A file is refused as a whole: wrong kind, hostile, secret, damaged."""

    code = "refused"


class RulebookError(AppError):
    """The rulebook's data are inconsistent; the program must not start with them."""

    code = "rulebook"
