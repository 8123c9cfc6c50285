"""A search finds everyone that the exact engine would find, and reports the engine's own ratios."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clew.kinship.assumptions import Assumptions
from clew.kinship.columns import columns_of
from clew.kinship.compiling import compile_family, log10_of
from clew.kinship.frequencies import FrequencyTable, Origin
from clew.kinship.mutation import Mutation
from clew.kinship.pedigree import Pedigree, child, man
from clew.kinship.plan import full
from clew.kinship.problems import KinshipProblem
from clew.kinship.profiles import Profile, Seen
from clew.kinship.ratios import ratio
from clew.kinship.scanning import Hits, Search, SearchCancelled, scan
from clew.kinship.simulation import planted, simulated_columns, simulated_family
from clew.kinship.tables import shipped_table
from tests.kinship.families import DUO, FREQUENCIES, MUTATIONS, SIBS, WITH_GRANDMOTHER, observations, pedigrees

NORWAY = shipped_table("norstr_norway")
LOCI = (
    "D1S1656", "TPOX", "D2S441", "D2S1338", "D3S1358", "FGA", "D5S818", "CSF1PO", "SE33", "D7S820", "D8S1179",
    "D10S1248", "TH01", "vWA", "D12S391", "D13S317", "Penta_E", "D16S539", "D18S51", "D19S433", "D21S11", "Penta_D",
    "D22S1045",
)  # fmt: skip
SMALL = FrequencyTable.of(
    Origin("(fictional)"), {"L1": FREQUENCIES, "L2": {"5": 0.3, "6": 0.7}, "L3": {"7": 0.2, "8": 0.3, "9": 0.5}}
)
RELATIVES: Mapping[str, tuple[Pedigree, tuple[str, ...]]] = {
    "duo": (DUO, ("F",)),
    "trio": (DUO, ("F", "M")),
    "sibs": (SIBS, ("SIB",)),
    "mother, grandmother, sib": (WITH_GRANDMOTHER, ("M", "PGM", "SIB")),
}


def exact(
    family: Pedigree, missing: str, relatives: Mapping[str, Profile], found: Profile, assumed: Assumptions,
    loci: Sequence[str],
) -> tuple[float, tuple[float, ...]]:  # fmt: skip
    apart = family.without_link(missing, "(nobody)")
    made = ratio(family, apart, {**relatives, missing: found}, assumed, loci)
    return made.log10, made.per_locus


def plain(hits: Hits) -> list[tuple[str, float]]:
    return [(each.profile, each.log10) for each in hits.hits]


@st.composite
def profiles(draw: st.DrawFn, table: FrequencyTable, *, x: bool, male: bool) -> dict[str, Seen]:
    """What was seen of one child: pairs, half genotypes, one allele on the one X, and loci that failed."""
    found: dict[str, Seen] = {}
    for name, own in table.loci.items():
        one = st.sampled_from(list(own))
        if x and male:
            made = st.builds(lambda a: Seen((a,)), one)
        else:
            pair = st.builds(lambda a, b: Seen((a, b)), one, one)
            made = st.one_of(pair, st.builds(lambda a: Seen((a,), half=True), one))
        seen = draw(st.one_of(st.none(), made, made, made))
        if seen is not None:
            found[name] = seen
    return found


@settings(max_examples=20, deadline=None)
@given(data=st.data(), pedigree=pedigrees(most=5), mutation=st.sampled_from(MUTATIONS))
def test_a_search_gives_each_child_the_ratio_of_the_exact_engine(
    data: st.DataObject, pedigree: Pedigree, mutation: Mutation | None
) -> None:
    x = data.draw(st.booleans())
    missing = data.draw(st.sampled_from(pedigree.ids))
    assumed = Assumptions(
        SMALL,
        mutation,
        theta=data.draw(st.sampled_from([0.0, 0.03])),
        silent=data.draw(st.sampled_from([0.0, 0.02])),
        drop_out=data.draw(st.sampled_from([0.0, 0.1])),
        chromosome="X" if x else "autosomal",
        untyped_founders=data.draw(st.sampled_from(["keep", "prune"])),
    )
    typed: dict[str, dict[str, Seen]] = {}
    for name, own in SMALL.loci.items():
        for each, seen in data.draw(observations(pedigree, list(own), x=x)).items():
            if each != missing:
                typed.setdefault(each, {})[name] = seen
    try:
        compiled = compile_family(pedigree, missing, typed, assumed, tuple(SMALL.loci))
    except KinshipProblem as fault:
        assert "exclude one another" in fault.problem  # noqa: PT017 - any other refusal is a fault
        return
    male = pedigree[missing].sex == "male"
    found = {f"C{n}": data.draw(profiles(SMALL, x=x, male=male)) for n in range(data.draw(st.integers(1, 6)))}
    ratios = {each: exact(pedigree, missing, typed, own, assumed, compiled.loci) for each, own in found.items()}
    threshold = 10 ** data.draw(st.sampled_from([-3.0, -0.5, 0.1, 0.7]))
    made = scan(compiled, columns_of(found, compiled.loci), threshold, 10)
    reached = {each for each, (log10, _) in ratios.items() if log10 >= math.log10(threshold) + 1e-9}
    at_the_edge = {each for each, (log10, _) in ratios.items() if abs(log10 - math.log10(threshold)) < 1e-9}
    assert reached <= {each.profile for each in made.hits} <= reached | at_the_edge
    for each in made.hits:
        assert each.per_locus == pytest.approx(ratios[each.profile][1], rel=1e-9)
        assert each.log10 == pytest.approx(ratios[each.profile][0], abs=1e-9)


@pytest.mark.parametrize("relation", RELATIVES)
def test_leaving_early_loses_no_hit(relation: str) -> None:
    family, typed = RELATIVES[relation]
    assumed, rng = Assumptions(NORWAY, Mutation.both("equal", 0.002)), np.random.default_rng(7)
    drawn = simulated_family(family, [*typed, "MP"], assumed, LOCI, rng)
    relatives = {each: drawn[each] for each in typed}
    compiled = compile_family(family, "MP", relatives, assumed, LOCI)
    # Children of the same parents and their half sibs come near the threshold from both sides.
    near = {
        f"sib {n}": _child_beside(family, typed, relatives, assumed, np.random.default_rng(100 + n)) for n in range(40)
    }
    columns = planted(simulated_columns(NORWAY, LOCI, 60_000, rng, missing=0.05), {"the child": drawn["MP"], **near})
    logs = np.array([log10_of(compiled.per_locus("", columns.profile(row))) for row in range(60_000, len(columns))])
    for threshold in (1e2, 1e4, 1e6):
        bounded = Search.of(compiled, columns, threshold)
        whole = replace(bounded, plan=full(bounded.plan))
        left = bounded.candidates(0, len(columns))
        assert set(left) >= set(60_000 + np.nonzero(logs >= math.log10(threshold))[0])
        made = scan(compiled, columns, threshold, 1000)
        rows = whole.candidates(0, len(columns))
        every = [log10_of(compiled.per_locus("", columns.profile(int(row)))) for row in rows]
        assert made.reached == sum(each >= math.log10(threshold) for each in every)
        assert made.hits[0].log10 == max(every)


def _child_beside(
    family: Pedigree,
    typed: Sequence[str],
    relatives: Mapping[str, Profile],
    assumed: Assumptions,
    rng: np.random.Generator,
) -> dict[str, Seen]:
    """A child that has about half of its loci from the family."""
    other = simulated_family(family, ["MP"], assumed, LOCI, rng)["MP"]
    own = relatives[typed[0]]
    return {name: own[name] if rng.random() < 0.5 else other[name] for name in LOCI}


def test_float32_sums_stay_within_the_error_that_the_bound_allows_for() -> None:
    assumed, rng = (
        Assumptions(NORWAY, Mutation.both("stepwise", 0.002, mutation_range=0.1, rate2=1e-6)),
        np.random.default_rng(3),
    )
    relatives = simulated_family(DUO, ["F", "M"], assumed, LOCI, rng)
    compiled = compile_family(DUO, "MP", relatives, assumed, LOCI)
    columns = simulated_columns(NORWAY, LOCI, 3_000, rng)
    plan = Search.of(compiled, columns, 1.0).plan
    sums = np.zeros(len(columns), dtype=np.float32)
    for place, column in enumerate(plan.order):
        sums += plan.tables[place][columns.codes[column]]
    exactly = [log10_of(compiled.per_locus("", columns.profile(row))) for row in range(len(columns))]
    errors = np.abs(sums.astype(np.float64) - exactly)
    assert 0 < errors.max() < plan.largest_error < 1e-3


def small_database(count: int = 400) -> dict[str, dict[str, Seen]]:
    columns = simulated_columns(SMALL, tuple(SMALL.loci), count, np.random.default_rng(1), missing=0.1, prefix="C")
    return {columns.id(row): columns.profile(row) for row in range(count)}


def test_the_order_of_profiles_and_of_loci_changes_nothing() -> None:
    assumed, found = Assumptions(SMALL, Mutation.both("equal", 0.01)), small_database()
    relatives = {"F": {"L1": Seen(("10", "11")), "L2": Seen(("5", "5")), "L3": Seen(("7", "8"))}}
    loci = tuple(SMALL.loci)
    whole = scan(compile_family(DUO, "MP", relatives, assumed, loci), columns_of(found, loci), 0.5, 25)
    assert whole.reached > len(whole.hits) == 25  # many are equal, and only ids decide which are shown
    turned = {each: dict(reversed(found[each].items())) for each in reversed(found)}
    for order in (("L2", "L3", "L1"), ("L3", "L2", "L1")):
        made = scan(compile_family(DUO, "MP", relatives, assumed, order), columns_of(turned, order), 0.5, 25, threads=2)
        assert plain(made) == plain(whole)
        assert made.reached == whole.reached


def test_equal_ratios_are_in_the_order_of_their_ids() -> None:
    found = {each: {"L2": Seen(("5", "6"))} for each in ("Zoe", "Ann", "Max")}
    compiled = compile_family(DUO, "MP", {"F": {"L2": Seen(("5", "6"))}}, Assumptions(SMALL), ("L2",))
    assert [each.profile for each in scan(compiled, columns_of(found, ("L2",)), 0.1, 2).hits] == ["Ann", "Max"]


def test_an_excluded_child_is_no_hit_at_any_threshold() -> None:
    found = {"out": {"L2": Seen(("6", "6")), "L1": Seen(("10", "10"))}, "in": {"L2": Seen(("5", "6"))}}
    compiled = compile_family(
        DUO, "MP", {"F": {"L2": Seen(("5", "5")), "L1": Seen(("10", "10"))}}, Assumptions(SMALL), ("L1", "L2")
    )
    assert compiled.per_locus("out", found["out"])[1] == 0.0
    made = scan(compiled, columns_of(found, ("L1", "L2")), 1e-300, 10)
    assert [each.profile for each in made.hits] == ["in"]


def test_a_child_of_the_other_sex_is_not_the_missing_one() -> None:
    family = Pedigree.of(man("F"), man("MP", "F"))
    found = {each: {"L2": Seen(("5", "6"))} for each in ("boy", "girl", "child")}
    compiled = compile_family(family, "MP", {"F": {"L2": Seen(("5", "6"))}}, Assumptions(SMALL), ("L2",))
    made = scan(compiled, columns_of(found, ("L2",), {"boy": "male", "girl": "female"}), 0.1, 9)
    assert [each.profile for each in made.hits] == ["boy", "child"]
    assert (made.searched, made.reached) == (2, 2)


def test_girls_have_two_x_and_do_not_stop_a_search_for_a_boy() -> None:
    family = Pedigree.of(man("F"), man("MP", "F"))
    mother = Pedigree.of(man("F"), man("BROTHER", "F"), man("MP", "F"))
    assert mother["MP"].sex == family["MP"].sex
    compiled = compile_family(family, "MP", {"F": {"L2": Seen(("5",))}}, Assumptions(SMALL, chromosome="X"), ("L2",))
    found = {"boy": {"L2": Seen(("5",))}, "girl": {"L2": Seen(("5", "6"))}}
    made = scan(compiled, columns_of(found, ("L2",), {"boy": "male", "girl": "female"}), 0.5, 9)
    assert [each.profile for each in made.hits] == ["boy"]
    with pytest.raises(KinshipProblem, match=r"girl, L2: has two alleles \(5/6\) on the one X"):
        scan(compiled, columns_of(found, ("L2",)), 0.5, 9)


@pytest.mark.parametrize(
    ("seen", "sentence"),
    [
        (Seen(("5", "9")), r"child 2, L2: allele 9 is not in the table \(fictional\)"),
        (Seen(("5",)), r"child 2, L2: has one allele \(5\) where everyone has two"),
    ],
)
def test_a_finding_without_a_ratio_stops_the_search_and_is_named(seen: Seen, sentence: str) -> None:
    compiled = compile_family(DUO, "MP", {"F": {"L2": Seen(("5", "6"))}}, Assumptions(SMALL), ("L2",))
    found = {"child 1": {"L2": Seen(("5", "6"))}, "child 2": {"L2": seen}}
    with pytest.raises(KinshipProblem, match=sentence):
        scan(compiled, columns_of(found, ("L2",)), 1, 9)


def test_an_unseen_allele_is_weighed_at_the_frequency_that_was_stated() -> None:
    found = {"child": {"L2": Seen(("5", "9"))}}
    columns = columns_of(found, ("L2",))
    stated = SMALL.with_unseen(columns.alleles(), 0.001)
    relatives = {"F": {"L2": Seen(("5", "5"))}}
    compiled = compile_family(DUO, "MP", relatives, Assumptions(stated), ("L2",))
    (hit,) = scan(compiled, columns, 0.1, 9).hits
    assert hit.log10 == pytest.approx(exact(DUO, "MP", relatives, found["child"], Assumptions(stated), ["L2"])[0])
    assert compiled.table_steps == ("L2: 9 added at 0.001, scaled to the sum 1",)
    assert compiled.frequencies == stated.digest != SMALL.digest


def test_an_allele_of_frequency_0_that_mutation_may_reach_is_refused() -> None:
    table = FrequencyTable.of(Origin("(fictional)"), {"L": {"1": 0.5, "2": 0.5, "3": 0.0}})
    with pytest.raises(KinshipProblem, match="L: has alleles of frequency 0 that the missing person may have"):
        compile_family(
            DUO, "MP", {"F": {"L": Seen(("1", "2"))}}, Assumptions(table, Mutation.both("equal", 0.01)), ["L"]
        )
    compiled = compile_family(DUO, "MP", {"F": {"L": Seen(("1", "2"))}}, Assumptions(table), ["L"])
    with pytest.raises(KinshipProblem, match=r"child, L: 1/3 has probability 0 in the table \(fictional\)"):
        scan(compiled, columns_of({"child": {"L": Seen(("1", "3"))}}, ["L"]), 1, 1)


def test_a_locus_that_no_child_has_counts_with_what_the_relatives_have() -> None:
    relatives = {"F": {"L2": Seen(("5", "6")), "L1": Seen(("10", "10"))}}
    compiled = compile_family(DUO, "MP", relatives, Assumptions(SMALL), ("L1", "L2"))
    made = scan(compiled, columns_of({"child": {"L2": Seen(("5", "6"))}}, ("L2",)), 0.1, 1)
    assert made.untyped_loci == ("L1",)
    assert made.hits[0].per_locus[0] == 1.0
    with pytest.raises(KinshipProblem, match="Profiles: and family have no locus in common"):
        scan(compiled, columns_of({"child": {"L9": Seen(("5", "6"))}}, ("L9",)), 0.1, 1)


def test_progress_is_told_and_may_end_the_search() -> None:
    rng = np.random.default_rng(2)
    columns = simulated_columns(SMALL, tuple(SMALL.loci), 600_000, rng)
    compiled = compile_family(DUO, "MP", {"F": {"L1": Seen(("10", "10"))}}, Assumptions(SMALL), ("L1",))
    told: list[tuple[int, int]] = []
    scan(compiled, columns, 1e3, 1, threads=2, progress=lambda *each: told.append(each))
    assert told == [(262_144, 600_000), (524_288, 600_000), (600_000, 600_000)]

    def cancel(done: int, total: int) -> None:
        raise SearchCancelled

    with pytest.raises(SearchCancelled):
        scan(compiled, columns, 1e3, 1, threads=2, progress=cancel)


def test_relatives_who_exclude_one_another_are_refused_before_a_search() -> None:
    family = Pedigree.of(man("F"), man("A", "F"), child("MP", "F"))
    relatives = {"F": {"L2": Seen(("5", "5"))}, "A": {"L2": Seen(("6", "6"))}}
    with pytest.raises(KinshipProblem, match="L2: the relatives exclude one another"):
        compile_family(family, "MP", relatives, Assumptions(SMALL), ["L2"])


def test_a_missing_person_with_a_profile_is_refused() -> None:
    with pytest.raises(KinshipProblem, match="MP: is missing and has a profile"):
        compile_family(DUO, "MP", {"MP": {}}, Assumptions(SMALL), ["L2"])
    with pytest.raises(KinshipProblem, match="Z: is not in the pedigree"):
        compile_family(DUO, "MP", {"Z": {}}, Assumptions(SMALL), ["L2"])


@pytest.mark.parametrize(("threshold", "top", "threads"), [(0.0, 1, 1), (math.nan, 1, 1), (1.0, 0, 1), (1.0, 1, 0)])
def test_a_search_without_sense_is_refused(threshold: float, top: int, threads: int) -> None:
    compiled = compile_family(DUO, "MP", {"F": {"L2": Seen(("5", "6"))}}, Assumptions(SMALL), ("L2",))
    with pytest.raises(KinshipProblem):
        scan(compiled, columns_of({}, ("L2",)), threshold, top, threads=threads)


def test_an_empty_database_has_no_hits() -> None:
    compiled = compile_family(DUO, "MP", {"F": {"L2": Seen(("5", "6"))}}, Assumptions(SMALL), ("L2",))
    assert scan(compiled, columns_of({}, ("L2",)), 1, 1) == Hits((), 0, 0, ("L2",))


def test_a_table_that_does_not_hold_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from clew.kinship import compiling

    genuine = compiling.genotypes_of

    def halved(*given: object, **named: object) -> object:
        made = genuine(*given, **named)  # type: ignore[arg-type]
        return replace(made, table=made.table / 2)

    monkeypatch.setattr(compiling, "genotypes_of", halved)
    with pytest.raises(KinshipProblem, match="L2: has a table that does not hold: the probabilities of all genotypes"):
        compile_family(DUO, "MP", {"F": {"L2": Seen(("5", "6"))}}, Assumptions(SMALL), ["L2"])
    monkeypatch.setattr(compiling, "genotypes_of", genuine)
    monkeypatch.setattr(compiling, "shows_nothing", lambda *given: 0.01)
    with pytest.raises(KinshipProblem, match="probability times ratio of all findings"):
        compile_family(DUO, "MP", {"F": {"L2": Seen(("5", "6"))}}, Assumptions(SMALL), ["L2"])
