"""Both ends of a correspondence that know the same events see the same state."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from clew.exchange.clocks import Pause
from clew.exchange.kinds.events import event_of
from clew.exchange.letters import Letter
from clew.exchange.threads import ACTIONS, Event, EventKind, State, fold
from tests.exchange.partner import NOW
from tests.exchange.samples import tell

ASKER, ASKED = "a" * 32, "b" * 32
REQUEST = Event(EventKind.LETTER, NOW, "1" * 32, ASKER, type="request", items=(1, 2), due=NOW + dt.timedelta(days=7))


def fact(kind: EventKind, minutes: int, code: str = "", letter: str = "1" * 32) -> Event:
    return Event(kind, NOW + dt.timedelta(minutes=minutes), letter, ASKED, code=code)


def reply(minutes: int, *answers: tuple[int, str], letter: str = "2" * 32) -> Event:
    return Event(EventKind.LETTER, NOW + dt.timedelta(minutes=minutes), letter, ASKED, type="reply", answers=answers)


events = st.lists(
    st.builds(
        Event,
        kind=st.sampled_from(list(EventKind)),
        at=st.integers(0, 5).map(lambda minutes: NOW + dt.timedelta(minutes=minutes)),
        letter=st.sampled_from(["1" * 32, "2" * 32, "3" * 32]),
        by=st.sampled_from([ASKER, ASKED]),
        type=st.sampled_from(
            [
                "",
                "request",
                "reply",
                "notify",
                "clarify",
                "clarified",
                "recall",
                "recall-ack",
                "withdraw",
                "referral",
                "referral-answer",
                "referral-arrived",
                "referral-ended",
            ]
        ),
        in_reply_to=st.sampled_from(["", "1" * 32, "2" * 32]),
        items=st.sampled_from([(), (1,), (1, 2)]),
        answers=st.sampled_from([(), ((1, "provided"),), ((1, "postponed"), (2, "refused"))]),
        due=st.sampled_from([None, NOW]),
        code=st.sampled_from(["", "expired", "erase", "restrict", "done", "held-by-court-order"]),
        beside=st.sampled_from([(), ((1, "2026-12-01"),)]),
    ),
    max_size=8,
)


@given(events, st.randoms(use_true_random=False))
def test_the_order_in_which_events_arrive_changes_nothing(known: list[Event], rng: object) -> None:
    shuffled = list(known)
    rng.shuffle(shuffled)  # type: ignore[attr-defined]
    assert fold(shuffled) == fold(known)


@given(events)
def test_events_that_arrive_twice_count_once(known: list[Event]) -> None:
    assert fold(known + known) == fold(known)


def test_each_receipt_moves_the_state_one_step() -> None:
    steps = [fact(EventKind.STORED, 1), fact(EventKind.OPENED, 2), fact(EventKind.ACCEPTED, 3)]
    states = [fold([REQUEST, *steps[:number]]).state for number in range(4)]
    assert states == [State.SENT, State.STORED, State.OPENED, State.ACCEPTED]


def test_without_a_receipt_a_stage_is_absent_and_not_denied() -> None:
    (letter,) = fold([REQUEST, fact(EventKind.OPENED, 2)]).letters
    assert set(letter.facts) == {"opened"}


def test_a_request_is_answered_when_every_item_is() -> None:
    partly = [REQUEST, reply(5, (1, "provided"))]
    whole = [*partly, reply(9, (2, "no-information"), letter="3" * 32)]
    assert fold(partly).state is State.PARTLY_ANSWERED
    assert fold(partly).answered is None
    assert fold(whole).state is State.ANSWERED
    assert fold(whole).answered == NOW + dt.timedelta(minutes=9)


def test_a_postponement_that_comes_after_the_answer_changes_nothing() -> None:
    late = fold([REQUEST, reply(5, (1, "provided"), (2, "no-information")), reply(6, (1, "postponed"))])
    assert late.items == {1: "provided", 2: "no-information"}
    assert late.state is State.ANSWERED


def test_until_when_an_item_is_postponed_is_known_until_its_answer_comes() -> None:
    postponed = replace(reply(5, (1, "postponed"), (2, "postponed")), beside=((1, "2026-12-01"), (2, "2026-12-01")))
    assert fold([REQUEST, postponed]).beside == {1: "2026-12-01", 2: "2026-12-01"}
    refused = replace(reply(6, (1, "provided"), (2, "refused")), beside=((2, "security"),))
    state = fold([REQUEST, postponed, refused])
    assert state.beside == {2: "security"}
    assert state.items == {1: "provided", 2: "refused"}


def test_a_postponed_item_keeps_the_request_open() -> None:
    state = fold([REQUEST, reply(5, (1, "postponed"), (2, "postponed"))])
    assert (state.state, state.answered) == (State.POSTPONED, None)


def test_a_refusal_with_a_code_refuses_the_request() -> None:
    assert fold([REQUEST, fact(EventKind.ACCEPTED, 3, "declined")]).state is State.REFUSED


def test_a_letter_that_was_given_up_is_undeliverable_until_a_receipt_says_otherwise() -> None:
    given_up = Event(EventKind.UNDELIVERABLE, NOW, "1" * 32, ASKER, code="expired")
    assert fold([REQUEST, given_up]).state is State.UNDELIVERABLE
    assert fold([REQUEST, given_up, fact(EventKind.STORED, 60)]).state is State.STORED


def test_a_fact_dated_before_its_letter_is_kept() -> None:
    state = fold([REQUEST, fact(EventKind.STORED, -10)])
    assert state.state is State.STORED


def letter(
    minutes: int, kind: str, to: str = "1" * 32, *, by: str = ASKED, id: str = "5" * 32, code: str = ""
) -> Event:
    at = NOW + dt.timedelta(minutes=minutes)
    return Event(EventKind.LETTER, at, id, by, type=kind, in_reply_to=to, code=code)


def minute(number: int) -> dt.datetime:
    return NOW + dt.timedelta(minutes=number)


STORY = tell()
CLARIFY = letter(5, "clarify", id="c" * 32)
CLARIFIED = letter(9, "clarified", "c" * 32, by=ASKER, id="d" * 32)
RECALL = letter(8, "recall", by=ASKER, id="e" * 32, code="erase")
WITHDRAW = letter(8, "withdraw", by=ASKER, id="f" * 32)


def test_a_question_about_a_request_stops_its_clock_until_it_is_answered() -> None:
    asked = fold([REQUEST, fact(EventKind.ACCEPTED, 3), CLARIFY])
    assert (asked.state, asked.pauses) == (State.CLARIFICATION, (Pause(minute(5), None),))
    known = fold([REQUEST, fact(EventKind.ACCEPTED, 3), CLARIFY, CLARIFIED])
    assert (known.state, known.pauses) == (State.ACCEPTED, (Pause(minute(5), minute(9)),))


def test_only_the_one_who_was_asked_stops_the_clock_and_only_the_asker_starts_it() -> None:
    assert fold([REQUEST, replace(CLARIFY, by=ASKER)]).pauses == ()
    assert fold([REQUEST, replace(CLARIFY, in_reply_to="9" * 32)]).pauses == ()
    assert fold([REQUEST, CLARIFY, replace(CLARIFIED, by=ASKED)]).state is State.CLARIFICATION


def test_an_answer_dated_before_its_question_ends_the_pause_at_once() -> None:
    assert fold([REQUEST, CLARIFY, replace(CLARIFIED, at=minute(2))]).pauses == (Pause(minute(5), minute(5)),)


def test_a_question_stands_before_a_part_of_the_answer_and_not_before_all_of_it() -> None:
    assert fold([REQUEST, reply(4, (1, "provided")), CLARIFY]).state is State.CLARIFICATION
    assert fold([REQUEST, CLARIFY, reply(6, (1, "provided"), (2, "provided"))]).state is State.ANSWERED


def test_what_is_in_progress_says_so_until_it_is_answered() -> None:
    status = letter(4, "status", code="in-progress")
    assert fold([REQUEST, fact(EventKind.ACCEPTED, 3), status]).state is State.IN_PROGRESS
    assert fold([REQUEST, status, reply(6, (1, "provided"), (2, "provided"))]).state is State.ANSWERED


def test_a_result_is_known_and_the_last_one_closes() -> None:
    answered = [REQUEST, reply(4, (1, "provided"), (2, "provided"))]
    result = letter(7, "result", "2" * 32, by=ASKER)
    assert fold([*answered, result]).state is State.RESULT_KNOWN
    assert fold([*answered, result, replace(result, letter="6" * 32, code="final")]).state is State.CLOSED


def test_a_withdrawn_request_stays_withdrawn_when_an_answer_comes_late() -> None:
    assert fold([REQUEST, WITHDRAW]).state is State.WITHDRAWN
    assert fold([REQUEST, WITHDRAW, reply(9, (1, "provided"), (2, "provided"))]).state is State.WITHDRAWN


def test_nobody_withdraws_or_recalls_what_another_wrote() -> None:
    assert fold([REQUEST, replace(WITHDRAW, by=ASKED)]).state is State.SENT
    state = fold([REQUEST, replace(RECALL, by=ASKED)])
    assert (state.state, state.recalled, state.holders) == (State.SENT, {}, {})


def test_an_item_that_is_withdrawn_alone_leaves_the_request_open() -> None:
    assert fold([REQUEST, replace(WITHDRAW, items=(2,))]).state is State.SENT


def test_a_request_of_no_more_use_has_expired_unless_it_was_answered() -> None:
    expired = Event(EventKind.EXPIRED, minute(9), "1" * 32, ASKER)
    assert fold([REQUEST, expired]).state is State.EXPIRED
    assert fold([REQUEST, reply(4, (1, "provided"), (2, "provided")), expired]).state is State.ANSWERED


def test_a_recall_is_open_until_its_holder_answers_and_done_is_the_last_word() -> None:
    acks = [
        letter(10, "recall-ack", RECALL.letter, id="7" * 32, code="held-by-court-order"),
        letter(20, "recall-ack", RECALL.letter, id="8" * 32, code="done"),
        letter(30, "recall-ack", RECALL.letter, id="9" * 32, code="held-by-court-order"),
    ]
    states = [fold([REQUEST, RECALL, *acks[:number]]) for number in range(4)]
    assert [one.state for one in states] == [State.RECALLED] * 4
    assert [one.holders[RECALL.letter] for one in states] == ["", "held-by-court-order", "done", "done"]
    assert fold([REQUEST, RECALL, replace(acks[1], by=ASKER)]).holders == {RECALL.letter: ""}


def test_of_two_recalls_the_stricter_is_done_whichever_came_last() -> None:
    milder = replace(RECALL, at=minute(30), letter="4" * 32, code="restrict")
    assert fold([REQUEST, RECALL, milder]).recalled == {"1" * 32: "erase"}


def test_a_recall_of_some_statements_leaves_the_rest() -> None:
    state = fold([REQUEST, replace(RECALL, items=(3,)), replace(RECALL, letter="4" * 32, items=(5,))])
    assert (state.state, state.recalled) == (State.SENT, {})
    assert state.recalled_parts == {"1" * 32: {3, 5}}


def test_a_recall_that_overtook_its_letter_counts_as_soon_as_the_letter_is_there() -> None:
    early = replace(RECALL, at=minute(-5))
    assert fold([early]).recalled == {}
    assert fold([early, REQUEST]).state is State.RECALLED


@given(events)
def test_letters_and_facts_of_long_ago_fold_to_the_states_they_always_had(known: list[Event]) -> None:
    old = {"", "request", "reply", "notify"}
    state = fold(one for one in known if one.type in old and one.kind is not EventKind.EXPIRED)
    assert state.state in {
        State.SENT, State.STORED, State.OPENED, State.ACCEPTED, State.PARTLY_ANSWERED, State.ANSWERED, State.REFUSED,
        State.POSTPONED, State.UNDELIVERABLE,
    }  # fmt: skip
    assert (state.pauses, state.recalled, state.recalled_parts, state.holders) == ((), {}, {}, {})
    assert (state.corrected, state.result) == ({}, "")


@given(events, events)
def test_no_event_however_late_reopens_a_recall(known: list[Event], more: list[Event]) -> None:
    before, after = fold(known), fold([*known, *more])
    assert before.recalled.keys() <= after.recalled.keys()
    assert all(ACTIONS.get(before.recalled[one], 0) <= ACTIONS.get(after.recalled[one], 0) for one in before.recalled)
    assert all(numbers <= after.recalled_parts[one] for one, numbers in before.recalled_parts.items())
    assert all(numbers <= after.corrected[one] for one, numbers in before.corrected.items())
    assert {one for one, said in before.holders.items() if said == "done"} <= {
        one for one, said in after.holders.items() if said == "done"
    }
    if before.state is State.RECALLED:
        assert after.state is State.RECALLED


@given(events)
def test_no_answer_receipt_or_question_reopens_what_was_withdrawn(more: list[Event]) -> None:
    others = [one for one in more if one.type not in {"request", "notify", "recall"}]
    assert fold([REQUEST, WITHDRAW, *others]).state is State.WITHDRAWN


@given(st.permutations([told.letter for told in STORY.told.values() if told.sample.thread == "asked"]))
def test_two_nodes_that_got_the_same_letters_in_another_order_see_the_same_state(letters: list[Letter]) -> None:
    state = fold(map(event_of, letters))
    assert state == fold(map(event_of, [*reversed(letters), *letters]))
    names = {told.letter.header.id: name for name, told in STORY.told.items()}
    assert {names[one]: action for one, action in state.recalled.items()} == {"reply": "erase"}
    assert {names[one]: said for one, said in state.holders.items()} == {
        "recall": "held-by-court-order", "correct": "done",
    }  # fmt: skip
    assert {names[one]: numbers for one, numbers in state.corrected.items()} == {"reply": frozenset({1, 2})}
    assert state.result == "convicted"
    assert (state.state, len(state.pauses)) == (State.CLOSED, 1)


def test_a_correction_by_anybody_but_the_letters_sender_counts_for_nothing() -> None:
    theirs = replace(REQUEST, type="correct", letter="7" * 32, in_reply_to=REQUEST.letter, items=(1,), code="")
    answer = replace(theirs, type="correct-ack", letter="8" * 32, in_reply_to=theirs.letter, by="x" * 32, code="done")
    state = fold([REQUEST, theirs, answer])
    assert (state.corrected, state.holders) == ({REQUEST.letter: frozenset({1})}, {theirs.letter: "done"})
    assert fold([REQUEST, replace(theirs, by="x" * 32)]).corrected == {}
    assert fold([REQUEST, theirs, replace(answer, by=theirs.by)]).holders == {theirs.letter: ""}


def test_a_final_result_is_not_taken_back_by_one_that_came_after_it() -> None:
    last = replace(REQUEST, type="result", letter="7" * 32, in_reply_to=REQUEST.letter, code="final", outcome="charged")
    later = replace(last, letter="8" * 32, code="", outcome="used", at=minute(90))
    assert fold([REQUEST, later]).result == "used"
    assert fold([REQUEST, later, last]).result == "charged"


def test_a_letter_that_arrives_late_with_an_earlier_date_undoes_no_recall() -> None:
    earlier = replace(REQUEST, at=minute(-60), letter="0" * 32)
    assert fold([REQUEST, RECALL, earlier]).state is State.RECALLED


def test_a_new_request_in_a_correspondence_is_open_though_the_one_before_was_withdrawn() -> None:
    another = replace(REQUEST, at=minute(60), letter="4" * 32)
    assert fold([REQUEST, WITHDRAW, another]).state is State.SENT
    assert fold([REQUEST, WITHDRAW, another, replace(WITHDRAW, letter="3" * 32, in_reply_to="4" * 32)]).state is (
        State.WITHDRAWN
    )


def test_of_an_offer_taken_back_and_accepted_in_one_second_the_withdrawal_counts() -> None:
    offer = Event(EventKind.LETTER, NOW, "1" * 32, ASKER, type="offer")
    back = Event(EventKind.LETTER, NOW, "9" * 32, ASKER, type="withdraw", in_reply_to="1" * 32)
    accepted = Event(EventKind.LETTER, NOW, "2" * 32, ASKED, type="accept-conditions", in_reply_to="1" * 32)
    assert fold([offer, accepted, back]).offers == {"1" * 32: "withdrawn"}
    before = replace(accepted, at=NOW - dt.timedelta(seconds=1))
    assert fold([offer, before, back]).offers == {"1" * 32: "accepted"}


ASKS_HELP = Event(EventKind.LETTER, NOW, "1" * 32, ASKER, type="referral")


def about(number: int, kind: str, by: str, minutes: int = 0, **more: str) -> Event:
    at = NOW + dt.timedelta(minutes=minutes or number)
    return Event(EventKind.LETTER, at, str(number) * 32, by, type=kind, in_reply_to="1" * 32, **more)  # type: ignore[arg-type]


def became(*letters: Event) -> tuple[State, str]:
    state = fold([ASKS_HELP, *letters])
    return state.state, state.referrals["1" * 32]


def test_a_referral_is_answered_by_the_first_answer_and_by_no_word_of_its_own_sender() -> None:
    accepted, refused = (about(n, "referral-answer", ASKED, code=c) for n, c in ((2, "accepted"), (3, "refused")))
    assert became() == (State.SENT, "")
    assert became(accepted) == (State.ANSWERED, "accepted")
    assert became(refused) == (State.REFUSED, "refused")
    assert became(accepted, refused) == (State.ANSWERED, "accepted")
    assert became(replace(accepted, by=ASKER)) == (State.SENT, "")


def test_that_she_came_counts_where_the_referral_was_accepted() -> None:
    accepted, came = about(2, "referral-answer", ASKED, code="accepted"), about(3, "referral-arrived", ASKED)
    assert became(came) == (State.SENT, "")
    assert became(accepted, came) == (State.ANSWERED, "arrived")
    assert became(replace(accepted, code="refused"), came) == (State.REFUSED, "refused")


def test_the_end_of_a_referral_holds_whatever_was_answered_and_only_its_sender_says_it() -> None:
    accepted, ended = about(3, "referral-answer", ASKED, code="accepted"), about(2, "referral-ended", ASKER)
    assert became(ended) == (State.WITHDRAWN, "ended")
    assert became(ended, accepted) == (State.WITHDRAWN, "ended")
    assert became(accepted, replace(ended, at=accepted.at + dt.timedelta(days=9))) == (State.WITHDRAWN, "ended")
    assert became(accepted, replace(ended, by=ASKED)) == (State.ANSWERED, "accepted")
