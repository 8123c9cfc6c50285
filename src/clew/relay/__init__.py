"""A relay: a process of its own that keeps sealed letters for nodes behind firewalls, and can read none of them."""
