"""Planning and delivering reminders, measured against what the same machine does without a ledger.

python -m tests.bench.reminders [--json] [--mails N] [--obligations N,N] [--history N] [--healthy S]
"""
