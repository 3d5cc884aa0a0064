# pyright: strict
"""Mistakes, one a line, which checkers must find before anything runs."""

import numpy as np
from jax import Array

import metrax

y, p = [0, 1, 1], np.zeros(3)
auc, mse, mean = metrax.AUC(), metrax.MeanSquaredError(), metrax.Mean()
metrics = metrax.Collection(a=auc, b=mse)
state = auc.init()

# ---- arguments of a call

auc.update(state, y_tru=y, y_pred=p)  # error
auc.update(state, y)  # error
auc.update(y, p)  # error
auc.update(state, y, p, None, None)  # error
auc.update(state, y, p, sample_weight=y)  # error
auc(y)  # error
auc(y, preds=p)  # error
auc.observe(y_true=y)  # error
auc.observe(y, "scores")  # error
auc.update(state, ["cat", "dog"], p)  # error
mean.update(mean.init(), y_true=y, y_pred=p)  # error
mean(y, p, y)  # error
metrax.checked(auc)(y)  # error
metrax.by_shard(auc, 8).update(state, y)  # error
metrax.by_shard(auc, "data")  # error
metrax.functional.mean_squared_error(y_tru=y, y_pred=p)  # error
metrax.functional.huber(y, p, "delta")  # error
metrax.losses.hinge(y)  # error

# ---- states

mse.compute(state)  # error
mse.update(state, y, p)  # error
auc.merge(state, mse.init())  # error
auc.compute(y)  # error
auc.compute(auc.compute(state))  # error
auc.on("labels", "scores").compute(mse.init())  # error
metrics.compute(state)  # error
state.update(y, p)  # error
state.hi = p  # error

# ---- values

label: str = auc.compute(state)  # error
number: Array = metrics.compute(metrics.init())  # error

# ---- names, and configuration

metrax.AUCs()  # error
metrax.curves.Recall()  # error
metrax.functional.mean_square_error(y, p)  # error
auc.update_state(y, p)  # error
auc.result()  # error
metrax.AUC(num_threshold=20)  # error
metrax.AUC(curve="ROCK")  # error
metrax.MeanIoU()  # error
metrax.Precision(top_k="3")  # error
auc.name = "other"  # error
metrax.AUC.init()  # error
