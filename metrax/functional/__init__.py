"""Per-example functions under Keras's names: pure, differentiable, no state.

Like Keras's, they return one value per example (the last axis, or ``axis``, is reduced), except
``accuracy``, ``binary_accuracy`` and ``brier_score`` of single probabilities, which return one per
element, and ``dice`` and ``tversky``,
which reduce all axes by default. As metrics are, ``cosine_similarity`` is higher for the better
prediction; :mod:`metrax.losses` has the negative one.
"""

from metrax.functional.calibration.forecasts import crps as crps
from metrax.functional.calibration.forecasts import gaussian_crps as gaussian_crps
from metrax.functional.calibration.forecasts import interval_score as interval_score
from metrax.functional.calibration.forecasts import quantile_crps as quantile_crps
from metrax.functional.calibration.scores import brier_score as brier_score
from metrax.functional.calibration.scores import (
    ranked_probability_score as ranked_probability_score,
)
from metrax.functional.classification.accuracy import accuracy as accuracy
from metrax.functional.classification.accuracy import binary_accuracy as binary_accuracy
from metrax.functional.classification.accuracy import categorical_accuracy as categorical_accuracy
from metrax.functional.classification.accuracy import (
    sparse_categorical_accuracy as sparse_categorical_accuracy,
)
from metrax.functional.classification.hinge import categorical_hinge as categorical_hinge
from metrax.functional.classification.hinge import hinge as hinge
from metrax.functional.classification.hinge import squared_hinge as squared_hinge
from metrax.functional.classification.top_k import (
    sparse_top_k_categorical_accuracy as sparse_top_k_categorical_accuracy,
)
from metrax.functional.classification.top_k import (
    top_k_categorical_accuracy as top_k_categorical_accuracy,
)
from metrax.functional.probabilistic.crossentropy import binary_crossentropy as binary_crossentropy
from metrax.functional.probabilistic.crossentropy import (
    categorical_crossentropy as categorical_crossentropy,
)
from metrax.functional.probabilistic.crossentropy import (
    sparse_categorical_crossentropy as sparse_categorical_crossentropy,
)
from metrax.functional.probabilistic.divergence import kl_divergence as kl_divergence
from metrax.functional.probabilistic.divergence import poisson as poisson
from metrax.functional.probabilistic.focal import (
    binary_focal_crossentropy as binary_focal_crossentropy,
)
from metrax.functional.probabilistic.focal import (
    categorical_focal_crossentropy as categorical_focal_crossentropy,
)
from metrax.functional.regression.correlation import (
    concordance_correlation as concordance_correlation,
)
from metrax.functional.regression.correlation import cosine_similarity as cosine_similarity
from metrax.functional.regression.correlation import pearson_correlation as pearson_correlation
from metrax.functional.regression.errors import huber as huber
from metrax.functional.regression.errors import log_cosh as log_cosh
from metrax.functional.regression.errors import mean_absolute_error as mean_absolute_error
from metrax.functional.regression.errors import (
    mean_absolute_percentage_error as mean_absolute_percentage_error,
)
from metrax.functional.regression.errors import mean_squared_error as mean_squared_error
from metrax.functional.regression.errors import (
    mean_squared_logarithmic_error as mean_squared_logarithmic_error,
)
from metrax.functional.segmentation.overlap import dice as dice
from metrax.functional.segmentation.overlap import tversky as tversky
