"""The catalogue of pages: each name of the URL configuration is visited here, or left out for a reason.

A page that is new and not here is a red test, and so is an entry whose page is gone.
"""

from __future__ import annotations

from tests.browser.further import AUDITOR, GUARDIAN, HALF_WAY, NEWCOMER
from tests.browser.helping import HELPER, SIGNER
from tests.browser.kinship import GENETICIST, PROTECTOR
from tests.browser.visits import Visit

CASE = "select min(id) from cases_case"
CASE_AND_COLLEAGUE = "select c.id, o.id from cases_case c, accounts_officer o where o.username = 'bernd' order by c.id"
OPEN_TASK = "select min(id) from cases_task where done is null and case_id is not null"
OTHER_PERSON = "select max(id) from dossier_entity where schema = 'Person'"
PERSON = "select min(id) from dossier_entity where schema = 'Person'"
AGENCY = (
    "select s.entity_id from dossier_statement s join dossier_source q on q.id = s.source_id "
    "join dossier_entity e on e.id = s.entity_id "
    "where e.schema = 'RecruitmentAgency' and q.kind = 'letter' order by s.entity_id"
)
FACT = (
    "select min(s.id) from dossier_statement s join dossier_entity e on e.id = s.entity_id where e.schema = 'Premises'"
)
MARK = "select min(id) from disclosure_mark"
SOURCE = "select min(id) from dossier_source"
LEFT_SOURCE = (
    "select min(s.source_id) from dossier_statement s join disclosure_statementoutcome o on o.statement_id = s.id "
    "join disclosure_decision d on d.id = o.decision_id where o.verdict = 'permit' and d.state = 'dispatched'"
)
KEPT_SOURCE = (
    "select min(id) from dossier_source where id not in (select s.source_id from dossier_statement s "
    "join disclosure_statementoutcome o on o.statement_id = s.id "
    "join disclosure_decision d on d.id = o.decision_id where o.verdict = 'permit' and d.state = 'dispatched')"
)
PARTNER = "select uid from partners_party where not is_own order by id"
OTHER_PARTNER = "select uid from partners_party where not is_own order by id desc"
CARD = (
    "select c.id from partners_nodecard c join partners_party p on p.id = c.party_id where not p.is_own order by c.id"
)
CONTACT_TEST = "select min(id) from partners_contacttest where ended is null"
INSTRUMENT = "select code from partners_instrument order by id desc"
INTRODUCTION = "select min(id) from partners_introduction"
JOINT = "select min(id) from partners_jointagreement"
JOINT_MEMBER = (
    "select a.id, p.uid from partners_jointagreement a, partners_party p "
    "where not p.is_own and p.kind = 'police' order by a.id"
)
JOINT_CHANGE = "select min(id) from partners_jointchange where decision = ''"
RENEWED = (
    "select p.uid from partners_party p join partners_nodecard c on c.party_id = p.id "
    "where not p.is_own and c.confirmed is null and p.status = 'active'"
)
WAITING_LETTER = "select uid from exchange_letter where state = 'quarantined' and kind <> 'referral'"
REQUEST_IN = "select uid from exchange_letter where direction = 'in' and kind = 'request' order by id"
REPLY_IN = "select uid from exchange_letter where direction = 'in' and kind = 'reply' order by id"
OPEN_THREADS = "select id from exchange_thread where answered is null"
OPEN_IN = f"{REQUEST_IN[:-12]} and state = 'accepted' and thread_id in ({OPEN_THREADS})"
REQUEST_OUT = "select uid from exchange_letter where direction = 'out' and kind = 'request' order by id"
OPEN_OUT = f"{REQUEST_OUT[:-12]} and thread_id in ({OPEN_THREADS})"
THREAD = "select t.uid from exchange_thread t join exchange_letter l on l.thread_id = t.id where l.kind = 'request'"
SENT = "select min(id) from disclosure_decision where state = 'dispatched'"
UNDECIDED = "select max(id) from disclosure_decision where state = 'decided'"
UNDECIDED_RELEASE = "select release_id from disclosure_decision where state = 'decided' order by id desc"
DRAFT = (
    "select min(id) from disclosure_release "
    "where state = 'draft' and id not in (select release_id from disclosure_decision)"
)
CLOSED_CASE = "select min(id) from cases_case where status = 'closed'"
UPLOADED = "select min(id) from transfer_importbatch where state = 'uploaded'"
COLUMNS = "select min(id), 'agencies' from transfer_importbatch where state = 'uploaded'"
READ_BEFORE = "select min(id), 'agencies' from transfer_importbatch where state = 'done'"
CHECKED = "select min(id) from transfer_importbatch where state = 'checked'"
MAPPING = "select min(name) from transfer_mapping"
EXPORT = "select min(id) from transfer_export"
UNCONFIRMED = "select uid from partners_party where status = 'unconfirmed'"
CONSENT = "select min(id) from consent_consent"
CHILDS_GUARDIAN = "select min(id) from consent_guardian"
IMPORT = "select min(id) from transfer_importbatch"
PASSKEY = "select min(id) from mfa_authenticator where type = 'webauthn'"
INTEGRATION = "select min(id) from api_integration"
OFFICER = "select id from accounts_officer where username = 'anna'"
CORRESPONDENT = "select party from exchange_letter order by id"
OPEN_REMEDY = "select min(id) from oversight_remedyrequest where answered is null"
ANSWERED_REMEDY = "select min(id) from oversight_remedyrequest where answered is not null"
FINDING = "select remedy_id, decision from oversight_remedyfinding order by id"
SOURCE_DUE = (
    "select 'source', min(id) from dossier_source where retain_until < date('now') "
    "and id not in (select object from oversight_deletionproof)"
)
PROOF = "select min(id) from oversight_deletionproof"
TEAM = "select min(id) from accounts_compartment"
PROPOSED = "select min(id) from rulebook_rulesetadoption where state = 'proposed'"
FIRST_RULES = "select min(id) from rulebook_rulesetadoption"
SIGN_OFF = "select min(id) from rulebook_rulesignoff"
IN_EFFECT = "select min(id) from rulebook_setting where state = 'taken'"
WAITING_SETTING = "select min(id) from rulebook_setting where state = 'proposed'"
SIMULATION = "select min(id) from rulebook_simulation"
WAITING_PAIR = "select one_id, other_id from matching_finding where settled_id is null order by weight desc, id"
REPLAY = "select max(id) from rulebook_simulation"


