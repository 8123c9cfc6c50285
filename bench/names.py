"""Names: how well and how fast, beside nomenklatura's logic-v2 and rapidfuzz in the same run where they are installed.

    .venv/bin/python bench/names.py [--pairs 100000]

1. The evaluation set (clew.matching.evaluation): precision, recall and F1, and the share right per category.
2. Pairs written afterwards (bench/data/name_pairs_afterwards.tsv and _third.tsv), and nomenklatura's own public checks
   (bench/data/entity_bench_checks.yml, MIT): precision and recall.
3. Speed on one core. Analysed: pairs of names that have been analysed, drawn at random from the set's names, as a bulk
   comparison meets them; and the set's own pairs, all of them hard. Raw: pairs of strings, taken apart and compared; of
   words that have been met, as the rows of a register are, and with a new word in every string.

Exits with 1 where a bound is missed. Peers are measured where they can be imported: they are no dependency of Clew.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import yaml

sys.path.insert(0, str(Path(__file__).parents[1]))

from clew.matching.evaluation import Pair, evaluation_set
from clew.matching.names import Name, analyse, compare, compare_texts
from clew.matching.names.organisations import compare_organisations

AFTERWARDS = ("afterwards", "third")
CHECKS = Path(__file__).parent / "data/entity_bench_checks.yml"
LEAST_F1, LEAST_CATEGORY, LEAST_CHECKS = 0.92, 0.85, 0.92
LEAST_ANALYSED, LEAST_RAW = 200_000, 20_000
Judge = Callable[[str, str], bool]


def main() -> None:
    parser = argparse.ArgumentParser(description="The comparison of names.")
    parser.add_argument("--pairs", type=int, default=200_000)
    asked = parser.parse_args()
    print("load of the machine:", os.getloadavg(), "on", os.cpu_count(), "processors")
    pairs = evaluation_set()
    missed = quality(pairs)
    afterwards()
    missed += checks()
    missed += speed(pairs, asked.pairs)
    print("missed:", ", ".join(missed) or "nothing")
    sys.exit(bool(missed))


def clews(a: str, b: str) -> bool:
    return compare_texts(a, b).same


def peers() -> dict[str, Judge]:
    """The peers that are installed, each at the threshold at which it does best by F1 on hard names (0.70)."""
    found: dict[str, Judge] = {}
    try:
        from icu import Transliterator
        from rapidfuzz import fuzz
        from rapidfuzz.utils import default_process

        latin = Transliterator.createInstance("Any-Latin; Latin-ASCII").transliterate
        found["rapidfuzz, latinised"] = lambda a, b: (
            fuzz.token_sort_ratio(latin(a), latin(b), processor=default_process) >= 70
        )
    except ImportError:
        print("rapidfuzz is not installed: not measured")
    try:
        from nomenklatura.matching import LogicV2

        found["logic-v2"] = _logic_v2(LogicV2)
    except ImportError:
        print("nomenklatura is not installed: not measured")
    return found


def _logic_v2(algorithm: object) -> Judge:
    from followthemoney import model

    config = algorithm.default_config()  # type: ignore[attr-defined]
    numbers = iter(range(10**9))

    def judge(a: str, b: str) -> bool:
        made = []
        for text in (a, b):
            entity = model.make_entity("Person")
            entity.id = f"n{next(numbers)}"  # logic-v2 keeps the analysis of a name by the entity's id
            entity.add("name", text)
            made.append(entity)
        return bool(algorithm.compare(made[0], made[1], config).score >= 0.7)  # type: ignore[attr-defined]

    return judge


def quality(pairs: list[Pair]) -> list[str]:
    judges = {"clew": clews, **peers()}
    right: dict[str, Counter[tuple[bool, str]]] = {}
    print(f"\nEvaluation set: {len(pairs)} pairs, {sum(pair.same for pair in pairs)} same")
    figures: dict[str, float] = {}
    for name, judge in judges.items():
        began = time.process_time()
        said = [(pair, judge(pair.a, pair.b)) for pair in pairs]
        took = time.process_time() - began
        right[name] = Counter((pair.same, pair.category) for pair, same in said if same == pair.same)
        figures[name] = _figures(name, [(pair.same, same) for pair, same in said], len(pairs) / took)
    asked = Counter((pair.same, pair.category) for pair in pairs)
    print(f"\n{'share right by category':44}{'pairs':>6}" + "".join(f"{name:>22}" for name in judges))
    for (same, category), many in sorted(asked.items(), key=lambda each: (not each[0][0], each[0][1])):
        shares = "".join(f"{right[name][same, category] / many:>22.2f}" for name in judges)
        print(f"{('same: ' if same else 'different: ') + category:44}{many:>6}{shares}")
    weak = [kind[1] for kind, many in asked.items() if right["clew"][kind] < LEAST_CATEGORY * many]
    return ["F1"] * (figures["clew"] < LEAST_F1) + weak


def _figures(name: str, said: Iterable[tuple[bool, bool]], rate: float) -> float:
    counts = Counter(said)
    both, missed, wrong = counts[True, True], counts[True, False], counts[False, True]
    precision, recall = both / max(both + wrong, 1), both / max(both + missed, 1)
    score = 2 * both / max(2 * both + missed + wrong, 1)
    print(f"{name:24} precision {precision:.3f}, recall {recall:.3f}, F1 {score:.3f}; {rate:,.0f} pairs/s of processor")
    return min(precision, recall) if name.startswith("checks") else score


def afterwards() -> None:
    """Pairs written after the comparators worked, without looking at them, and then mended for once."""
    for batch in AFTERWARDS:
        path = Path(__file__).parent / f"data/name_pairs_{batch}.tsv"
        rows = [line.split("\t") for line in path.read_text("utf-8").splitlines()[1:]]
        print(f"\nPairs written afterwards, {path.name}: {len(rows)}")
        for name, judge in {"clew": clews, **peers()}.items():
            began = time.process_time()
            said = [(same == "yes", judge(a, b)) for same, _, a, b in rows]
            _figures(name, said, len(rows) / (time.process_time() - began))


def checks() -> list[str]:
    """nomenklatura's checks: persons as persons, everything else as an organisation."""
    told = yaml.safe_load(CHECKS.read_text("utf-8"))["checks"]
    said = []
    began = time.process_time()
    for check in told:
        judge = compare_texts if check["schema"] == "Person" else compare_organisations
        said.append((check["match"], judge(_text(check["query"]), _text(check["candidate"])).same))
    print(f"\nnomenklatura's checks: {len(said)}")
    return ["checks"] * (_figures("checks, clew", said, len(said) / (time.process_time() - began)) < LEAST_CHECKS)


