"""May this leave, to whom, and why: rules, engine, decision, redaction."""
