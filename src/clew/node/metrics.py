"""Figures about the node in the OpenMetrics text format, for a monitoring service: sizes, numbers, ages and times.

No name, no case, no subject. Who writes to whom stands in it only where the node's settings say so. Each app offers its
own figures (`queries.metric_families`); this module adds the node's and writes them.
Format: https://prometheus.io/docs/specs/om/open_metrics_spec/ (1.0).
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from typing import Final

from django.conf import settings
from django.utils import timezone

from clew.node.condition import documents_bytes, store_bytes
from clew.node.discovery import offers
from clew.node.heartbeat import last_beat
from clew.node.home import Home
from clew.node.types import MetricFamily, Sample

CONTENT_TYPE: Final = "application/openmetrics-text; version=1.0.0; charset=utf-8"


def exposition(now: dt.datetime | None = None) -> str:
    """All figures of this moment, as text."""
    now = now or timezone.now()
    by_partner = settings.NODE.metrics_partners
    offered = (family for offered in offers("metric_families") for family in offered(now=now, by_partner=by_partner))
    return written([*node_families(settings.HOME, now), *offered])


def node_families(home: Home, now: dt.datetime) -> Iterator[MetricFamily]:
    """What belongs to no app: the program, the store, the disk, the worker."""
    yield MetricFamily("clew_build", "info", "The program.", [Sample(1, {"version": version("clew")})])
    yield MetricFamily("clew_store_bytes", "gauge", "Size of the store.", [Sample(store_bytes(home))])
    yield MetricFamily("clew_documents_bytes", "gauge", "Size of the documents.", [Sample(documents_bytes(home))])
    free = shutil.disk_usage(home.path).free
    yield MetricFamily("clew_disk_free_bytes", "gauge", "Free where the store lies.", [Sample(free)])
    beat = last_beat(home.path)
    if beat is None:
        return
    silent = max((now - beat.at).total_seconds(), 0.0)
    yield MetricFamily("clew_worker_silent_seconds", "gauge", "Since the worker's last round.", [Sample(silent)])
    yield MetricFamily("clew_worker_rounds", "counter", "Rounds since it started.", [Sample(beat.rounds)])
    yield MetricFamily("clew_worker_round_seconds", "counter", "Time of all rounds.", [Sample(beat.seconds)])
    yield MetricFamily("clew_worker_longest_round_seconds", "gauge", "The longest.", [Sample(beat.longest)])
    done = [Sample(number, {"what": what}) for what, number in sorted(beat.done.items())]
    yield MetricFamily("clew_worker_done", "counter", "What the rounds did.", done)


def written(families: Iterable[MetricFamily]) -> str:
    """Families as OpenMetrics text; the last line says that it is whole."""
    lines: list[str] = []
    for family in families:
        lines += [f"# TYPE {family.name} {family.kind}", f"# HELP {family.name} {_escaped(family.says)}"]
        lines += [_sample(family, sample) for sample in family.samples]
    return "\n".join([*lines, "# EOF", ""])


def _sample(family: MetricFamily, sample: Sample) -> str:
    suffix = {"counter": "_total", "info": "_info"}.get(family.kind, "")
    labels = ",".join(f'{name}="{_escaped(value)}"' for name, value in sorted(sample.labels.items()))
    value = sample.value if isinstance(sample.value, int) else f"{sample.value:.3f}"
    return f"{family.name}{suffix}{f'{{{labels}}}' if labels else ''} {value}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
