"""Services are compared with a need: with reasons, none chosen and none left out."""

from __future__ import annotations

from dataclasses import replace

from clew.referral.services import Need, Offer, compare, compare_all, uncovered

NEED = Need(kinds=("shelter", "legal"), group="women", language="bg", country="AT")
HOUSE = Offer(1, ("shelter", "legal"), ("women",), ("bg", "de"), "AT", 2)


def codes(need: Need, offer: Offer) -> dict[str, str]:
    return {each.code: each.speaks for each in compare(need, offer).reasons}


def test_a_service_that_covers_everything_suits_and_says_why() -> None:
    found = compare(NEED, HOUSE)
    assert found.fit == "suits"
    assert codes(NEED, HOUSE) == {"covers": "for", "group": "for", "language": "for", "places": "for"}


def test_a_service_for_others_does_not_suit_whatever_else_it_offers() -> None:
    assert compare(NEED, replace(HOUSE, groups=("men",))).fit == "does_not"
    assert codes(NEED, replace(HOUSE, groups=("men",)))["group_not"] == "against"


def test_what_a_service_has_not_said_is_open_and_never_against_it() -> None:
    silent = replace(HOUSE, groups=(), languages=(), places=None)
    assert compare(NEED, silent).fit == "ask"
    assert codes(NEED, silent) == {"covers": "for", "group_not_said": "open", "language_not_said": "open"}


def test_what_was_not_recorded_of_her_is_open() -> None:
    found = codes(Need(kinds=("shelter",)), HOUSE)
    assert found["group_not_asked"] == found["language_not_asked"] == "open"


def test_a_language_can_be_interpreted_and_a_full_house_can_be_asked() -> None:
    assert compare(replace(NEED, language="zh"), HOUSE).fit == "ask"
    assert compare(NEED, replace(HOUSE, places=0)).fit == "ask"


def test_another_country_and_nothing_of_what_is_needed_speak_against() -> None:
    assert compare(NEED, replace(HOUSE, country="BG")).fit == "does_not"
    assert compare(NEED, replace(HOUSE, kinds=("work",))).fit == "does_not"


def test_every_service_is_listed_and_within_a_fit_in_the_order_of_the_directory() -> None:
    offers = [
        replace(HOUSE, id=3, groups=("men",)), replace(HOUSE, id=1), replace(HOUSE, id=4, places=0),
        replace(HOUSE, id=2),
    ]  # fmt: skip
    assert [each.id for each in compare_all(NEED, offers)] == [1, 2, 4, 3]


def test_a_need_that_nobody_covers_is_named() -> None:
    only_shelter = replace(HOUSE, kinds=("shelter",))
    assert uncovered(NEED, compare_all(NEED, [only_shelter])) == ("legal",)
    assert uncovered(NEED, compare_all(NEED, [only_shelter, replace(HOUSE, id=2, kinds=("legal",))])) == ()
    assert uncovered(NEED, []) == ("legal", "shelter")
