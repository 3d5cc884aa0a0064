"""Check what a wheel holds: the package and that it is typed, nothing else; and its page.

python .ci/contents.py WHEEL
"""

import sys
import zipfile

names = zipfile.ZipFile(sys.argv[1]).namelist()
strangers = {name.split("/")[0] for name in names if ".dist-info/" not in name} - {"metrax"}
assert not strangers, f"{sys.argv[1]}: holds {sorted(strangers)} beside metrax"
assert "metrax/py.typed" in names, f"{sys.argv[1]}: holds no metrax/py.typed"
tests = [name for name in names if "tests/" in name or "/test_" in name]
assert not tests, f"{sys.argv[1]}: holds tests: {tests}"
metadata = next(name for name in names if name.endswith(".dist-info/METADATA"))
page = zipfile.ZipFile(sys.argv[1]).read(metadata).decode().partition("\n\n")[2]
assert page.startswith("# metrax"), f"{sys.argv[1]}: has no page; hatch_build.py makes it"
assert "](docs/" not in page, f"{sys.argv[1]}: its page links to files that an index has not"