def _cases() -> tuple[Visit, ...]:
    return (
        Visit("desk:desk"),
        Visit("desk:desk", "beijing", "zhao", what="approval"),
        Visit("desk:desk", "bridge", "fatou", what="empty"),
        Visit("desk:desk", "vienna", "admin", what="administrator"),
        Visit("search:search"),
        Visit("search:search", query="?q=金路", what="chinese"),
        Visit("search:search", query="?q=zzzzzz", what="nothing"),
        Visit("cases:list", case_data=True),
        Visit("cases:list", query="?q=zzzzzz", what="nothing"),
        Visit("cases:list", "bridge", "emil", what="empty"),
        Visit("cases:new"),
        Visit("cases:tasks", case_data=True),
        Visit("cases:tasks", "beijing", "zhao", what="asked"),
        Visit("cases:case", find=CASE, case_data=True),
        Visit("cases:case", "beijing", "lin", find=CASE, what="answering", case_data=True),
        Visit("cases:case", "shelter", "clara", find=CASE, what="shelter", case_data=True),
        Visit("cases:case", "vienna", "admin", find=CASE, what="refused", status=403),
        Visit("cases:case", find="select 999999", what="missing", status=404),
        Visit("cases:edit", find=CASE),
        Visit("cases:close", find=CASE),
        Visit("cases:reopen", find=CLOSED_CASE),
        Visit("cases:case", find=CLOSED_CASE, what="closed", case_data=True),
        Visit("cases:print", find=CASE, case_data=True),
        Visit("cases:timeline", find=CASE, case_data=True),
        Visit("cases:team", find=CASE),
        Visit("cases:team_remove", find=CASE_AND_COLLEAGUE),
        Visit("cases:task_new", find=CASE),
        Visit("cases:task_assign", "beijing", "lin", find=OPEN_TASK),
        Visit("cases:deadline_new", find=CASE),
        Visit("cases:document_new", find=CASE),
        Visit("cases:link_entity", find=CASE),
        Visit("cases:note", find=CASE),
        Visit("cases:reference_new", find=CASE),
    )


