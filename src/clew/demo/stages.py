"""The driver's side of the stages: one process inside each node, asked one act at a time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from types import TracebackType
from typing import Any, Self

from clew.demo.places import DemoProblem, Place


class Stage:
    """A process that performs acts inside one node by calling its actions."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.log = place.home / "logs" / "stage.log"
        self.log.parent.mkdir(parents=True, exist_ok=True)
        hidden = {"CLEW_HOME", "CLEW_PROCESS", "DJANGO_SETTINGS_MODULE"}
        with self.log.open("ab") as errors:
            self._process = subprocess.Popen(  # noqa: S603 - our own program with our own arguments
                [sys.executable, "-m", "clew.demo.stage", str(place.home)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                env={name: value for name, value in os.environ.items() if name not in hidden},
            )

    def perform(self, act: str, /, **arguments: Any) -> Any:
        """Perform one act; returns what it tells.

        Raises:
            DemoProblem: the act was refused or the process ended; the sentence names the node and the act.
            ActEnded: only the act's own process died.
        """
        pipe_in, pipe_out = self._process.stdin, self._process.stdout
        if pipe_in is None or pipe_out is None:
            raise DemoProblem(f"{self.place.key}: the stage has no pipes.")
        pipe_in.write(json.dumps({"act": act, "with": arguments}) + "\n")
        pipe_in.flush()
        line = pipe_out.readline()
        if not line:
            raise DemoProblem(f"{self.place.key}: the process that plays the story ended. See {self.log}.")
        answer = json.loads(line)
        if answer.get("ended"):
            raise ActEnded(f"{self.place.key}: {act} was cut off.")
        if not answer["ok"]:
            raise DemoProblem(f"{self.place.key}: {act}: {answer['problem']}")
        return answer["told"]

    def close(self) -> None:
        """End the process."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait(timeout=15)


class ActEnded(DemoProblem):
    """The process of an act died; the act can be asked for again, and does what is left to do."""


class Stages:
    """The stages of all nodes, opened and closed together."""

    def __init__(self, all_places: tuple[Place, ...]) -> None:
        self._places = {place.key: place for place in all_places}
        self._open: dict[str, Stage] = {}

    def __enter__(self) -> Self:
        for place in self._places.values():
            self._open[place.key] = Stage(place)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        for stage in self._open.values():
            stage.close()

    def perform(self, key: str, act: str, /, **arguments: Any) -> Any:
        """Perform an act in the node `key`."""
        return self._open[key].perform(act, **arguments)
