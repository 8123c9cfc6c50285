"""The pages of imports, counts and exports."""
