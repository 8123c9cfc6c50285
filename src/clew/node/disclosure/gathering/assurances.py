"""What was recorded of a recipient's word: assurances, pledges, assessments; the newest of each kind counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from clew.disclosure.facts import AssessmentFacts, AssuranceFacts
from clew.node.disclosure.models import Assurance, Release


class Assurances:
    """Those that cover this release's recipient and, if they name one, its instrument; one query for all kinds."""

    def __init__(self, release: Release, today: dt.date) -> None:
        self._today = today
        self._rows: Sequence[Assurance] = list(
            Assurance.objects.filter(
                party__in={release.recipient, release.post} - {""}, instrument__in=["", release.instrument]
            ).order_by("-issued", "-pk")
        )

    def newest(self, kind: str) -> Assurance | None:
        """The newest of a kind; an expired one hides no newer.

        An assurance that has expired is shown to the rules as such; of the other kinds only one in force counts.
        """
        found = [each for each in self._rows if each.kind == kind]
        in_time = [each for each in found if each.issued <= self._today < each.expires]
        shown_expired = kind in {Assurance.Kind.ASSURANCE, Assurance.Kind.ASSESSMENT}
        return next(iter(in_time or (found if shown_expired else [])), None)

    @property
    def confidentiality(self) -> str:
        """Whether an undertaking in force says that the recipient can keep a request confidential."""
        return "yes" if self.newest(Assurance.Kind.CONFIDENTIALITY) is not None else "unknown"

    @property
    def against_death_penalty_and_torture(self) -> AssuranceFacts:
        """The assurance as the rules see it."""
        found = self.newest(Assurance.Kind.ASSURANCE)
        if found is None:
            return AssuranceFacts("", "", None, None, doubts_on_torture=False)
        return AssuranceFacts(found.text, found.issuer, found.issued, found.expires, found.doubts_on_torture)

    @property
    def assessment(self) -> AssessmentFacts:
        """The assessment as the rules see it."""
        found = self.newest(Assurance.Kind.ASSESSMENT)
        if found is None:
            return AssessmentFacts("", "", None, None)
        return AssessmentFacts(f"{found.pk} {found.issuer}", found.text, found.issued, found.expires)
