"""Build the site from an empty folder: ``python -m docs._site``, or ``... -m docs._site FOLDER``.

Warnings are errors, and nothing comes from the network.
"""

import os
import shutil
import sys
from pathlib import Path

os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ.setdefault("KERAS_BACKEND", "jax")

ROOT = Path(__file__).parents[2]
PAGES, STATIC = ROOT / "build" / "pages", ROOT / "build" / "static"


def main(out: Path) -> int:
    """Write the pages, then have Sphinx read them; its exit status."""
    try:
        from sphinx.cmd.build import build_main

        from docs._site import formulas, navigation
    except ImportError as error:
        sys.exit(f'{error}; install what builds the site: pip install -e ".[docs]"')
    for folder in (out, STATIC):
        shutil.rmtree(folder, ignore_errors=True)
    navigation.assemble(PAGES)
    formulas.write_font(STATIC / "math.woff2")
    settings = ["-c", str(Path(__file__).parent), "-d", str(ROOT / "build" / "doctrees")]
    strict = ["-W", "--keep-going", "-E", "-a", "-q"]
    return build_main(["-b", "html", *settings, *strict, str(PAGES), str(out)])


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build" / "site"
    status = main(target.resolve())
    if status == 0:
        pages = len(list(target.rglob("*.html")))
        print(f"{pages} pages: {target.resolve() / 'index.html'}")
    sys.exit(status)
