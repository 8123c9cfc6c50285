"""The evaluation set of names, and how well and how fast names are compared on it."""

from __future__ import annotations

from clew.matching.evaluation.measuring import Category as Category
from clew.matching.evaluation.measuring import Quality as Quality
from clew.matching.evaluation.measuring import quality as quality
from clew.matching.evaluation.pairs import Pair as Pair
from clew.matching.evaluation.pairs import evaluation_set as evaluation_set
