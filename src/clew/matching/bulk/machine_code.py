"""Functions over columns of numbers, compiled by Numba."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

import numba

_Taken = ParamSpec("_Taken")
_Given = TypeVar("_Given")


def machine_code(function: Callable[_Taken, _Given]) -> Callable[_Taken, _Given]:
    """Compiled at its first call; other threads of Python go on while it runs.

    Kept beside the compiled Python files, because compiling takes some ten seconds. Whatever the functions read as a
    constant stands in their own file: Numba compiles anew only when that file changes.
    """
    return cast("Callable[_Taken, _Given]", numba.njit(nogil=True, cache=True)(function))
