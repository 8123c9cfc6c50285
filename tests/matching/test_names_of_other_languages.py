from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clew.matching.names import analyse, compare_texts, strength
from clew.matching.names.organisations import compare_organisations
from clew.matching.names.weights import shipped_weights
from clew.matching.names.wording import SAID


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Желязков Иван", "Jeliazkov Ivan"),
        ("Желязков Иван", "Iwan Scheljaskow"),
        ("Олександр Шевченко", "Александр Шевченко"),
        ("Сергей Викторович Лавров", "Sergei Lavrov"),
        ("Георги Иванов", "Гошо Иванов"),
        ("Nguyễn Văn Hùng", "Hung Nguyen"),
        ("Hoàng Thị Thúy", "Hoàng Thị Thuý"),
        ("Htun Htun Win", "U Tun Tun Win"),
        ("Chhan Sovann", "Chan Sovan"),
        ("Phommachanh Somphone", "Somphon Pommachan"),
        ("P<BGRZHELIAZKOV<<IVAN<PETROV<<<<<<", "Иван Петров Желязков"),
        ("MUELLER<<HANS<PETER", "Hans Peter Müller"),
        ("Anna Schmidt née Petrova", "Anna Petrova"),
        ("J. Smith", "John Smith"),
        ("Alexander Petrenko", "Alexnader Petrenko"),
        ("Barack Obama", "バラク・オバマ"),
        ("Barack Obama", "贝拉克·奥巴马"),
    ],
)
def test_one_name_in_two_writings(a: str, b: str) -> None:
    assert compare_texts(a, b).same


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Иван Петров", "Иван Петков"),
        ("Иван Петров", "Георги Петров"),
        ("Сергей Викторович Лавров", "Sergei Ivanovich Lavrov"),
        ("Nguyễn Văn Hùng", "Nguyễn Văn Hưng"),
        ("Kyaw Zaw Win", "Kyaw Thu Win"),
        ("Schmidt, Thomas", "Thomas, Schmidt"),
        ("J. Smith", "Robert Smith"),
        ("Anna Schmidt née Petrova", "Anna Ivanova"),
        ("", "Anna Ivanova"),
        ("-", "Anna Ivanova"),
    ],
)
def test_two_names(a: str, b: str) -> None:
    assert not compare_texts(a, b).same


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("Siemens Aktiengesellschaft", "Siemens AG", True),
        ("OOO Gazprom", "ООО Газпром", True),
        ("First International Bank", "1st International Bank", True),
        ("Al Qaeda", "Al-Qa'ida/Islamic Army", True),
        ("Deutsche Bank AG", "Deutsche Bank GmbH", False),
        ("Victory", "Victory 3", False),
        ("The Puffin Trust", "The Puccini Trust", False),
    ],
)
def test_organisations_are_told_apart_by_every_word(a: str, b: str, same: bool) -> None:
    assert compare_organisations(a, b).same is same


def test_how_common_a_name_is() -> None:
    assert strength(analyse("王建国")).grade == "very common"
    assert strength(analyse("Wang Jianguo")).grade == "very common"
    assert strength(analyse("Мария Иванова")).grade == "very common"
    assert strength(analyse("Nguyễn Văn Hùng")).grade == "very common"
    assert strength(analyse("Xqzv Wplk")).grade == "unknown"


def test_every_kind_of_evidence_has_a_weight_and_most_have_words() -> None:
    assert set(SAID) <= set(shipped_weights())


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=30), st.text(max_size=30))
def test_any_two_strings_are_answered_alike_in_both_orders(a: str, b: str) -> None:
    found = compare_texts(a, b)
    assert 0 <= found.score <= 1
    assert found.score == compare_texts(b, a).score
    assert found.reason
