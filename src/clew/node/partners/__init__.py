"""The directory of parties, their cards and keys, and the instruments between them."""
