"""The pages of accounts: one-time links, the own account, officers and compartments."""
