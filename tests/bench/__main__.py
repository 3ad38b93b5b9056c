"""``python3 dev.py bench [scan|start|bags|growth|log|report|decode|wedge|tablet|temperature|alarms]``."""

from __future__ import annotations

import sys

from tests.bench import alarms, bags, growth, log, report, scan, start, tablet, temperature

BENCHES = {
    "scan": scan.main,
    "start": start.main,
    "bags": bags.main,
    "growth": growth.main,
    "log": log.main,
    "report": report.main,
    "decode": tablet.decode,
    "wedge": tablet.wedge,
    "temperature": temperature.main,
    "alarms": alarms.main,
    "tablet": tablet.main,
}


def main(arguments: list[str]) -> int:
    """Run the named benchmarks, or all of them."""
    if {"-h", "--help"} & set(arguments):
        print(__doc__)
        return 0
    names = [name for name in arguments if not name.startswith("-")] or list(BENCHES)
    options = [name for name in arguments if name.startswith("-")]
    if unknown := [name for name in names if name not in BENCHES]:
        print(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(BENCHES)}", file=sys.stderr)
        return 2
    return max(BENCHES[name](options) for name in names)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
