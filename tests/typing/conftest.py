"""Code for type checkers, which is wrong on purpose: nothing here is a test module."""

collect_ignore_glob = ["*.py"]
