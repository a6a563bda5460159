"""How long the runs are; each length is a variable of the environment.

CHAOS_SECONDS (60) and CHAOS_SEEDS (20): a storm and how many of them. CHAOS_MAILS (1500): what a
storm has to deliver. CHAOS_SIGTERMS (50), CHAOS_INTERLEAVINGS (1000), CHAOS_REPEATS (5),
CHAOS_SLOW_REPLY (120 s), CHAOS_PUNCTUAL (180 s).
"""

import os

SECONDS = float(os.environ.get("CHAOS_SECONDS", "60"))
MAILS = int(os.environ.get("CHAOS_MAILS", "1500"))
SEEDS = range(1, 1 + int(os.environ.get("CHAOS_SEEDS", "20")))
SIGTERMS = int(os.environ.get("CHAOS_SIGTERMS", "50"))
INTERLEAVINGS = int(os.environ.get("CHAOS_INTERLEAVINGS", "1000"))
REPEATS = int(os.environ.get("CHAOS_REPEATS", "5"))
SLOW_REPLY = float(os.environ.get("CHAOS_SLOW_REPLY", "120"))
PUNCTUAL = float(os.environ.get("CHAOS_PUNCTUAL", "180"))
