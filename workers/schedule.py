"""All that beat does, on one screen. Beat may die: every worker also ticks by itself (timer).

An entry that could not be carried out in time expires, for the next one does the same.
"""

from typing import Any


def every(seconds: float, task: str) -> dict[str, Any]:
    """Return an entry that runs a task each so many seconds and never piles up."""
    return {"task": task, "schedule": seconds, "options": {"expires": seconds}}


SCHEDULE = {
    # Plans what is owed, recovers what was interrupted, then delivers.
    "tick": every(60, "workers.reminders.tick"),
    # Sign-in mails and answers should not wait for the minute.
    "deliver": every(5, "workers.delivery.deliver"),
    # Tells robots of groups what is mailed.
    "robots": every(10, "workers.robots.tell"),
    # Reads files that the pages took in.
    "read": every(5, "workers.ingest.read_next"),
    # Holds what was read against last year's reports and those of other units.
    "compare": every(5, "workers.comparison.compare"),
    # Opens the report year, generates the checklists it calls for, mails new ones.
    "checklists": every(60, "workers.checklists.generate"),
    # Fetches returned mail, where a mailbox for it is set.
    "bounces": every(60, "workers.bounces.collect"),
    # Chains the record of acts, so that a later change of it shows.
    "seal": every(60, "workers.maintenance.seal"),
    # Drops answers kept for requests that other systems sent twice.
    "tidy": every(3600, "workers.maintenance.tidy"),
}