def _facts() -> tuple[Visit, ...]:
    return (
        Visit("dossier:list", case_data=True),
        Visit("dossier:list", query="?text=zzzzzz", what="nothing"),
        Visit("dossier:list", "bridge", "emil", what="empty"),
        Visit("dossier:record"),
        Visit("dossier:entity", find=AGENCY, case_data=True),
        Visit("dossier:entity", find=PERSON, what="person", case_data=True),
        Visit("dossier:entity", "shelter", "clara", find=PERSON, what="sealed", case_data=True),
        Visit("dossier:why", find=FACT, case_data=True),
        Visit("dossier:correct", find=FACT),
        Visit("dossier:retract", find=FACT),
        Visit("dossier:undo", find=SOURCE),
        Visit("dossier:merge", find=AGENCY, case_data=True),
        Visit("dossier:merge", find=AGENCY, query="?other_q=a&find=other", what="searched"),
        Visit("dossier:merge", find=PERSON, also=OTHER_PERSON, query="?other={0}", what="compared", case_data=True),
        Visit("dossier:split", find=AGENCY),
        Visit("dossier:category", find=PERSON),
        Visit("dossier:erase", person=AUDITOR, find=PERSON),
        Visit("consent:person", "shelter", "clara", find=PERSON, case_data=True),
        Visit("consent:new", "shelter", "clara", find=PERSON),
        Visit("consent:print", "shelter", "clara", find=PERSON, case_data=True),
        Visit("consent:withdraw", "shelter", "clara", find=CONSENT),
        Visit("consent:withdraw_many", "shelter", "clara", find=PERSON, case_data=True),
        Visit("consent:shared", "shelter", "clara", find=PERSON, case_data=True),
        Visit("consent:choose", "shelter", "clara", find=PERSON),
        Visit("consent:ask", "shelter", "clara", find=PERSON, also=PARTNER, query="?purpose=court&recipient={0}"),
        Visit("consent:guardian_new", "shelter", "clara", find=PERSON),
        Visit("consent:guardian_finding", "shelter", "clara", find=CHILDS_GUARDIAN),
        Visit("consent:guardian_end", "shelter", "clara", find=CHILDS_GUARDIAN),
        Visit("consent:sheet", "shelter", "clara", query="?language=bg"),
        Visit("consent:form", "shelter", "clara", find=PERSON, query="?language=zh-hans"),
        Visit("consent:shared_paper", "shelter", "clara", find=PERSON, query="?language=fr"),
    )


def _partners() -> tuple[Visit, ...]:
    return (
        Visit("partners:list"),
        Visit("partners:add"),
        Visit("partners:own_card"),
        Visit("partners:introductions"),
        Visit("partners:introductions", "shelter", "clara", what="empty"),
        Visit("partners:introduce", "bridge", "emil"),
        Visit("partners:introduction", find=INTRODUCTION),
        Visit("partners:introduction_accept", find=INTRODUCTION),
        Visit("partners:introduction_decline", find=INTRODUCTION),
        Visit("partners:instruments"),
        Visit("partners:instrument", find=INSTRUMENT),
        Visit("partners:instrument_new", "vienna", "bernd"),
        Visit("partners:instrument_end", "vienna", "bernd", find=INSTRUMENT),
        Visit("partners:party", find=PARTNER),
        Visit("partners:party", "shelter", "clara", find=UNCONFIRMED, what="unconfirmed"),
        Visit("partners:confirm", "shelter", "clara", find=UNCONFIRMED),
        Visit("partners:suspend", find=PARTNER),
        Visit("partners:reinstate", find=PARTNER),
        Visit("partners:post_new", find=PARTNER),
        Visit("partners:contacts", find=PARTNER),
        Visit("partners:contact_test", find=PARTNER),
        Visit("partners:contact_test_end", find=CONTACT_TEST),
        Visit("partners:card_revoke", find=CARD),
        Visit("partners:own_card_renew", "vienna", "admin"),
        Visit("partners:party", "beijing", "lin", find=RENEWED, what="renewed"),
        Visit("partners:renewal", "beijing", "lin", find=RENEWED),
        Visit("partners:competence", find=PARTNER),
        Visit("partners:competence_withdraw", find=PARTNER),
        Visit("partners:joint_list"),
        Visit("partners:joint_list", "beijing", "zhao", what="empty"),
        Visit("partners:joint_new", "vienna", "bernd"),
        Visit("partners:joint", "vienna", "bernd", find=JOINT),
        Visit("partners:joint_amend", "vienna", "bernd", find=JOINT),
        Visit("partners:joint_suspend", "vienna", "bernd", find=JOINT),
        Visit("partners:joint_resume", "vienna", "bernd", find=JOINT),
        Visit("partners:joint_member_new", "vienna", "bernd", find=JOINT),
        Visit("partners:joint_basis", "vienna", "bernd", find=JOINT_MEMBER),
        Visit("partners:joint_member_remove", "vienna", "bernd", find=JOINT_MEMBER),
        Visit("partners:joint_confirm", "vienna", "bernd", find=JOINT_CHANGE),
        Visit("partners:joint_decline", "vienna", "bernd", find=JOINT_CHANGE),
    )


