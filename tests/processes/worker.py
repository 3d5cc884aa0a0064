"""One process of several; prints the outcome for every statistic as JSON.

python worker.py PORT NUMBER_OF_PROCESSES INDEX
"""

import json
import sys

import jax


def main(port: str, count: int, index: int) -> None:
    jax.distributed.initialize(f"127.0.0.1:{port}", count, index)
    from tests.processes import ways  # not before: it looks at the devices

    ways.other_shapes_are_refused(index)
    print(json.dumps(ways.outcome(index)))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
