"""The partner pages: each translates HTTP to an action or a query."""
