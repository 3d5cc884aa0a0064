"""The site's pages in Markdown; ``python -m docs._site`` builds it."""
