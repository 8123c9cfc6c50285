"""An address is found by its name; of two with one name, Django would silently take the later one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver


def names(resolver: URLResolver, room: str = "") -> Iterator[str]:
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            yield from names(each, each.namespace or room)
        elif isinstance(each, URLPattern) and each.name:
            yield f"{room}:{each.name}"


def test_no_two_addresses_of_a_room_have_one_name() -> None:
    counted = Counter(names(get_resolver()))
    assert len(counted) > 100
    assert [name for name, number in counted.items() if number > 1] == []
