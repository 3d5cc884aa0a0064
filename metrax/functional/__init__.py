"""Per-example functions under Keras's names: pure, differentiable, no state.

Like Keras's, they return one value per example (the last axis, or ``axis``, is reduced), except
``accuracy`` and ``binary_accuracy``, which return one per element.
"""

from metrax.functional.accuracies import accuracy as accuracy
from metrax.functional.accuracies import binary_accuracy as binary_accuracy
from metrax.functional.accuracies import categorical_accuracy as categorical_accuracy
from metrax.functional.accuracies import sparse_categorical_accuracy as sparse_categorical_accuracy
from metrax.functional.probabilistic import categorical_crossentropy as categorical_crossentropy
from metrax.functional.probabilistic import (
    sparse_categorical_crossentropy as sparse_categorical_crossentropy,
)
from metrax.functional.regression import cosine_similarity as cosine_similarity
from metrax.functional.regression import mean_squared_error as mean_squared_error
