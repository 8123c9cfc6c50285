from __future__ import annotations

import pytest

from clew.matching.names import compare_texts


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("王建国", "王建國"),
        ("王建国", "Wang Jianguo"),
        ("王建国", "Wáng Jiànguó"),
        ("王建国", "wang2 jian4guo2"),
        ("王建国", "Jianguo Wang"),
        ("王建国", "Wang Jian Guo"),
        ("王建國", "Wang Chien-kuo"),
        ("王建国", "Wong Kin Kwok"),
        ("王建国", "David Wong Kin Kwok"),
        ("王建国", "Ong Kian Kok"),
        ("王建国", "WANG J."),
        ("歐陽明", "Ouyang Ming"),
        ("歐陽明", "Au-Yeung Ming"),
        ("Wang Jianguo", "Wong Kin Kwok"),
        ("Deng Xiaoping", "Teng Hsiao-p'ing"),
        ("Lin Jiancheng", "Lim Kian Seng"),
    ],
)
def test_one_chinese_name_in_two_writings(a: str, b: str) -> None:
    assert compare_texts(a, b).same
    assert compare_texts(b, a).same


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("张丽", "张莉"),
        ("王建国", "Wang Jianhua"),
        ("王建国", "Huang Jianguo"),
        ("王建国", "Wáng Jiànguǒ"),
        ("Wáng Lì", "Wáng Lí"),
        ("Zhang Li", "Zhang Lin"),
        ("Chen Xiaoling", "Chen Xiaolin"),
        ("Wong Kin Kwok", "Wang Jianhua"),
        ("Chang Wei", "Zhang Wei"),
    ],
)
def test_two_chinese_names(a: str, b: str) -> None:
    assert not compare_texts(a, b).same
    assert not compare_texts(b, a).same


def test_the_reason_names_the_spelling() -> None:
    assert "Cantonese" in compare_texts("王建国", "Wong Kin Kwok").reason
    assert "sound alike" in compare_texts("张丽", "张莉").reason


def test_what_would_change_it_is_always_said() -> None:
    assert compare_texts("王建国", "Wang Jianguo").changes
    assert compare_texts("张丽", "张莉").changes
