"""What the API offers, by the room it belongs to. Each module lists its operations and the schemas they use."""
