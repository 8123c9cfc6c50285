"""The steps of the story, in order, in plain words."""

from __future__ import annotations

from clew.demo.story import Step, step

SITUATION = "Situation of a person we assist (fictional)"
REQUEST = "Recruitment agency Goldener Weg (fictional)"
REPLY = "Answer on the agency Goldener Weg (fictional)"
SECOND = "Second question on the agency (fictional)"
SECOND_REPLY = "Second answer on the agency (fictional)"
UPDATE = "The person we assist is safe (fictional)"
INTRODUCTION = "Vienna and Beijing are introduced to each other (fictional)"
VIENNA_CASE = "Recruitment agency and massage parlours (fictional)"
BEIJING_CASE = "Request from Vienna on an agency (fictional)"


def steps() -> tuple[Step, ...]:
    """Everything that happens, from the first officer to the verified logs."""
    return (
        *_setting(), *_introduction(), *_referral(), *_request(), *_answer(), *_found_child(), *_left_to_do(),
        *_its_family(), *_proof(),
    )  # fmt: skip


def _setting() -> tuple[Step, ...]:
    nodes = ("vienna", "beijing", "shelter", "bridge")
    partners = (("shelter", "clara", "vienna"), ("vienna", "anna", "shelter"), ("vienna", "anna", "bridge"),
                ("beijing", "lin", "bridge"), ("bridge", "emil", "vienna"), ("bridge", "emil", "beijing"))  # fmt: skip
    facilitation = "the mandate to introduce authorities (fictional) goes into the register"
    return (
        *(step(node, "setting.people", "officers get their roles and second factors", node=node) for node in nodes),
        *(
            step(node, "setting.add_partner", f"compares the fingerprint of {other}'s card by phone",
                 node=node, by=by, card=f"card of {other}")
            for node, by, other in partners
        ),
        step("bridge", "setting.register", facilitation, node="bridge", by="emil", key="facilitation",
             vienna_card="card of vienna", beijing_card="card of beijing"),
        step("shelter", "setting.register", "the domestic referral protocol (fictional) goes into the register",
             node="shelter", by="doris", key="domestic-referral", vienna_card="card of vienna"),
        step("vienna", "setting.register", "the domestic referral protocol (fictional) goes into the register",
             node="vienna", by="bernd", key="domestic-referral", shelter_card="card of shelter"),
    )  # fmt: skip


def _introduction() -> tuple[Step, ...]:
    return (
        step("bridge", "releasing.introduce", "the facilitator introduces Vienna and Beijing to each other",
             node="bridge", by="emil", first="card of vienna", second="card of beijing"),
        step("vienna", "receiving.take", "takes the facilitator's letter", waits=True,
             node="vienna", by="anna", subject=INTRODUCTION),
        step("beijing", "receiving.take", "takes the facilitator's letter", waits=True,
             node="beijing", by="lin", subject=INTRODUCTION),
        step("vienna", "receiving.accept", "decides to accept the introduction", waits=True, node="vienna", by="anna"),
        step("beijing", "receiving.accept", "decides to accept the introduction", waits=True, node="beijing", by="lin"),
        step("vienna", "setting.register", "the police arrangement Vienna-Beijing (fictional) goes into the register",
             node="vienna", by="bernd", key="police-arrangement", beijing_card="card of beijing"),
        step("beijing", "setting.register", "the police arrangement Vienna-Beijing (fictional) goes into the register",
             node="beijing", by="zhao", key="police-arrangement", vienna_card="card of vienna"),
        step("vienna", "setting.assurance", "Beijing's written assurance and pledge (fictional) are recorded",
             node="vienna", by="bernd", partner="card of beijing"),
    )  # fmt: skip


def _referral() -> tuple[Step, ...]:
    return (
        step("shelter", "recording.open_own_case", "opens a file on the person assisted",
             node="shelter", by="clara", colleague="doris"),
        step("shelter", "recording.interview", "records the first conversation; what names her is sealed",
             node="shelter", by="clara"),
        step("shelter", "recording.adult_and_consent", "records what she agrees to pass on",
             node="shelter", by="clara", recipient="card of vienna"),
        step("shelter", "releasing.draft_notify", "asks the rules what of it may go to the police",
             node="shelter", by="clara", to="card of vienna", key="notify"),
        step("shelter", "releasing.sign", "signs: her situation leaves, her identity does not",
             node="shelter", by="clara", subject=SITUATION),
        step("vienna", "recording.open_own_case", "opens a case", node="vienna", by="anna", colleague="bernd"),
        step("vienna", "receiving.take", "takes the letter from quarantine into the case", waits=True,
             node="vienna", by="anna", subject=SITUATION, case=VIENNA_CASE),
    )  # fmt: skip


