"""Whether there is anything to keep apart."""

import jax


def one_device() -> bool:
    """Whether all arrays lie on one device, so that no way of adding up makes it exchange anything.

    Under automatic sharding tracing does not see where an array lies, but how many devices there
    are it knows. What is compiled ahead of time for more is right all the same.
    """
    return jax.device_count() == 1
