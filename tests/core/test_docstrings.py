"""Arguments that are documented once."""

from metrax.core.docstrings import share_arguments


class Base:
    """What others have in common.

    Args:
      name: of anything.
      bits: of the float,
        in two lines.
      absent: what no subclass takes.
    """


class Own(Base):
    """A class.

    Some words.

    Args:
      first: its own.

    Example:
      >>> 1
      1
    """

    def __init__(self, first, *, name=None, bits=16):
        pass


class Bare(Base):
    pass


def test_arguments_of_bases_are_added_where_a_class_takes_them():
    share_arguments(Own, "  ValueError: when it is wrong.")
    assert Own.__doc__ == (
        "A class.\n\nSome words.\n\nArgs:\n  first: its own.\n  bits: of the float,\n"
        "    in two lines.\n  name: of anything.\n\nRaises:\n  ValueError: when it is wrong.\n\n"
        "Example:\n  >>> 1\n  1\n"
    )
    before = Own.__doc__
    share_arguments(Own, "  ValueError: when it is wrong.")
    assert Own.__doc__ == before


def test_a_class_without_a_docstring_stays_so():
    share_arguments(Bare, "")
    assert "__doc__" not in vars(Bare) or vars(Bare)["__doc__"] is None
