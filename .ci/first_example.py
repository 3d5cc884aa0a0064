"""Run the first example of a page as a reader would, against the metrax that is installed.

python .ci/first_example.py README.md
"""

import doctest
import importlib.metadata
import re
import sys
from pathlib import Path

import metrax

installed = importlib.metadata.distribution("metrax").locate_file("metrax/__init__.py")
assert Path(str(installed)).samefile(metrax.__file__), f"another metrax: {metrax.__file__}"

page = Path(sys.argv[1])
example = re.search(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
assert example, f"{page} has no example"
test = doctest.DocTestParser().get_doctest(example[1], {}, "first example", str(page), 0)
failed, attempted = doctest.DocTestRunner().run(test)
assert attempted, f"{page}: the first example has no lines"
assert not failed
print(f"{page.name}: {attempted} lines of its first example ran")
