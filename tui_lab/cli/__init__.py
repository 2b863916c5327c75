"""The headless face."""


def main() -> int:
    return 0
