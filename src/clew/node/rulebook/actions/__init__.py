"""What people do about rules and settings. Each action checks, changes and records in one transaction."""

from clew.node.rulebook.actions.adopting import adopt_rule_set, propose_rule_set, record_first_rules, reject_rule_set
from clew.node.rulebook.actions.setting import (
    confirm_setting,
    end_setting,
    propose_setting,
    reject_setting,
    setting_digest,
)
from clew.node.rulebook.actions.signing_off import sign_off_rule, withdraw_sign_off
from clew.node.rulebook.actions.simulating import cancel_simulation, start_simulation, work_on_simulation

__all__ = [
    "adopt_rule_set",
    "cancel_simulation",
    "confirm_setting",
    "end_setting",
    "propose_rule_set",
    "propose_setting",
    "record_first_rules",
    "reject_rule_set",
    "reject_setting",
    "setting_digest",
    "sign_off_rule",
    "start_simulation",
    "withdraw_sign_off",
    "work_on_simulation",
]
