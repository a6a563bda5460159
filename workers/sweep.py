"""One pass of planning and delivery in the foreground: python -m workers.sweep [--now T] [--json].

`--now` rehearses another moment: reminders due by then are planned and sent now.
"""

import argparse
import json
from dataclasses import asdict, replace
from datetime import datetime

from server import logs
from server.domain.dates import OFFICE_ZONE
from server.settings import get_settings
from workers import guard, runtime
from workers.courier import deliver_ready
from workers.reminders import run_tick


def moment(text: str) -> datetime:
    """Return an instant; one without a zone is Asia/Shanghai's."""
    value = datetime.fromisoformat(text)
    return value if value.tzinfo else value.replace(tzinfo=OFFICE_ZONE)


def run(at: datetime | None) -> dict[str, int]:
    """Plan, recover and deliver once; return the counts."""
    tick = run_tick("sweep", at=at)
    verdicts = deliver_ready(replace(runtime.office(), at=at)) if guard.may_deliver() else {}
    counts = asdict(tick.swept) | asdict(tick.recovered) | dict(verdicts)
    return {name: int(count) for name, count in counts.items()}


LABELS = {
    "planned": "新增提醒",
    "cancelled": "取消提醒",
    "composed": "生成邮件",
    "merged": "合并邮件",
    "resent": "重发（未确认）",
    "sent": "已发出",
    "retry": "暂未送达",
    "wait": "邮件服务器不可用",
    "dead": "无法送达",
    "uncertain": "未确认",
}


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="立即执行一次提醒计划与发送")
    parser.add_argument(
        "--now", type=moment, default=None, help="按这个时刻执行，如 2027-01-20T09:00"
    )
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    options = parser.parse_args()
    logs.configure(as_json=get_settings().log_json)
    counts = run(options.now)
    if options.json:
        print(json.dumps(counts, ensure_ascii=False))
        return
    told = [f"{label} {counts[name]}" for name, label in LABELS.items() if counts.get(name)]
    print("，".join(told) + "。" if told else "没有需要发送的提醒。")


if __name__ == "__main__":
    main()
