"""The pages of a person's consents."""
