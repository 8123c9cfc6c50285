"""A set of linear constraints on counts, and the question how small or large one of them may still be.

The solver is HiGHS. Solutions in whole numbers are asked for: what is possible in halves of persons only is
not possible.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import highspy
import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
INFINITY = float("inf")
NEARLY = 1e-6
MIP_SECONDS = 20.0
"""An integer search that takes longer counts as failed: what is not shown to be possible is taken for impossible."""


class Constraints:
    """Variables with bounds and rows `lower <= sum(coefficient * variable) <= upper`."""

    def __init__(self) -> None:
        self.lower: list[float] = []
        self.upper: list[float] = []
        self._starts: list[int] = [0]
        self._indices: list[int] = []
        self._coefficients: list[float] = []
        self._row_lower: list[float] = []
        self._row_upper: list[float] = []

    def variable(self, lower: float, upper: float) -> int:
        """Add a variable; answers its number."""
        self.lower.append(lower)
        self.upper.append(upper)
        return len(self.lower) - 1

    def row(self, coefficients: Mapping[int, float], lower: float, upper: float) -> None:
        """Add a constraint."""
        self._indices += coefficients.keys()
        self._coefficients += coefficients.values()
        self._starts.append(len(self._indices))
        self._row_lower.append(lower)
        self._row_upper.append(upper)

    def total(self, whole: int, parts: Iterable[int]) -> None:
        """Say that the parts add up to the whole."""
        self.row({whole: -1.0} | dict.fromkeys(parts, 1.0), 0.0, 0.0)

    def solver(self) -> Solver:
        """A solver of these constraints as they are now."""
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(self.lower), len(self._row_lower)
        model.col_cost_ = np.zeros(len(self.lower))
        model.col_lower_, model.col_upper_ = np.array(self.lower), np.array(self.upper)
        model.row_lower_, model.row_upper_ = np.array(self._row_lower), np.array(self._row_upper)
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = np.array(self._starts, dtype=np.int32)
        model.a_matrix_.index_ = np.array(self._indices, dtype=np.int32)
        model.a_matrix_.value_ = np.array(self._coefficients)
        return Solver(model)


class Solver:
    """Answers questions about one set of constraints; each answer starts from where the last one ended."""

    def __init__(self, model: highspy.HighsLp) -> None:
        self.size = int(model.num_col_)
        self._all = np.arange(self.size, dtype=np.int32)
        self._highs = highspy.Highs()  # type: ignore[no-untyped-call]
        for option, value in (("output_flag", False), ("threads", 1), ("random_seed", 0)):
            self._highs.setOptionValue(option, value)
        self._highs.passModel(model)

    def bound(self, variable: int, lower: float, upper: float) -> None:
        """Set the bounds of a variable."""
        self._highs.changeColBounds(variable, lower, upper)

    def bound_all(self, variables: npt.NDArray[np.int32], lower: Numbers, upper: Numbers) -> None:
        """Set the bounds of many variables."""
        self._highs.changeColsBounds(len(variables), variables, lower, upper)

    def least(self, costs: Mapping[int, float]) -> Numbers | None:
        """A solution in whole numbers for which the sum of costs is least; None where there is none.

        Where the least needs fractions, a whole solution near it is searched; it need not be the very least.
        """
        vector = np.zeros(self.size)
        vector[list(costs.keys())] = list(costs.values())
        self._highs.changeColsCost(self.size, self._all, vector)
        found = self._run()
        if found is None or _whole(found):
            return found
        return self._in_whole_numbers()

    def _in_whole_numbers(self) -> Numbers | None:
        integer = np.full(self.size, highspy.HighsVarType.kInteger.value, dtype=np.uint8)
        continuous = np.full(self.size, highspy.HighsVarType.kContinuous.value, dtype=np.uint8)
        self._highs.setOptionValue("time_limit", self._highs.getRunTime() + MIP_SECONDS)
        self._highs.changeColsIntegrality(self.size, self._all, integer)
        found = self._run()
        self._highs.changeColsIntegrality(self.size, self._all, continuous)
        self._highs.setOptionValue("time_limit", INFINITY)
        return found

    def _run(self) -> Numbers | None:
        self._highs.run()
        if self._highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        return np.array(self._highs.getSolution().col_value)


def _whole(values: Numbers) -> bool:
    return bool(np.all(np.abs(values - np.rint(values)) < NEARLY))