def _request() -> tuple[Step, ...]:
    return (
        step("vienna", "importing.import_register", "imports an extract on recruitment agencies", waits=True,
             node="vienna", by="anna"),
        step("vienna", "recording.observation", "records a patrol's note on the woman and the premises",
             node="vienna", by="anna"),
        step("vienna", "releasing.draft_request", "asks about agency, phone and account; the rules withhold the rest",
             node="vienna", by="anna", to="card of beijing", key="request"),
        step("vienna", "releasing.approve", "a second officer approves", node="vienna", by="bernd", subject=REQUEST),
        step("vienna", "releasing.sign", "signs; the letter is sealed and sent",
             node="vienna", by="anna", subject=REQUEST),
        step("beijing", "receiving.take", "takes the request from quarantine; its clock runs", waits=True,
             node="beijing", by="lin", subject=REQUEST, new_case=BEIJING_CASE),
    )  # fmt: skip


def _answer() -> tuple[Step, ...]:
    return (
        step("beijing", "recording.team", "takes a colleague into the team", node="beijing", by="lin",
             case=BEIJING_CASE, colleague="zhao"),
        step("beijing", "recording.team", "takes the legal adviser into the team", node="beijing", by="lin",
             case=BEIJING_CASE, colleague="qian"),
        step("beijing", "recording.register_entry", "records its register's entry on the agency",
             node="beijing", by="lin", case=BEIJING_CASE),
        step("beijing", "releasing.draft_reply", "answers: the agency provided; phone and account no information",
             node="beijing", by="lin", to="card of vienna", key="reply", asked=REQUEST),
        step("beijing", "releasing.approve", "a second officer approves", node="beijing", by="zhao", subject=REPLY),
        step("beijing", "releasing.approve", "the legal adviser reads the items that give no information",
             node="beijing", by="qian", subject=REPLY),
        step("beijing", "releasing.sign", "signs; the answer is sealed and sent",
             node="beijing", by="lin", subject=REPLY),
        step("vienna", "receiving.take", "takes the answer; it becomes statements whose source is that letter",
             waits=True, node="vienna", by="anna", subject=REPLY),
        step("vienna", "receiving.side_by_side", "old and new facts stand side by side", node="vienna", by="anna"),
    )  # fmt: skip


def _found_child() -> tuple[Step, ...]:
    """What the search in `_its_family` needs; letters are written while it is weighed."""
    return (
        step("shelter", "searching.unit", "sets up a kinship unit; a laboratory is registered with its accreditation",
             node="shelter", by="doris", geneticist="greta", police="card of vienna"),
        step("shelter", "searching.consents", "records what parents, and two found children with their guardian, "
             "agreed to", node="shelter", by="clara", protector="doris"),
        step("shelter", "searching.profiles", "records their simulated DNA profiles, by codes and without names",
             node="shelter", by="greta"),
        step("shelter", "searching.weigh", "asks what a search of a found child among all families could find",
             node="shelter", by="greta"),
    )  # fmt: skip


def _its_family() -> tuple[Step, ...]:
    return (
        step("shelter", "searching.search", "searches: the found child has a family that looks for her", waits=True,
             node="shelter", by="greta"),
        step("shelter", "searching.confirm", "an accredited laboratory confirms the lead", node="shelter", by="greta"),
        step("shelter", "searching.protect", "decides for the child, hears her, and proposes to tell her family",
             node="shelter", by="doris"),
    )  # fmt: skip


def _left_to_do() -> tuple[Step, ...]:
    return (
        step("vienna", "releasing.draft_request", "asks a second question", node="vienna", by="anna",
             to="card of beijing", key="second_request"),
        step("vienna", "releasing.approve", "a second officer approves it", node="vienna", by="bernd", subject=SECOND),
        step("vienna", "releasing.sign", "signs it", node="vienna", by="anna", subject=SECOND),
        step("beijing", "receiving.take", "takes it: a clock runs, for you to watch", waits=True,
             node="beijing", by="lin", subject=SECOND, case=BEIJING_CASE),
        step("beijing", "releasing.draft_reply", "drafts the answer: an approval waits, for you to give",
             node="beijing", by="lin", to="card of vienna", key="second_reply", asked=SECOND),
        step("beijing", "releasing.approve", "the legal adviser has read it", node="beijing", by="qian",
             subject=SECOND_REPLY),
        step("shelter", "releasing.draft_notify", "writes once more", node="shelter", by="clara",
             to="card of vienna", key="update"),
        step("shelter", "releasing.sign", "signs: a letter waits in Vienna, for you to take",
             node="shelter", by="clara", subject=UPDATE),
        step("vienna", "receiving.arrived", "the letter is in Vienna's quarantine", waits=True,
             node="vienna", subject=UPDATE),
    )  # fmt: skip


def _proof() -> tuple[Step, ...]:
    nodes = ("vienna", "beijing", "shelter", "bridge")
    return tuple(step(node, "receiving.verify_log", "verifies its audit log", node=node) for node in nodes)
