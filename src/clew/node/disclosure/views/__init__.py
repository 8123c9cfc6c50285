"""The release pages: each translates HTTP to an action or a query."""