def _text(entity: dict[str, str]) -> str:
    if "name" in entity:
        return entity["name"]
    given = [entity[part] for part in ("firstName", "middleName", "fatherName") if part in entity]
    return f"{entity['lastName']}, {' '.join(given)}"


def speed(pairs: list[Pair], many: int) -> list[str]:
    rng = random.Random(1)
    names = [analyse(text) for pair in pairs for text in (pair.a, pair.b)]
    read = sum(len(name.readings) for name in names)  # the ways to read them as Chinese belong to the analysis
    drawn = [(rng.choice(names), rng.choice(names)) for _ in range(many)]
    hard = [(analyse(pair.a), analyse(pair.b)) for pair in pairs] * max(1, many // len(pairs) // 4)
    texts = [(_new(pair.a, rng), _new(pair.b, rng)) for pair in rng.choices(pairs, k=max(many // 10, 1000))]
    strings = [(_recombined(pairs, rng), _recombined(pairs, rng)) for _ in range(max(many // 3, 1000))]
    print(f"\nSpeed on one core, pairs a second of processor time, {many} drawn pairs, {read} readings")
    analysed = _rate("analysed, drawn at random", drawn, compare)
    _rate("analysed, the evaluation set's own", hard, compare)
    raw = _rate("raw, strings of words met before", strings, compare_texts)
    _rate("raw, a new word in every string", texts, compare_texts)
    return ["analysed speed"] * (analysed < LEAST_ANALYSED) + ["raw speed"] * (raw < LEAST_RAW)


def _recombined(pairs: list[Pair], rng: random.Random) -> str:
    """A new string of known words: the first words of one name, the last word of another."""
    first, last = rng.choice(pairs).a, rng.choice(pairs).a
    return (
        f"{first.rpartition(' ')[0] or first} {last.rpartition(' ')[2]}"
        if first.isascii() and last.isascii()
        else first
    )


def _new(text: str, rng: random.Random) -> str:
    """The text with one letter changed, so that the word is new."""
    place = rng.randrange(len(text))
    return text[:place] + rng.choice("aeioubdgklmnprst") + text[place + 1 :] if text[place].isascii() else text


def _rate(said: str, pairs: list[tuple[Name, Name]] | list[tuple[str, str]], judge: Callable[..., object]) -> float:
    began = time.process_time()
    for a, b in pairs:
        judge(a, b)
    rate = len(pairs) / (time.process_time() - began)
    print(f"  {said:40} {rate:>12,.0f}")
    return rate


if __name__ == "__main__":
    main()
