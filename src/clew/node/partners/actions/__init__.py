"""What people do with partners. Each action checks, changes and records in one transaction."""

from clew.node.partners.actions.contact_tests import begin_contact_test, end_contact_test
from clew.node.partners.actions.directory import (
    GROUPS_TO_TYPE,
    add_post,
    approve_renewal,
    confirm_competence,
    confirm_party,
    import_card,
    import_renewal,
    publish_own_card,
    reinstate_party,
    revoke_card,
    set_contacts,
    suspend_party,
    withdraw_competence,
)
from clew.node.partners.actions.instruments import InstrumentDraft, end_instrument, register_instrument
from clew.node.partners.actions.introductions import (
    accept_introduction,
    decline_introduction,
    propose_introduction,
    receive_introduction,
)
from clew.node.partners.actions.joint import (
    add_joint_member,
    amend_joint_agreement,
    register_joint_agreement,
    remove_joint_member,
    resume_joint_agreement,
    set_joint_basis,
    suspend_joint_agreement,
)
from clew.node.partners.actions.joint_deciding import confirm_joint_change, decline_joint_change
from clew.node.partners.actions.own_card import (
    finish_card_order,
    keep_own_keys,
    note_retired_keys,
    note_turn_over,
    order_card_renewal,
    renew_own_card,
)
from clew.node.partners.actions.own_word import readmit_party, take_own_word
from clew.node.partners.joint import JointTerms
from clew.node.partners.joint_checking import JointDraft

__all__ = [
    "GROUPS_TO_TYPE",
    "InstrumentDraft",
    "JointDraft",
    "JointTerms",
    "accept_introduction",
    "add_joint_member",
    "add_post",
    "amend_joint_agreement",
    "approve_renewal",
    "begin_contact_test",
    "confirm_competence",
    "confirm_joint_change",
    "confirm_party",
    "decline_introduction",
    "decline_joint_change",
    "end_contact_test",
    "end_instrument",
    "finish_card_order",
    "import_card",
    "import_renewal",
    "keep_own_keys",
    "note_retired_keys",
    "note_turn_over",
    "order_card_renewal",
    "propose_introduction",
    "publish_own_card",
    "readmit_party",
    "receive_introduction",
    "register_instrument",
    "register_joint_agreement",
    "reinstate_party",
    "remove_joint_member",
    "renew_own_card",
    "resume_joint_agreement",
    "revoke_card",
    "set_contacts",
    "set_joint_basis",
    "suspend_joint_agreement",
    "suspend_party",
    "take_own_word",
    "withdraw_competence",
]
