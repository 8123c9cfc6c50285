"""The forms of the release pages."""

from clew.node.disclosure.forms.findings import FINDINGS
from clew.node.disclosure.forms.letters import ReleaseForm
from clew.node.disclosure.forms.registers import (
    AssuranceForm,
    AuthorisationForm,
    MarkForm,
    ReasonForm,
    RiskForm,
    SafeguardForm,
)

__all__ = [
    "FINDINGS",
    "AssuranceForm",
    "AuthorisationForm",
    "MarkForm",
    "ReasonForm",
    "ReleaseForm",
    "RiskForm",
    "SafeguardForm",
]
