"""One process of several: accumulates its own rows, merges with the others, checks the values.

Usage: python worker.py PORT NUMBER_OF_PROCESSES INDEX
"""

import sys

import jax
import numpy as np
import pytest


def main(port: str, count: int, index: int) -> None:
    jax.config.update("jax_cpu_collectives_implementation", "gloo")
    jax.distributed.initialize(f"127.0.0.1:{port}", count, index)
    import metrax

    metrics = metrax.Collection(
        auc=metrax.AUC(), mse=metrax.MeanSquaredError(), recall=metrax.Recall(thresholds=[0.2, 0.7])
    )
    rng = np.random.default_rng(0)
    y, p = rng.integers(0, 2, 1000), rng.random(1000, np.float32)
    mine = np.array_split(np.arange(1000), [300])[index]
    state = metrics.init()
    # The second process runs out of data a step earlier.
    for rows in np.array_split(mine, 3 - index):
        state = metrics.update(state, y[rows], p[rows])
    merged = metrax.merge_processes({"epoch": 7, "metrics": state})
    assert merged["epoch"] == 7
    alone = metrics(y, p)
    for name, value in metrics.compute(merged["metrics"]).items():
        np.testing.assert_allclose(value, alone[name], rtol=1e-6)
    other_shapes_are_refused(metrax, index)
    print("merged")


def other_shapes_are_refused(metrax, index: int) -> None:
    with pytest.raises(metrax.MetraxError, match="different structure"):
        metrax.merge_processes(metrax.AUC(num_thresholds=100 + index).init())


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
