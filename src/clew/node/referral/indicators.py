"""Sets of indicators as this node keeps them: each version as it was when it was first used, for ever."""

from __future__ import annotations

from django.utils import timezone

from clew.node.referral.models import IndicatorVersion
from clew.referral.screening import (
    IndicatorSet,
    SetRefused,
    SignOff,
    formal_use,
    set_from,
    shipped,
    shipped_content,
)


def offered() -> dict[str, IndicatorSet]:
    """The newest version of each set that comes with Clew, by its id: what a new screening can be made with."""
    newest: dict[str, IndicatorSet] = {}
    for (name, version), found in shipped().items():
        if name not in newest or _order(version) > _order(newest[name].version):
            newest[name] = found
    return newest


def kept(indicators: IndicatorSet) -> IndicatorVersion:
    """The row that keeps a shipped version, made where there is none yet."""
    content = shipped_content()[indicators.id, indicators.version]
    found, _made = IndicatorVersion.objects.get_or_create(
        digest=indicators.digest,
        defaults={
            "name": indicators.id, "version": indicators.version, "content": content, "kept": timezone.now(),
        },
    )  # fmt: skip
    return found


def set_of(version: IndicatorVersion) -> IndicatorSet:
    """The set that a row keeps. Raises `SetRefused` where somebody changed it since."""
    found = set_from(version.content)
    if found.digest != version.digest:
        raise SetRefused(f"The kept set {version.name} {version.version} is not what it was when it was first used.")
    return found


def sign_offs_of(version: IndicatorVersion) -> list[SignOff]:
    """The sign-offs that stand for this very version."""
    standing = version.sign_offs.filter(ended=None).select_related("signed_by").order_by("pk")
    return [SignOff(version.digest, str(one.signed_by), one.signed.date(), one.read_in) for one in standing]


def formal_use_of(version: IndicatorVersion) -> bool:
    """Whether a formal step may rest on this version."""
    may, _why = formal_use(set_of(version), sign_offs_of(version))
    return may


def _order(version: str) -> tuple[int, str]:
    return (int(version), "") if version.isdecimal() else (0, version)
