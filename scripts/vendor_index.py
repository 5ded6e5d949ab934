"""Builds the icon sprite and VENDORED.json from packages unpacked by vendor.sh: `vendor_index.py UNPACKED TARGET`."""

import base64
import hashlib
import json
import re
import sys
from pathlib import Path


def sprite(icons: Path, names: list[str]) -> str:
    """One SVG with a symbol for each named icon of the outline set."""
    symbols = []
    for name in names:
        text = (icons / f"{name}.svg").read_text()
        shapes = re.search(r"<svg[^>]*>(.*)</svg>", text, re.DOTALL)
        if shapes is None:
            raise SystemExit(f"{name}.svg has no drawing")
        drawing = re.sub(r'<path stroke="none" d="M0 0h24v24H0z"[^>]*/>', "", shapes.group(1))
        drawing = re.sub(r"\s*\n\s*", "", drawing).strip()
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{drawing}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def entry(package: Path) -> dict[str, str]:
    """What stands in VENDORED.json for one unpacked package."""
    about = json.loads((package / "package.json").read_text())
    digest = hashlib.sha512(package.with_suffix(".tgz").read_bytes()).digest()
    return {
        "package": about["name"],
        "version": about["version"],
        "licence": about["license"],
        "sha512": base64.b64encode(digest).decode(),
    }


def main(unpacked: Path, target: Path) -> None:
    """Writes the sprite and the index."""
    names = (target / "icons.txt").read_text().split()
    (target / "tabler-icons" / "icons.svg").write_text(sprite(unpacked / "tabler-icons" / "icons" / "outline", names))
    folders = sorted(p for p in unpacked.iterdir() if p.is_dir())
    index = {p.name: entry(p) for p in folders}
    (target / "VENDORED.json").write_text(json.dumps(index, indent=2) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
