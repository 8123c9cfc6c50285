"""Tables of persons that may be published: counting, withholding, rounding, and the check against everything before."""

from clew.statistics.counting import Column as Column
from clew.statistics.problems import TableRefused as TableRefused
from clew.statistics.published import Method as Method
from clew.statistics.published import SafeTable as SafeTable
from clew.statistics.published import table_of as table_of
from clew.statistics.tables import Earlier as Earlier
from clew.statistics.tables import Rule as Rule
from clew.statistics.tables import safe_table as safe_table
