"""A simulated provider that speaks the real dialects: for trying things out, and for tests."""
