"""HTCDS there and back: 10,000 generated cases with every field and code, through CSV, XLSX and ODS.

Exits with 1 where a case comes back other than it went.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.referral.generated import TODAY, cases

from clew.node.transfer.readers import Table, read_file
from clew.referral.htcds import check, fields, plain, write_csv, write_ods, write_xlsx

COUNT = 10_000


def main() -> None:
    """Write, read and compare."""
    made = list(cases(COUNT, seed=7))
    failed = False
    for write in (write_csv, write_xlsx, write_ods):
        began = time.process_time()
        content = write(made)
        written = time.process_time()
        table = read_file(lambda content=content: iter([content]), json_lines=False)
        assert isinstance(table, Table)
        rows = ((row.number, [plain(one) for one in row.cells] if table.format == "csv" else row.cells)
                for row in table.rows)  # fmt: skip
        found = check("cases", table.columns, rows, TODAY)
        same = found.records == made and not found.problems
        failed |= not same
        print(
            f"{table.format}: {COUNT:,} cases of {len(fields())} fields, {len(content) / 1e6:.1f} MB, "
            f"{COUNT / (written - began):,.0f}/s written, {COUNT / (time.process_time() - written):,.0f}/s read and "
            f"checked, {'all the same' if same else 'NOT THE SAME'}"
        )
    sys.exit(failed)


if __name__ == "__main__":
    main()