def _releases() -> tuple[Visit, ...]:
    return (
        Visit("disclosure:list", case_data=True),
        Visit("disclosure:list", query="?state=withdrawn", what="nothing"),
        Visit("disclosure:new", also=CASE, query="?case={0}"),
        Visit("disclosure:approvals", "beijing", "zhao"),
        Visit("disclosure:approvals", "vienna", "bernd", what="empty"),
        Visit("disclosure:rules"),
        Visit("disclosure:rule", find="select 'R16'"),
        Visit("disclosure:assurances"),
        Visit("disclosure:assurance_new", "vienna", "bernd"),
        Visit("disclosure:safeguards", "shelter", "clara", find=PERSON, case_data=True),
        Visit("disclosure:safeguards", "shelter", "clara", find=PERSON, query="?kind=child", what="asked"),
        Visit("disclosure:risk", "shelter", "clara", find=PERSON, case_data=True),
        Visit("disclosure:authorisation_new", "vienna", "bernd", find=SOURCE),
        Visit("disclosure:marks", find=SOURCE, case_data=True),
        Visit("disclosure:mark_lift", "vienna", "bernd", find=MARK, case_data=True),
        Visit("disclosure:release", "beijing", "lin", find=DRAFT, case_data=True),
        Visit("disclosure:change", "beijing", "lin", find=UNDECIDED_RELEASE),
        Visit("disclosure:withdraw", "beijing", "lin", find=UNDECIDED_RELEASE),
        Visit("disclosure:decision", find=SENT, case_data=True),
        Visit("disclosure:decision", "shelter", "clara", find=SENT, what="shelter", case_data=True),
        Visit("disclosure:decision", "beijing", "zhao", find=UNDECIDED, what="asked", case_data=True),
        Visit("disclosure:approve", "beijing", "zhao", find=UNDECIDED, case_data=True),
        Visit("disclosure:sign", "beijing", "lin", find=UNDECIDED, case_data=True),
        Visit("disclosure:signed", find=SENT),
        Visit("disclosure:explain", find=SENT, case_data=True),
        Visit("disclosure:sealed_record", "beijing", "qian", find=UNDECIDED),
    )


def _letters() -> tuple[Visit, ...]:
    return (
        Visit("exchange:list"),
        Visit("exchange:thread", find=THREAD, case_data=True),
        Visit("exchange:quarantine"),
        Visit("exchange:quarantine", "shelter", "clara", what="empty"),
        Visit("exchange:outbox"),
        Visit("exchange:rejected"),
        Visit("exchange:transit"),
        Visit("exchange:announce"),
        Visit("exchange:copies", find=LEFT_SOURCE, case_data=True),
        Visit("exchange:copies", find=KEPT_SOURCE, what="empty", case_data=True),
        Visit("exchange:letter", find=WAITING_LETTER, case_data=True),
        Visit("exchange:letter", find=REQUEST_OUT, what="request", case_data=True),
        Visit("exchange:letter", find=REPLY_IN, what="reply", case_data=True),
        Visit("exchange:letter", "beijing", "lin", find=REQUEST_IN, what="to-answer", case_data=True),
        Visit("exchange:take", find=WAITING_LETTER),
        Visit("exchange:refuse", find=WAITING_LETTER),
        Visit("exchange:ask", "beijing", "lin", find=OPEN_IN, case_data=True),
        Visit("exchange:result", find=REQUEST_OUT, case_data=True),
        Visit("exchange:withdraw", find=OPEN_OUT, case_data=True),
        Visit("exchange:recall_letter", find=REQUEST_OUT, case_data=True),
        Visit("exchange:recall_source", find=LEFT_SOURCE, case_data=True),
        Visit("exchange:prepare", find=CASE, what="empty", case_data=True),
        Visit("exchange:ask_privately", find=CASE, case_data=True),
    )


