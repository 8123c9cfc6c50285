"""Files in and files out: mappings, dry runs, undo, decided exports."""
