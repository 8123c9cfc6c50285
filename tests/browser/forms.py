"""The pages with a form that has a field which cannot be left empty, by the label of their visit."""

from __future__ import annotations

from tests.browser.pages import VISITS

LABELS = frozenset(
    {
        "cases-new", "cases-edit", "cases-close", "cases-reopen", "cases-team", "cases-task_new",
        "cases-task_assign", "cases-deadline_new", "cases-document_new", "cases-note", "cases-reference_new",
        "dossier-correct", "dossier-retract", "dossier-undo", "dossier-merge-compared", "dossier-category",
        "dossier-erase", "consent-new", "partners-add", "partners-introduce", "partners-introduction_accept",
        "partners-introduction_decline", "partners-instrument_new", "partners-confirm", "partners-suspend",
        "partners-reinstate", "partners-post_new", "partners-card_revoke", "disclosure-new",
        "disclosure-assurance_new", "disclosure-risk", "disclosure-authorisation_new", "disclosure-change",
        "disclosure-withdraw", "disclosure-approve", "exchange-ask",
        "exchange-refuse", "exchange-result",
        "transfer-upload", "transfer-columns",
        "transfer-undo", "transfer-mapping_new", "transfer-mapping_rename", "transfer-export_new",
        "consent-guardian_end", "consent-guardian_finding", "consent-guardian_new", "disclosure-mark_lift",
        "disclosure-marks", "disclosure-sealed_record", "oversight-answer", "oversight-delete", "oversight-extend",
        "oversight-judge", "oversight-look_up", "oversight-note", "oversight-prolong",
        "oversight-proof", "oversight-remedy_new", "partners-competence",
        "partners-competence_withdraw", "kinship-family_new", "kinship-search", "kinship-wide",
        "partners-joint_amend", "partners-joint_decline", "partners-joint_member_new", "partners-joint_member_remove",
        "partners-joint_new", "partners-joint_resume", "partners-joint_suspend", "partners-own_card_renew",
        "disclosure-replay", "disclosure-simulation_new", "disclosure-simulation_new-setting",
        "disclosure-simulation_propose", "rulebook-reject", "rulebook-setting", "rulebook-setting-roles",
        "rulebook-setting_end", "rulebook-setting_entry", "rulebook-sign_off", "rulebook-sign_off_withdraw",
        "rulebook-upload",
        "kinship-family_profile", "kinship-child_profile", "kinship-child_new", "kinship-laboratory_new",
        "kinship-step-decision", "kinship-import",
        "referral-path", "referral-step-identification", "referral-step-screening-asked", "referral-step-reflection",
        "referral-step-assistance", "referral-step-residence", "referral-step-closing",
        "referral-service_new", "referral-indicator_set", "referral-refer-letter",
        "matching-judgement", "matching-pair", "exchange-ask_privately",
        "account_login", "accounts-officer_new", "accounts-compartment_new", "accounts-compartment",
        "api-new", "api-token", "api-webhook",
        "account_change_password", "account_set_password", "mfa_activate_totp", "mfa_authenticate",
        "account_reauthenticate", "mfa_reauthenticate",
    }
)  # fmt: skip
FORMS = tuple(visit for visit in VISITS if visit.label in LABELS)
