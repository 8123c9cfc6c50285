"""The campaign as a command. Its last line is JSON; the exit code is 1 if anything is wrong."""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from pathlib import Path

from tests.faults.campaign.running import Campaign, as_line

SHORT, LONG = (1_000, 20), (100_000, 1_000)


def say(line: str) -> None:
    """A line for who watches, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """Run the short form, or with `--long` the long one."""
    parser = argparse.ArgumentParser(description="Letters among five nodes while everything goes wrong.")
    parser.add_argument("--long", action="store_true", help="100,000 letters and 1,000 kills; up to an hour or more")
    parser.add_argument("--letters", type=int)
    parser.add_argument("--kills", type=int)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 31))
    asked = parser.parse_args()
    letters, kills = LONG if asked.long else SHORT
    say(f"seed {asked.seed}; lines are fault proxies on loopback, a full disk is a limit on file sizes")
    with tempfile.TemporaryDirectory(prefix="clew-faults-") as directory:
        campaign = Campaign(asked.letters or letters, asked.kills or kills, asked.seed, say)
        found = campaign.run(Path(directory))
    say(json.dumps(as_line(found)))
    sys.exit(not found.well)


if __name__ == "__main__":
    main()