def _rule_book() -> tuple[Visit, ...]:
    return (
        Visit("rulebook:sets"),
        Visit("rulebook:shipped", person="bernd"),
        Visit("rulebook:upload", person="bernd"),
        Visit("rulebook:set", find=FIRST_RULES),
        Visit("rulebook:set", person="bernd", find=PROPOSED, what="proposed"),
        Visit("rulebook:adopt", person=AUDITOR, find=PROPOSED),
        Visit("rulebook:reject", person=AUDITOR, find=PROPOSED),
        Visit("rulebook:sign_offs"),
        Visit("rulebook:sign_off", person="bernd", find="select 'R18'"),
        Visit("rulebook:sign_off", find="select 'R01'", what="read"),
        Visit("rulebook:sign_off_withdraw", person="bernd", find=SIGN_OFF),
        Visit("rulebook:settings"),
        Visit("rulebook:setting", person="bernd", find="select 'risk_days'"),
        Visit("rulebook:setting", person="bernd", find="select 'approvers'", what="roles"),
        Visit("rulebook:setting", find="select 'adequacy'", what="empty"),
        Visit("rulebook:setting_entry", person="bernd", find=WAITING_SETTING),
        Visit("rulebook:setting_end", person="bernd", find=IN_EFFECT),
        Visit("disclosure:simulations", person="bernd"),
        Visit("disclosure:simulations", person=AUDITOR, what="empty"),
        Visit("disclosure:simulation_new", person="bernd", query="?kind=edited&rule=R18"),
        Visit("disclosure:simulation_new", person="bernd", query="?kind=setting&key=risk_days", what="setting"),
        Visit("disclosure:simulation", person="bernd", find=SIMULATION, case_data=True),
        Visit("disclosure:simulation", person="bernd", find=REPLAY, what="replay", case_data=True),
        Visit("disclosure:simulation_propose", person="bernd", find=SIMULATION),
        Visit("disclosure:replay", person="bernd"),
    )


def _transfer() -> tuple[Visit, ...]:
    return (
        Visit("transfer:imports"),
        Visit("transfer:imports", "shelter", "clara", what="empty"),
        Visit("transfer:upload"),
        Visit("transfer:import", find=IMPORT, case_data=True),
        Visit("transfer:import", find=CHECKED, what="checked", case_data=True),
        Visit("transfer:mapping", find=UPLOADED),
        Visit("transfer:columns", find=COLUMNS, case_data=True),
        Visit("transfer:columns", find=READ_BEFORE, what="unreadable"),
        Visit("transfer:undo", find=IMPORT),
        Visit("transfer:mappings"),
        Visit("transfer:mapping_new"),
        Visit("transfer:mapping_rename", find=MAPPING),
        Visit("transfer:mapping_delete", find=MAPPING),
        Visit("transfer:counts"),
        Visit("transfer:exports"),
        Visit("transfer:export_documents", query="?case={0}", also="select min(id) from cases_case", case_data=True),
        Visit("transfer:export_new"),
        Visit("transfer:export", find=EXPORT),
    )


def _oversight() -> tuple[Visit, ...]:
    return (
        Visit("oversight:patterns", person="bernd", case_data=True),
        Visit("oversight:patterns", what="refused", status=403),
        Visit("oversight:party", person="bernd", find=CORRESPONDENT, case_data=True),
        Visit("oversight:note", person="bernd", find=CORRESPONDENT, case_data=True),
        Visit("oversight:remedies", person=AUDITOR, case_data=True),
        Visit("oversight:remedies", "shelter", "clara", what="empty", case_data=True),
        Visit("oversight:look_up", person=AUDITOR, case_data=True),
        Visit("oversight:remedy_new", person=AUDITOR, case_data=True),
        Visit("oversight:remedy", person=AUDITOR, find=OPEN_REMEDY, case_data=True),
        Visit("oversight:remedy", person=AUDITOR, find=ANSWERED_REMEDY, what="answered", case_data=True),
        Visit("oversight:extend", person=AUDITOR, find=OPEN_REMEDY),
        Visit("oversight:remedy", "shelter", GUARDIAN, find=OPEN_REMEDY, what="checked", case_data=True),
        Visit("oversight:judge", "shelter", GUARDIAN, find=FINDING, case_data=True),
        Visit("oversight:answer", person=AUDITOR, find=OPEN_REMEDY, case_data=True),
        Visit("oversight:answer_print", person=AUDITOR, find=ANSWERED_REMEDY),
        Visit("oversight:person", person=AUDITOR, find=PERSON, case_data=True),
        Visit("oversight:person", "shelter", "clara", find=PERSON, what="team", case_data=True),
        Visit("oversight:register", person=AUDITOR, case_data=True),
        Visit("oversight:register", person=AUDITOR, query="?purpose=return", what="nothing"),
        Visit("oversight:clocks", person=AUDITOR, case_data=True),
        Visit("oversight:clocks", person=AUDITOR, query="?since_day=1&since_month=1&since_year=2035", what="nothing"),
        Visit("oversight:register_file", person=AUDITOR, case_data=True),
        Visit("oversight:log", person=AUDITOR, case_data=True),
        Visit("oversight:retention", person=AUDITOR, case_data=True),
        Visit("oversight:retention", person=AUDITOR, query="?kind=document", what="nothing"),
        Visit("oversight:prolong", person=AUDITOR, find=SOURCE_DUE),
        Visit("oversight:delete", person=AUDITOR, find=SOURCE_DUE),
        Visit("oversight:proofs", person=AUDITOR),
        Visit("oversight:proof", person=AUDITOR, find=PROOF),
    )


