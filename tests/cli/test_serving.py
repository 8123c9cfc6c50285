"""The three processes of a node: started together, started again, ended together; each with its own keys only."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import ssl
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from clew.node.certificate import own_certificate
from clew.node.home import load_home
from clew.node.keys import MAY_USE, Process
from tests.cli.nodes import PATIENCE, clew, environment, is_alive, served

pytestmark = pytest.mark.slow
KEYS = ("sign", "seal", "transport", "rest")


def wait_for_end(pids: list[int]) -> None:
    """Until all have ended; by the system's own word, not by the clock."""
    for pid in pids:
        try:
            descriptor = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        try:
            ended, _writing, _errors = select.select([descriptor], [], [], PATIENCE)
            assert ended, f"process {pid} runs on"
        finally:
            os.close(descriptor)


def test_pages_and_inbound_answer_on_their_own_ports_and_a_stop_ends_all(home: Path) -> None:
    node = load_home(home)
    with served(home) as server:
        assert server.told == {
            "state": "ready", "pages": f"http://localhost:{node.settings.port}/", "inbound": node.inbound_url,
        }  # fmt: skip
        children = server.children()
        assert len(children) == 3
        retry = httpx.HTTPTransport(retries=8)
        pinned = ssl.create_default_context(cadata=own_certificate(node))
        secure = httpx.HTTPTransport(retries=8, verify=pinned)
        mounts = {"http://": retry, "https://": secure}
        with httpx.Client(mounts=mounts, trust_env=False) as client:
            page = client.get(f"http://127.0.0.1:{node.settings.port}/", headers={"Host": "localhost"})
            health = client.get(f"https://localhost:{node.settings.inbound_port}/v1/health")
            nothing = client.get(f"https://localhost:{node.settings.inbound_port}/account/login/")
        assert (page.status_code, health.status_code, nothing.status_code) == (302, 200, 404)
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(PATIENCE) == 0
    assert not any(map(is_alive, children))


def test_a_killed_child_is_started_again(home: Path) -> None:
    with served(home) as server:
        before = set(server.children())
        for victim in sorted(before):
            os.kill(victim, signal.SIGKILL)
            assert "is started again" in server.waits_for_word("process ended")
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(PATIENCE) == 0


def test_when_the_parent_is_killed_its_children_end_too(home: Path) -> None:
    with served(home) as server:
        children = server.children()
        assert len(children) == 3
        server.process.kill()
        wait_for_end(children)


@pytest.mark.parametrize("port", ["port", "inbound_port"])
def test_a_busy_port_is_named(home: Path, port: str) -> None:
    taken = getattr(load_home(home).settings, port)
    with socket.socket() as other:
        other.bind(("127.0.0.1", taken))
        other.listen()
        answer = clew("serve", home=home)
    assert (answer.code, answer.out) == (1, "")
    assert f"Port {taken} on 127.0.0.1 is in use" in answer.err
    assert str(home / "node.toml") in answer.err


def test_a_store_that_is_older_than_the_program_is_not_served(home: Path) -> None:
    (home / "store.sqlite3").unlink()
    answer = clew("serve", home=home)
    assert answer.code == 1
    assert "clew doctor --migrate" in answer.err
    mended = clew("doctor", "--migrate", home=home)
    # The new store is in order; that the node's card went with the old one is said too.
    assert "store: well" in mended.out
    assert "card: This node has no card." in mended.out


@pytest.mark.parametrize("process", [*Process, "unknown"])
def test_a_process_may_load_its_own_keys_and_no_other(process: str, home: Path) -> None:
    script = (
        "import json\nfrom clew.node import keys\nheld = []\n"
        f"for name in {KEYS!r}:\n"
        "    try:\n        getattr(keys, name + '_key')()\n        held.append(name)\n"
        "    except keys.KeyRefused as refusal:\n        assert 'may not use' in str(refusal)\n"
        "print(json.dumps(held))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], env={**environment(home), "CLEW_PROCESS": process},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    held = set(json.loads(done.stdout))
    least = Process.INBOUND if process == "unknown" else Process(process)
    assert held == {name for name in KEYS if least in MAY_USE[name]}
    assert held == {
        "web": {"rest"}, "inbound": {"transport"}, "worker": set(KEYS), "cli": set(KEYS), "unknown": {"transport"},
    }[process]  # fmt: skip
