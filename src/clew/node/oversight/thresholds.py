"""The thresholds of patterns and the usual purposes: data, read once; a node may set its own numbers."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from clew.node.home import load_home

OWN_FILE = "thresholds.yaml"
"""In the node's directory, if it sets its own: names of the shipped file with a number each."""


class BadThresholds(ValueError):
    """The node's own file names something unknown or gives no number; nothing is shown until it is mended."""


def threshold(name: str) -> int:
    """A number of `thresholds.yaml`, or the node's own for it."""
    return int(_own().get(name, _read("thresholds.yaml")[name]["value"]))


def thresholds() -> list[tuple[str, int, str]]:
    """Name, number and reason (in English) of each."""
    return [(name, threshold(name), each["why"]) for name, each in _read("thresholds.yaml").items()]


def is_unusual(kind: str, purpose: str) -> bool:
    """Whether a purpose is not among those usual for a kind of organisation; kinds that nobody listed are usual."""
    usual = _read("purposes.yaml")["usual"].get(kind)
    return usual is not None and bool(purpose) and purpose not in usual


def needs_offence(purpose: str) -> bool:
    """Whether a request for this purpose is expected to name an offence."""
    return purpose in _read("purposes.yaml")["needs_offence"]


def _own() -> dict[str, int]:
    path = load_home().path / OWN_FILE
    if not path.is_file():
        return {}
    return _parsed(path.read_text(encoding="utf-8"))


@cache
def _parsed(text: str) -> dict[str, int]:
    found = yaml.safe_load(text)
    known = _read("thresholds.yaml")
    if not isinstance(found, dict) or any(
        name not in known or type(number) is not int or number < 1 for name, number in found.items()
    ):
        raise BadThresholds(f"{OWN_FILE}: each line is one of {', '.join(known)}, and a whole number from 1 on.")
    return found


@cache
def _read(name: str) -> dict[str, Any]:
    text = files("clew.node.oversight").joinpath(name).read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found
