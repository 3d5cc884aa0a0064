"""The site: pages of prose from ``docs/``, and a page for every public object."""
