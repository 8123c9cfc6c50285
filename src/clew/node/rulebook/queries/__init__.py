"""Which rules are in force, who has signed for them, what the settings come to; simulations."""

from clew.node.rulebook.adopted import active_rules, adoption_digest, broken_sentence, parsed, sign_off_digest
from clew.node.rulebook.book import RuleBook, rule_book
from clew.node.rulebook.comparing import Difference, condition_translated, difference, sentence_of
from clew.node.rulebook.deciding import deciding_rules
from clew.node.rulebook.models import Simulation
from clew.node.rulebook.queries.rule_sets import (
    SignOffView,
    active_or_none,
    rule_set,
    rule_sets,
    rule_sets_waiting,
    rules_of_adoption,
    shipped_differs,
    shipped_proposed,
    sign_offs,
    sign_offs_of,
    unsigned_rules,
)
from clew.node.rulebook.queries.settings import (
    AdequacyDecision,
    NodeSettings,
    setting_history,
    setting_row,
    setting_views,
    settings_for,
    settings_waiting,
    sign_off_required,
)
from clew.node.rulebook.queries.simulations import (
    simulation,
    simulation_at_work,
    simulations,
    simulations_waiting,
)
from clew.node.rulebook.queries.top_floor import desk_items
from clew.node.rulebook.reading import completed, files_of_upload, read_rule_set
from clew.node.rulebook.schema import SettingKind, Unreadable, kind_of
from clew.node.rulebook.value_fields import value_fields, value_of
from clew.node.rulebook.wording import value_words

__all__ = [
    "AdequacyDecision",
    "Difference",
    "NodeSettings",
    "RuleBook",
    "SettingKind",
    "SignOffView",
    "Simulation",
    "Unreadable",
    "active_or_none",
    "active_rules",
    "adoption_digest",
    "broken_sentence",
    "completed",
    "condition_translated",
    "deciding_rules",
    "desk_items",
    "difference",
    "files_of_upload",
    "kind_of",
    "parsed",
    "read_rule_set",
    "rule_book",
    "rule_set",
    "rule_sets",
    "rule_sets_waiting",
    "rules_of_adoption",
    "sentence_of",
    "setting_history",
    "setting_row",
    "setting_views",
    "settings_for",
    "settings_waiting",
    "shipped_differs",
    "shipped_proposed",
    "sign_off_digest",
    "sign_off_required",
    "sign_offs",
    "sign_offs_of",
    "simulation",
    "simulation_at_work",
    "simulations",
    "simulations_waiting",
    "unsigned_rules",
    "value_fields",
    "value_of",
    "value_words",
]
