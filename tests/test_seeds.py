"""The example numbers of the Keras documents that the library follows."""

import pytest

import metrax


def test_cosine_similarity_examples():
    cosine = metrax.CosineSimilarity(axis=1)
    y_true, y_pred = [[0.0, 1.0], [1.0, 1.0]], [[1.0, 0.0], [1.0, 1.0]]
    assert float(cosine(y_true, y_pred)) == pytest.approx(0.49999997, abs=1e-6)
    assert float(cosine(y_true, y_pred, [0.3, 0.7])) == pytest.approx(0.6999999, abs=1e-6)


def test_categorical_crossentropy_examples():
    metric = metrax.CategoricalCrossentropy()
    batch = [[0, 1, 0], [0, 0, 1]], [[0.05, 0.95, 0], [0.1, 0.8, 0.1]]
    assert float(metric(*batch)) == pytest.approx(1.1769392, rel=1e-6)
    assert float(metric(*batch, [0.3, 0.7])) == pytest.approx(1.6271976, rel=1e-6)


def test_standalone_auc_example():
    auc = metrax.AUC()
    state = auc.update(auc.init(), [0, 1, 1, 1], [0, 1, 0, 0])
    assert float(auc.compute(state)) == pytest.approx(2 / 3, rel=1e-6)
    state = auc.update(state, [1, 1, 1, 1], [0, 1, 1, 0])
    assert float(auc.compute(state)) == pytest.approx(5 / 7, rel=1e-6)


def test_named_metrics():
    assert metrax.MeanSquaredError(name="my_mse").name == "my_mse"
    assert metrax.AUC().name == "auc"
    assert metrax.MeanIoU(num_classes=2).name == "mean_io_u"
    assert metrax.R2Score().name == "r2_score"
