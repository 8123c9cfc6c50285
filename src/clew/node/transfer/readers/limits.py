"""How much of a file is read, each limit with its reason. Beyond it a file is refused before it can do harm."""

from __future__ import annotations

BYTES = 100 * 1024 * 1024
"""Size of the file as it arrives: that of the largest document a case takes."""

UNCOMPRESSED_BYTES = 1024 * 1024 * 1024
"""Of a gzip file, counted while it is read: 100,000 rows of 10 kB. More is a bomb or belongs to the evidence path."""

UNCOMPRESSED_SPREADSHEET_BYTES = 256 * 1024 * 1024
"""Of a spreadsheet, which has to be held in memory as a whole."""

RATIO = 200
"""Uncompressed to compressed. Tables of text reach 5 to 60; deflate's most is 1,032, which only a bomb comes near."""

RATIO_COUNTS_FROM = 16 * 1024 * 1024
"""Uncompressed bytes below which no ratio is looked at: a small file of equal rows is harmless."""

PARTS = 2_000
"""Files inside a spreadsheet: a workbook has a few dozen; thousands cost time before the first row."""

ROWS = 1_000_000
"""Rows of one import: a spreadsheet cannot hold more, and an undo has to stay possible."""

COLUMNS = 500
"""Widest table of the field known to us has 63 columns."""

SPREADSHEET_CELLS = 12_000_000
"""Rows times columns of a sheet: the reader holds some 32 bytes for each, the empty ones included. 100,000 rows of
100 columns fit."""

CELL = 65_536
"""Characters of one cell; a spreadsheet allows 32,767. A longer text is a document, not a value."""

LINE = 4 * 1024 * 1024
"""Bytes of one line of JSON: an entity of a hundred values is a few kB."""

KEPT_PROBLEMS = 5_000
"""Problems kept for the officer to read; all are counted. Nobody cures more by hand."""
