"""Reads one Excel file in a process of its own: `python -m services.registry.reader MOST_ROWS SECONDS BYTES`.

The file comes on standard input, what was found goes to standard output as JSON: `{"rows": [[place, cells, formulas,
whole]]}`, or `{"broken": {"code", "params"}}`. Whatever the file does to its reader, it does within these bounds.
"""

import json
import resource
import sys

from services.registry.domain.bulk_files import read_rows
from services.registry.domain.rules import RulesBrokenError


def main() -> None:
    """Read within bounds of processor time and memory; the process ends where one is passed."""
    most_rows, seconds, size = map(int, sys.argv[1:])
    bounds = {
        resource.RLIMIT_CPU: seconds, resource.RLIMIT_AS: size, resource.RLIMIT_FSIZE: 0, resource.RLIMIT_CORE: 0,
    }  # fmt: skip
    for bound, most in bounds.items():
        resource.setrlimit(bound, (most, most))
    try:
        rows = read_rows(sys.stdin.buffer.read(), most_rows)
        found: object = {"rows": [[row.place, row.cells, row.formulas, row.whole] for row in rows]}
    except RulesBrokenError as error:
        (broken,) = error.broken
        found = {"broken": {"code": broken.rule.code, "params": broken.params}}
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
