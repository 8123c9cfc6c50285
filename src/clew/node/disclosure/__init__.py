"""May this leave, to whom, and why: releases, decisions, approvals."""