def _helping() -> tuple[Visit, ...]:
    path, service = "select min(id) from referral_path", "select min(id) from referral_service"
    steps = (
        ("contact", ""), ("screening", ""), ("screening", "?set=ilo_labour"), ("identification", ""),
        ("reflection", ""), ("consent", ""), ("referral", "?kinds=shelter&kinds=work&country=AT"), ("assistance", ""),
        ("justice", ""), ("residence", ""), ("closing", ""),
    )  # fmt: skip
    return (
        Visit("referral:list", person=HELPER, case_data=True),
        Visit("referral:path", person=HELPER, find=path, case_data=True),
        Visit("referral:follow_up", person=HELPER, find=path, case_data=True),
        Visit("referral:own", person=HELPER, find=path, query="?language=bg"),
        *(
            Visit("referral:step", person=HELPER, find=path.replace("min(id)", f"min(id), '{step}'"), query=query,
                  what=f"{step}-asked" if query.startswith("?set") else step, case_data=True)
            for step, query in steps
        ),
        Visit("referral:refer", person=HELPER, case_data=True,
              find="select p.id, s.id from referral_path p, referral_service s where s.team_id is not null"),
        Visit("referral:referral", person=HELPER, find="select min(id) from referral_referral", case_data=True),
        Visit("referral:arrival", person=HELPER, find="select min(id) from referral_referral", case_data=True),
        Visit("referral:refer", person=HELPER, what="letter", case_data=True,
              find="select p.id, s.id from referral_path p, referral_service s where s.team_id is null"),
        Visit("referral:referral", person=HELPER, what="prepared", case_data=True,
              find="select min(id) from referral_referral where state = 'prepared'"),
        Visit("referral:incoming_take", person=HELPER, case_data=True,
              find="select uid from exchange_letter where kind = 'referral' and state = 'quarantined'"),
        Visit("referral:incoming", person=HELPER, case_data=True,
              find="select id from referral_incomingreferral where state = 'taken'"),
        Visit("referral:incoming_arrival", person=HELPER, case_data=True,
              find="select id from referral_incomingreferral where state = 'accepted'"),
        Visit("referral:incoming", person=HELPER, what="ended", case_data=True,
              find="select id from referral_incomingreferral where state = 'ended'"),
        Visit("referral:services", person=HELPER),
        Visit("referral:service", person=HELPER, find=service),
        Visit("referral:service_new", person=HELPER),
        Visit("referral:indicators", person=SIGNER),
        Visit("referral:indicator_set", person=SIGNER, find="select 'ilo_labour'"),
        Visit("referral:list", person=GENETICIST, what="refused", status=403),
    )  # fmt: skip


