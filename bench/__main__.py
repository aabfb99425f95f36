"""``python -m bench [NAME …]``: run the benchmarks; exit 1 if a bound is missed."""

from __future__ import annotations

import importlib
import sys

NAMES = (
    "imports",
    "tokens",
    "requests",
    "frameworks",
    "protected",
    "revocation",
    "throttle",
    "hashing",
)

if __name__ == "__main__":
    chosen = sys.argv[1:] or NAMES
    held = []
    for name in chosen:
        print(f"== {name}", flush=True)
        held.append(importlib.import_module(f"bench.{name}").main())
    sys.exit(not all(held))
