"""Pictures of screens are kept as SVG, whatever the version of the tool that compares them."""

from __future__ import annotations

from pytest_textual_snapshot import SVGImageExtension
from syrupy.extensions.single_file import WriteMode

# syrupy 5 renamed these; without them it writes `.raw` files and ignores the pictures there are.
SVGImageExtension.file_extension = "svg"
SVGImageExtension.write_mode = WriteMode.TEXT