def _kinship() -> tuple[Visit, ...]:
    family, child = "select min(id) from kinship_family", "select min(id) from kinship_foundchild"
    weighed = "select max(id) from kinship_search where state = 'weighed' and wide_id is null"
    done = "select id from kinship_search where state = 'done' and wide_id is null"
    widely = "select id from kinship_widesearch where state = '{}'"
    confirmed = "select id from kinship_hit where state = 'confirmed'"
    lead = "select id from kinship_hit where state = 'lead'"
    return (
        Visit("kinship:list", person=GENETICIST, case_data=True),
        Visit("kinship:list", person="bernd", what="refused", status=403),
        Visit("kinship:family_new", person=GENETICIST, case_data=True),
        Visit("kinship:family", person=GENETICIST, find=family, case_data=True),
        Visit("kinship:family_profile", person=GENETICIST, find=family, case_data=True),
        Visit("kinship:child_new", person=GENETICIST, case_data=True),
        Visit("kinship:child", person=GENETICIST, find=child, case_data=True),
        Visit("kinship:child_profile", person=GENETICIST, find=child.replace("min", "max"), case_data=True),
        Visit("kinship:import", person=GENETICIST, case_data=True),
        Visit("kinship:search", person=GENETICIST, find=weighed, case_data=True),
        Visit("kinship:search", person=GENETICIST, find=done, what="done", case_data=True),
        Visit("kinship:wide", person=GENETICIST, find=widely.format("weighed"), case_data=True),
        Visit("kinship:wide", person=GENETICIST, find=widely.format("done"), what="done", case_data=True),
        Visit("kinship:store_open", person=GENETICIST, find="select max(compartment_id) from kinship_session"),
        Visit("kinship:telling", person=GENETICIST, find="select max(id) from kinship_telling", case_data=True),
        Visit("kinship:hit", person=GENETICIST, find=confirmed, case_data=True),
        Visit("kinship:hit", person=GENETICIST, find=lead, what="lead", case_data=True),
        Visit("kinship:hit", person=PROTECTOR, find=confirmed, what="team", case_data=True),
        Visit("kinship:step", person=GENETICIST, find=lead.replace("id", "id, 'laboratory'", 1), case_data=True),
        Visit("kinship:step", person=PROTECTOR, find=confirmed.replace("id", "id, 'decision'", 1), what="decision",
              case_data=True),
        Visit("kinship:step", person=PROTECTOR, find=confirmed.replace("id", "id, 'reunion'", 1), what="reunion",
              case_data=True),
        Visit("kinship:register", person=GENETICIST, case_data=True),
        Visit("kinship:destroy", person=GENETICIST, find="select min(id) from kinship_profile", case_data=True),
        Visit("kinship:laboratories", person="bernd"),
        Visit("kinship:laboratory_new", person="bernd"),
    )  # fmt: skip


def _who_is_who() -> tuple[Visit, ...]:
    return (
        Visit("matching:list", case_data=True),
        Visit("matching:list", query="?unsure=1", what="unsure", case_data=True),
        Visit("matching:list", "shelter", "clara", what="shelter", case_data=True),
        Visit("matching:list", person=AUDITOR, what="refused", status=403),
        Visit("matching:pair", find=WAITING_PAIR, case_data=True),
        Visit("matching:judgement", find="select min(id) from matching_verdict", case_data=True),
        Visit("matching:notice", find="select min(id) from matching_notice", case_data=True),
    )


def _account() -> tuple[Visit, ...]:
    return (
        Visit("account_login", person=""),
        Visit("weather", person=""),
        Visit("accounts:link", person="", find="select 'no-such-token'"),
        Visit("accounts:profile"),
        Visit("accounts:officers", person="admin"),
        Visit("accounts:officer_new", person="admin"),
        Visit("accounts:officer", person="admin", find=OFFICER),
        Visit("accounts:officer_roles", person="admin", find=OFFICER),
        Visit("api:list", person="admin"),
        Visit("api:new", person="admin"),
        Visit("api:integration", person=AUDITOR, find=INTEGRATION),
        Visit("api:token", person=AUDITOR, find=INTEGRATION),
        Visit("api:webhook", person=AUDITOR, find=INTEGRATION),
        Visit("accounts:compartments", person="admin"),
        Visit("accounts:compartment_new", person="admin"),
        Visit("accounts:compartment", person="admin", find=TEAM),
        Visit("mfa_index"),
        Visit("account_change_password"),
        Visit("account_logout"),
        Visit("account_inactive", person=""),
        Visit("account_set_password", person=NEWCOMER),
        Visit("mfa_activate_totp", person=NEWCOMER),
        Visit("mfa_authenticate", person=HALF_WAY),
        Visit("account_reauthenticate", person=AUDITOR),
        Visit("mfa_reauthenticate", person=AUDITOR),
        Visit("mfa_deactivate_totp", person=AUDITOR),
        Visit("mfa_view_recovery_codes", person=AUDITOR),
        Visit("mfa_generate_recovery_codes", person=AUDITOR),
        Visit("mfa_list_webauthn", person=AUDITOR),
        Visit("mfa_add_webauthn", person=AUDITOR),
        Visit("mfa_remove_webauthn", person=AUDITOR, find=PASSKEY),
        Visit("mfa_reauthenticate_webauthn", person=AUDITOR),
        Visit("audit:state", person=AUDITOR),
        Visit("exchange:contradiction", person=AUDITOR, find="select id from exchange_logcontradiction"),
        Visit("audit:log", person=AUDITOR),
        Visit("audit:entry", person=AUDITOR, find="select 3"),
    )


