"""Officers, roles, compartments, sign-in, and the action decorator."""
