"""The person first: her path from a first contact on, screening, identification, referral."""