VISITS = (
    *_cases(), *_facts(), *_partners(), *_releases(), *_rule_book(), *_letters(), *_transfer(), *_oversight(),
    *_kinship(), *_who_is_who(), *_helping(), *_account(),
)  # fmt: skip

POSTED = "takes a form and leads to another page"
UNTOLD = "no letter of the story stands so; tests/node/exchange visit it in test_clarifying and test_control_letters"
UNASKED = "nobody asks for another use in the story; the pages are in node/exchange/test_consent_letters"
UNCOMPARED = "nobody asks privately in the story; the pages are in node/exchange/test_private_letters"
UNOFFERED = "nothing is offered under conditions in the story; the pages are in node/exchange/test_offers"
FILE = "a file to keep, not a page"
NO_FILES = "no document lies in a case of the story; tests/node/exchange/test_evidence_pages visits it"
LEFT_OUT = {
    "cases:task_finish": POSTED,
    "cases:task_reopen": POSTED,
    "cases:deadline_meet": POSTED,
    "cases:unlink_entity": POSTED,
    "cases:document": FILE,
    "cases:custody": "no document lies in a case of the story; tests/node/cases/test_custody visits it",
    "partners:own_card_file": FILE,
    "partners:own_card_next_file": FILE,
    "dossier:pick": "a part of a page, for the script of a form's field",
    "disclosure:decide": POSTED,
    "disclosure:ask": POSTED,
    "disclosure:simulation_cancel": POSTED,
    "disclosure:ask_lead": POSTED,
    "disclosure:coarser": POSTED,
    "disclosure:recognition": POSTED,
    "exchange:retry": POSTED,
    "exchange:discard": POSTED,
    "exchange:answer": POSTED,
    "exchange:ask_status": POSTED,
    "exchange:delay": UNTOLD,
    "exchange:explain": UNTOLD,
    "exchange:tell_status": UNTOLD,
    "exchange:give": POSTED,
    "exchange:ask_consent": UNASKED,
    "exchange:grant": UNASKED,
    "exchange:deny": UNASKED,
    "exchange:answer_privately": UNCOMPARED,
    "exchange:accept_conditions": UNOFFERED,
    "exchange:decline_conditions": UNOFFERED,
    "disclosure:offer": UNOFFERED,
    "exchange:restored": "no node of the story was brought back from a backup; node/exchange/test_restored",
    "exchange:evidence": NO_FILES,
    "exchange:announce_files": NO_FILES,
    "exchange:give_up": NO_FILES,
    "exchange:say_whom": NO_FILES,
    "exchange:take_files": POSTED,
    "exchange:correct": "nothing that was sent is corrected in the story; node/exchange/test_corrections",
    "exchange:answer_recall": "nobody takes a letter back in the story; the page is in node/exchange/test_recalls",
    "transfer:start": POSTED,
    "transfer:cancel": POSTED,
    "transfer:problems": FILE,
    "transfer:export_file": FILE,
    "api:v1": "answers other systems in JSON; tests/node/api",
    "api:revoke": POSTED,
    "api:webhook_test": POSTED,
    "api:webhook_end": POSTED,
    "accounts:officer_link": "takes a form; the page that answers it is in test_after_an_act",
    "accounts:officer_deactivate": POSTED,
    "accounts:officer_reactivate": POSTED,
    "accounts:member_remove": POSTED,
    "kinship:family_close": POSTED,
    "kinship:child_close": POSTED,
    "kinship:prepare": POSTED,
    "kinship:prepare_child": POSTED,
    "kinship:prepare_unit": POSTED,
    "kinship:wide_cancel": POSTED,
    "kinship:store_close": POSTED,
    "kinship:cancel": POSTED,
    "kinship:laboratory_end": POSTED,
    "referral:open": POSTED,
    "referral:reopen": POSTED,
    "referral:answer": POSTED,
    "referral:told": POSTED,
    "referral:stop": POSTED,
    "referral:address": POSTED,
    "referral:service_end": POSTED,
    "referral:sign_off_end": POSTED,
    "mfa_download_recovery_codes": FILE,
    "mfa_login_webauthn": "answers the script of the sign-in page in JSON",
    "leave": POSTED,
    "keep_session": POSTED,
    "set_language": POSTED,
    "desk:language": POSTED,
}
