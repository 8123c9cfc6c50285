"""Sources, statements, entities, and the rows made from them."""
