"""People: accounts, sign-ins and access tokens."""
