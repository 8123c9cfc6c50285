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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from clew.node.certificate import own_certificate
from clew.node.heartbeat import last_beat
from clew.node.home import load_home, write_settings
from clew.node.keys import MAY_USE, Process
from tests.cli.nodes import PATIENCE, Server, clew, environment, is_alive, served

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


@contextmanager
def a_request_in_hand(home: Path) -> Iterator[tuple[Server, ssl.SSLSocket]]:
    """A letter to inbound of which the first half is there, and the node told to stop meanwhile."""
    node = load_home(home)
    context = ssl.create_default_context(cadata=own_certificate(node))
    with served(home) as server:
        wait_until(lambda: is_taken(node.settings.inbound_port))
        plain = socket.create_connection(("127.0.0.1", node.settings.inbound_port), PATIENCE)
        with context.wrap_socket(plain, server_hostname="localhost") as line:
            line.sendall(
                b"POST /v1/letters HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                b"Content-Type: application/vnd.clew.envelopes\r\nContent-Length: 14\r\n\r\n{half a"
            )
            yield server, line
    assert server.process.returncode == 0


def test_what_is_in_hand_when_the_node_is_told_to_stop_is_finished_and_nothing_new_is_taken(home: Path) -> None:
    port = load_home(home).settings.inbound_port
    with a_request_in_hand(home) as (server, line):
        children = server.children()
        server.process.send_signal(signal.SIGTERM)
        # As soon as the port is closed the node has begun to stop; the request is still in hand.
        wait_until(lambda: not is_taken(port))
        assert any(map(is_alive, children))
        line.sendall(b" line}\n")
        answer = b""
        while part := line.recv(4096):
            answer += part
        assert answer.startswith(b"HTTP/1.1 200 OK")
        assert b'"not-json"' in answer
    assert not any(map(is_alive, children))


def wait_until(holds: Callable[[], bool]) -> None:
    """Ask now and then until something holds; the suite's own patience ends what never does."""
    for _time in range(PATIENCE * 20):
        if holds():
            return
        select.select([], [], [], 0.05)
    raise AssertionError("it never came to hold")


def is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(PATIENCE)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_a_caller_who_never_finishes_does_not_keep_the_node_from_stopping(home: Path) -> None:
    with a_request_in_hand(home) as (server, _line):
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(PATIENCE) == 0


def test_the_worker_says_that_it_goes_round_and_that_it_was_stopped(home: Path) -> None:
    node = load_home(home)
    write_settings(home, replace(node.settings, log_format="json", metrics_token="0" * 32))
    with served(home) as server:
        pages = f"http://127.0.0.1:{node.settings.port}"
        transport = httpx.HTTPTransport(retries=8)
        with httpx.Client(transport=transport, trust_env=False) as client:
            wait_until(lambda: client.get(f"{pages}/health/ready").status_code == 200)
            figures = client.get(f"{pages}/metrics", headers={"Authorization": "Bearer " + "0" * 32})
        assert figures.text.endswith("# EOF\n")
        os.kill(server.children()[0], signal.SIGKILL)
        told = json.loads(server.waits_for_word("process ended"))
        assert (told["level"], told["logger"]) == ("warning", "clew.node.serving")
        assert {one["check"]: one["state"] for one in clew("doctor", "--json", home=home).json["findings"]}[
            "worker"
        ] == "well"
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(PATIENCE) == 0
    beat = last_beat(home)
    assert beat is not None
    assert beat.ended


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
