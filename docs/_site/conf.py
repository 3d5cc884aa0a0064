"""Sphinx's settings; ``python -m docs._site`` uses them."""

import importlib.metadata

from docs._site import code, formulas, references

project = "metrax"
author = "The metrax authors"
release = version = importlib.metadata.version("metrax")
language = "en"

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
    "myst_parser",
    "sphinx_copybutton",
    "sphinx_design",
]
nitpicky = True  # with -W a reference that leads nowhere stops the build
default_role = None
smartquotes_action = "D"  # dashes alone: quotes stay as typed

# Docstrings
add_module_names = False
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
python_display_short_literal_types = True
python_maximum_signature_line_length = 88
napoleon_google_docstring, napoleon_numpy_docstring = True, False
napoleon_use_ivar, napoleon_use_rtype = True, False
toc_object_entries_show_parents = "hide"

# Markdown
myst_enable_extensions = ["dollarmath", "colon_fence", "attrs_inline", "attrs_block", "deflist"]
myst_heading_anchors = 3
suppress_warnings = ["myst.header"]

# Looks
html_theme = "furo"
html_title = "metrax"
html_static_path = ["static", "../../build/static"]
html_favicon = "static/icon.svg"
html_css_files = ["site.css"]
html_copy_source = html_show_sphinx = html_show_copyright = False
pygments_style, pygments_dark_style = "friendly", "github-dark"
copybutton_exclude = ".linenos, .gp, .go"  # a copy has neither prompts nor output
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#3b5bdb", "color-brand-content": "#364fc7"},
    "dark_css_variables": {"color-brand-primary": "#91a7ff", "color-brand-content": "#91a7ff"},
}

html_math_renderer = "mathml"


def setup(app):
    """Formulas, references and code of our own."""
    formulas.setup(app)
    references.setup(app)
    code.setup(app)
    return {"parallel_read_safe": False, "parallel_write_safe": False}
