"""`clew certificate`: a TLS certificate of the node's own."""

from __future__ import annotations

from dataclasses import replace

from clew.cli.answers import AsJson, HomeOption, answer, set_up_node, stop
from clew.cli.card_making import publish_card


def certificate(home: HomeOption = None, as_json: AsJson = False) -> None:
    """Make a TLS certificate for inbound and a new card that carries it, for a node that has none or whose is old.

    From the next start inbound speaks TLS itself. Partners send nothing to a certificate that is not on the card they
    confirmed: give them the new card first. Its fingerprint is the same, for the keys are.
    """
    set_up_node(home)
    from clew.node.certificate import own_certificate, valid_until
    from clew.node.home import load_home, write_settings

    node = load_home()
    if node.settings.inbound_url.startswith("http:"):
        stop(
            f"Partners write to {node.settings.inbound_url}, which is not TLS. "
            f"Let inbound_url in {node.path / 'node.toml'} begin with https: first."
        )
    settings = replace(node.settings, tls="own")
    fingerprint = publish_card(replace(node, settings=settings))
    write_settings(node.path, settings)
    ends = valid_until(own_certificate(load_home()))
    answer(
        {"fingerprint": fingerprint, "valid_until": ends.isoformat()},
        as_json=as_json,
        text=f"Inbound has a certificate until {ends:%d %B %Y}, and the card carries it.\n"
        f"Fingerprint, as before: {fingerprint}\n"
        "Next: write the card with clew partner card --out office.card, give it to every partner, and when they have "
        "confirmed it restart the node.",
    )
