"""Who is who in this node: pairs that may be one, judged by people."""
