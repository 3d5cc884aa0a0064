"""Metrics for JAX: pure functions over states that jit, vmap, merge and shard.

What every program needs is imported here; metrics, by their families, and functions are loaded when
they are first used. ``metrax.AUC`` and ``metrax.curves.AUC`` are one class.
"""

from typing import TYPE_CHECKING

from metrax import accumulators as accumulators
from metrax import statistics as statistics
from metrax.combinators.along import Along as Along
from metrax.combinators.by_shard import by_shard as by_shard
from metrax.combinators.checked import checked as checked
from metrax.combinators.collection import Collection as Collection
from metrax.combinators.composed import Composed as Composed
from metrax.combinators.composed import Mapped as Mapped
from metrax.combinators.difference import Difference as Difference
from metrax.combinators.difference import Ratio as Ratio
from metrax.combinators.grouped import Grouped as Grouped
from metrax.combinators.interval import Estimate as Estimate
from metrax.combinators.interval import Interval as Interval
from metrax.combinators.windowed import Decayed as Decayed
from metrax.combinators.windowed import Windowed as Windowed
from metrax.core.checks import MetraxAttributeError as MetraxAttributeError
from metrax.core.checks import MetraxError as MetraxError
from metrax.core.checks import MetraxFrozenError as MetraxFrozenError
from metrax.core.checks import MetraxTypeError as MetraxTypeError
from metrax.core.delayed import Delayed as Delayed
from metrax.core.flat import flatten as flatten
from metrax.core.merge import merge as merge
from metrax.core.merge import merge_stacked as merge_stacked
from metrax.core.merge import stack as stack
from metrax.core.metric import Metric as Metric
from metrax.core.parallel import merge_processes as merge_processes
from metrax.core.parallel import pmerge as pmerge
from metrax.core.parallel import stack_processes as stack_processes
from metrax.core.routed import Routed as Routed
from metrax.core.state import Accumulator as Accumulator
from metrax.core.state import State as State
from metrax.core.statistic import Statistic as Statistic
from metrax.storage.checkpoint import check_layout as check_layout
from metrax.storage.checkpoint import layout as layout
from metrax.storage.known import register as register
from metrax.storage.registry import clone_metric as clone_metric
from metrax.storage.registry import clone_metrics as clone_metrics
from metrax.storage.registry import deserialize as deserialize
from metrax.storage.registry import get as get
from metrax.storage.registry import serialize as serialize

if TYPE_CHECKING:  # what `__getattr__` below loads, for checkers and editors
    from metrax import aggregation as aggregation
    from metrax import building as building
    from metrax import calibration as calibration
    from metrax import classification as classification
    from metrax import curves as curves
    from metrax import fairness as fairness
    from metrax import functional as functional
    from metrax import interop as interop
    from metrax import losses as losses
    from metrax import probabilistic as probabilistic
    from metrax import regression as regression
    from metrax import segmentation as segmentation
    from metrax.aggregation import *
    from metrax.calibration import *
    from metrax.classification import *
    from metrax.curves import *
    from metrax.fairness import *
    from metrax.probabilistic import *
    from metrax.regression import *
    from metrax.reporting import report as report
    from metrax.segmentation import *
else:
    from metrax.storage.lazy import lazy as _lazy

    __getattr__, __dir__ = _lazy(
        globals(),
        families="aggregation calibration classification curves fairness probabilistic regression "
        "segmentation",
        modules="building functional interop losses",
        functions={"report": "metrax.reporting"},
    )
