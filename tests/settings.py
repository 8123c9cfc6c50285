"""Django settings of the suite: those of a node, in a throw-away directory of its own per process."""

from __future__ import annotations

import atexit
import os
import shutil

from tests.node_home import make_test_home

_home = make_test_home()
# A forked child ends with the same exit functions, and must not take its parent's directory along.
_maker = os.getpid()
atexit.register(lambda: shutil.rmtree(_home.path.parent, ignore_errors=True) if os.getpid() == _maker else None)

from clew.node.settings import *  # noqa: E402, F403 - the settings read the directory made above

# Each test's client would otherwise look through every static file before its first request: a third of its time.
WHITENOISE_AUTOREFRESH = True
