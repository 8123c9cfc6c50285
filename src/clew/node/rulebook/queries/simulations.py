"""Simulations: whoever may run one sees her own; the worker sees those that wait."""

from __future__ import annotations

from django.db.models import QuerySet

from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import permissions_of
from clew.node.rulebook.models import Simulation


def simulations(*, officer: Officer) -> QuerySet[Simulation]:
    """The officer's simulations, the newest first, without rule files."""
    heavy = ("files", "chosen", "changes", "not_replayable", "read_older")
    found = Simulation.objects.filter(made_by=officer).defer(*heavy)
    return found.order_by("-made", "-pk") if "simulation.run" in permissions_of(officer) else found.none()


def simulation(*, officer: Officer, pk: int) -> Simulation | None:
    """One of them, whole, or None."""
    if "simulation.run" not in permissions_of(officer):
        return None
    return Simulation.objects.filter(made_by=officer, pk=pk).first()


def simulations_waiting() -> list[int]:
    """The numbers of the simulations the worker has still to work on, the oldest first."""
    states = (Simulation.State.QUEUED, Simulation.State.RUNNING)
    return list(Simulation.objects.filter(state__in=states).order_by("pk").values_list("pk", flat=True))


def simulation_at_work(pk: int) -> Simulation | None:
    """One simulation for the worker, if it may still go on."""
    states = (Simulation.State.QUEUED, Simulation.State.RUNNING)
    return Simulation.objects.filter(pk=pk, state__in=states).defer("changes", "not_replayable", "read_older").first()
