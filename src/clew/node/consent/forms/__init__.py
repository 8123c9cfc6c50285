"""The forms of the consent pages. They check shape only; what is allowed is the actions' business."""

from clew.node.consent.forms.answering import AskForm, ChooseForm, ConsentForm
from clew.node.consent.forms.guardians import EndForm, FindingForm, GuardianForm
from clew.node.consent.forms.withdrawing import WithdrawAllForm, WithdrawForm

__all__ = [
    "AskForm",
    "ChooseForm",
    "ConsentForm",
    "EndForm",
    "FindingForm",
    "GuardianForm",
    "WithdrawAllForm",
    "WithdrawForm",
]
