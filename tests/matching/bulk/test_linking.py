from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from bench._persons import Record, rates, records, write

from clew.matching.bulk import BadFile, Linked, WrongFolder, link

ROWS = [
    ("a1", "王", "建国", "1984-03-02", "+8613800138000", ""),
    ("a2", "Wong", "Kin Kwok", "1984-03-02", "0086 138 0013 8000", ""),
    ("a3", "Jianguo", "Wang", "1984-03-02", "", "P1234567"),
    ("b1", "Желязков", "Иван", "1975-03-16", "", "7523169263"),
    ("b2", "Zhelyazkov", "Ivan", "1975-03-16", "", "7501020018"),
    ("b3", "Jeliazkov", "Ivan", "1975-03-16", "+359888123456", "7523169263"),
    ("c1", "Gruber", "Anna", "1990-05-12", "+436641234567", ""),
    ("c2", "Gruber", "Maria", "1992-07-01", "+436641234567", ""),
    ("c3", "Grubre", "Anna", "1990-12-05", "+436641234567", ""),
    ("d1", "Quillfeather", "Xerxes", "", "", ""),
    ("d2", "Quillfeather", "Xerxes", "1971-01-31", "", ""),
]
HEAD = "id,surname,given,birth_date,phone,document\n"


def written(folder: Path, rows: Sequence[tuple[str, ...]]) -> Path:
    path = folder / "persons.csv"
    path.write_text(HEAD + "".join(",".join(row) + "\n" for row in rows), encoding="utf-8")
    return path


def clusters(found: Linked) -> set[frozenset[str]]:
    return {frozenset(found.persons.ids[row] for row in rows) for rows in found.clusters.several()}


@pytest.fixture(scope="module")
def by_hand(tmp_path_factory: pytest.TempPathFactory) -> Linked:
    """The rows among others, since how common a name is comes from the file."""
    made, _ = records(1500, seed=4)
    rows = [*ROWS, *((f"r{row}", *each) for row, each in enumerate(made))]
    return link(written(tmp_path_factory.mktemp("hand"), rows))


def cluster_of(found: Linked, id: str) -> frozenset[str]:
    return next((each for each in clusters(found) if id in each), frozenset({id}))


def test_spellings_scripts_and_sides_are_seen_through(by_hand: Linked) -> None:
    assert cluster_of(by_hand, "a1") == {"a1", "a2", "a3"}
    assert by_hand.looked_closer > 0


def test_two_valid_national_numbers_never_stand_in_one_cluster(by_hand: Linked) -> None:
    assert cluster_of(by_hand, "b1") == {"b1", "b3"}
    persons = by_hand.persons
    for rows in by_hand.clusters.several():
        numbers = {int(persons.document[row]) for row in rows if persons.document[row] >= 0}
        for kind in (1, 2):
            assert sum(persons.only_one[number] == kind for number in numbers) <= 1


def test_a_shared_telephone_and_surname_do_not_make_sisters_one(by_hand: Linked) -> None:
    assert cluster_of(by_hand, "c1") == {"c1", "c3"}
    assert "c2" not in cluster_of(by_hand, "c1")


def test_each_rule_says_what_it_brought_and_what_only_it_brought(by_hand: Linked) -> None:
    assert len(by_hand.rules) == 8
    assert all(each.pairs >= each.new >= each.only >= 0 for each in by_hand.rules)
    assert by_hand.rules[0].pairs == by_hand.rules[0].new > 0


Generated = tuple[list[Record], npt.NDArray[np.int64]]


@pytest.fixture(scope="module")
def made() -> Generated:
    return records(3000, seed=9, alike=True)


@pytest.fixture(scope="module")
def linked(made: Generated, tmp_path_factory: pytest.TempPathFactory) -> Linked:
    path = tmp_path_factory.mktemp("generated") / "persons.csv"
    write(path, made[0])
    return link(path)


def test_known_truth_is_found_again(made: Generated, linked: Linked) -> None:
    precision, recall = rates(linked.clusters.of, made[1])
    assert precision >= 0.98
    assert recall >= 0.85


def test_the_order_of_rows_makes_no_difference(made: Generated, linked: Linked, tmp_path: Path) -> None:
    rows = [(f"r{row}", *each) for row, each in enumerate(made[0])]
    random.Random(3).shuffle(rows)
    assert clusters(link(written(tmp_path, rows))) == clusters(linked)


class CutOff(Exception):
    """Somebody pulled the plug."""


@pytest.mark.parametrize("step", ["weighing", "names", "clusters"])
def test_work_that_was_cut_off_ends_as_if_it_had_not_been(
    made: Generated, linked: Linked, tmp_path: Path, step: str
) -> None:
    path, folder = tmp_path / "persons.csv", tmp_path / "work"
    write(path, made[0])

    def cut(said: str, done: int, total: int) -> None:
        if said == step and (step != "weighing" or done == 3):
            raise CutOff

    with pytest.raises(CutOff):
        link(path, folder=folder, tell=cut)
    again = link(path, folder=folder)
    assert "persons" in again.resumed
    assert (again.clusters.of == linked.clusters.of).all()
    assert again.rules == linked.rules
    assert (again.links.pairs == linked.links.pairs).all()


def test_a_folder_of_other_work_is_refused(tmp_path: Path) -> None:
    path, folder = written(tmp_path, ROWS), tmp_path / "work"
    link(path, folder=folder)
    written(tmp_path, ROWS[:3])
    with pytest.raises(WrongFolder, match="other"):
        link(path, folder=folder)
    (folder / "work.json").unlink()
    with pytest.raises(WrongFolder, match="not empty"):
        link(path, folder=folder)


def test_names_in_one_column_and_files_of_one_record_do(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text("id,name,birth_date\n1,王建国,1984-03-02\n2,Jianguo Wang,1984-03-02\n3,,\n", encoding="utf-8")
    assert len(link(path).persons) == 3
    path.write_text("name,id\n欧阳建国,1\n", encoding="utf-8")
    found = link(path)
    assert (found.clusters.several(), len(found.links.bits)) == ([], 0)


def test_a_telephone_number_of_no_country_says_nothing(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    rows = "1,王,伟,0888 123 456,\n2,王,伟,0888123456,\n3,李,明,0888 123 456,BG\n4,李,明,00359888123456,\n"
    path.write_text("id,surname,given,phone,country\n" + rows, encoding="utf-8")
    assert (link(path).persons.phone == [-1, -1, 0, 0]).all()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "row 1: columns id"),
        ("id,surname\n1,x\n", "row 1: columns id, and surname and given or name, are needed"),
        ("id,id,name\n", "row 1: a column stands twice"),
        ("id,name\n", "has no person"),
        ("id,name\n1,x\n1,y\n", "row 3, field id: 1 stands in an earlier row"),
        ("id,name\n,y\n", "row 2, field id: empty"),
        ("id,name,birth_date\n1,y,12.3.1990\n", "row 2, field birth_date: 12.3.1990 is no date"),
        ("id,name\n1,x,y\n", "row 2, field (all): 3 fields where the first row has 2"),
        ('id,name\n1,"x"z\n', "row 2: no CSV"),
    ],
)
def test_a_file_that_cannot_be_linked_is_refused_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "p.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadFile) as refused:
        link(path)
    assert said in str(refused.value)


def test_a_file_that_is_none_or_not_utf8_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="cannot be read"):
        link(tmp_path / "none.csv")
    (tmp_path / "latin.csv").write_bytes("id,name\n1,Müller\n".encode("latin-1"))
    with pytest.raises(BadFile, match="UTF-8"):
        link(tmp_path / "latin.csv")
