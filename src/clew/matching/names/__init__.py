"""Can two strings write one person's name? Across scripts, spellings, orders, errors and customs.

    from clew.matching.names import analyse, compare, compare_texts
    compare_texts("王建国", "Wong Kin Kwok").same

`same` says that both strings can write one person's name. It never says that they are one person: thousands bear
most of these names, which is what `strength` tells.
"""

from __future__ import annotations

from clew.matching.names.analysing import Name as Name
from clew.matching.names.analysing import analyse as analyse
from clew.matching.names.comparing import Comparison as Comparison
from clew.matching.names.comparing import compare as compare
from clew.matching.names.comparing import compare_texts as compare_texts
from clew.matching.names.strength import Strength as Strength
from clew.matching.names.strength import strength as strength
