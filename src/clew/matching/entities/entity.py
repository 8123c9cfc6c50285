"""An entity as it is compared: its schema, and its values by property."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Entity:
    """One FollowTheMoney entity of Clew's vocabulary. Only what stands here is compared: nothing is looked up."""

    id: str
    schema: str
    properties: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def values(self, names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        """Every value of these properties, as (property, text)."""
        return tuple((name, text) for name in names for text in self.properties.get(name, ()) if text.strip())

    @property
    def country(self) -> str:
        """Where a telephone number or a plate without a country belongs; empty where the entity has none or several."""
        found = {text.upper() for text in self.properties.get("country", ()) if len(text) == 2}
        return next(iter(found)) if len(found) == 1 else ""
