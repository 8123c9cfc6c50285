"""Who is who: names across scripts and identifiers. No Django, no network, no clock."""
