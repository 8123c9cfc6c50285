"""How sensitive a property is: what is encrypted at rest, and what the release rules look at.

Data: `identifying.yaml`. The nearest schema that speaks of a property decides, so that an organisation's name may be
plain while a person's is identifying. What nobody speaks of is identifying: a forgotten property stays closed.
"""

from enum import StrEnum
from functools import cache

from clew.vocabulary.model import UnknownSchema, lineage
from clew.vocabulary.words import load_data


class FieldClass(StrEnum):
    """The class of a property, strictest first."""

    IDENTIFYING = "identifying"
    """Names or singles out a person; encrypted under the person's key while the person is protected."""
    SPECIAL = "special"
    """Special category: health, sex life, ethnicity, religion, opinion, biometrics, DNA (Directive (EU) 2016/680,
    Art. 10; Regulation (EU) 2016/679, Art. 9)."""
    LOCATION = "location"
    """Where someone is or can be found, a shelter above all."""
    PLAIN = "plain"


@cache
def field_class(schema_name: str, prop: str) -> FieldClass:
    """The class of a property. An unknown schema or property is identifying."""
    try:
        levels = lineage(schema_name)
    except UnknownSchema:
        return FieldClass.IDENTIFYING
    for level in levels:
        said = [said_class for name in level if (said_class := _said_by(name, prop)) is not None]
        if said:
            # Two parents may disagree; the stricter one holds.
            return min(said, key=list(FieldClass).index)
    return FieldClass.IDENTIFYING


def _said_by(schema_name: str, prop: str) -> FieldClass | None:
    classes = load_data("identifying.yaml").get(schema_name, {})
    return next((field for field in FieldClass if prop in classes.get(field.value, ())), None)
