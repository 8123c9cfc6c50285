"""Clew: anti-trafficking authorities and NGOs of different countries work one case together."""
