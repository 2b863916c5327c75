"""The vocabulary: frozen values and pure functions over them.

Standard library only, no I/O. Time and randomness come in as arguments.
"""
