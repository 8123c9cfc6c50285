"""Pages of a person's path, of services and of referrals."""
