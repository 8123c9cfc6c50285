"""Pages of kinship."""
