"""Keyway's rules, stores and journeys: everything below the doors (web/, scripts/)."""
