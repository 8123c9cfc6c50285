"""Files as evidence: sealed as streams, sent in parts, opened and verified, handed on as a bag with its custody."""
