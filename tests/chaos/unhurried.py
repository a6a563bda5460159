"""The product's own Celery application at its own pace, delivering and nothing else.

Opening years and generating checklists would owe the town's people more than the test counts.
"""

from workers.app import app
from workers.schedule import SCHEDULE

__all__ = ["app"]

app.conf.beat_schedule = {name: SCHEDULE[name] for name in ("tick", "deliver", "seal")}
