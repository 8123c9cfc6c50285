"""The API: what another system of the organisation does over HTTP, and the notifications it gets."""
