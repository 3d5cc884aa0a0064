"""What is no array of numbers, or looks like none: other libraries' objects, ragged lists, text."""

import jax
import jax.numpy as jnp
import numpy as np
import scipy.sparse

import metrax
from tests.mistakes.row import ONE_HOT, K, P, Q, R, S, W, Y, gives, raises


class Tensor:
    """Another library's array, read through ``__array__`` as PyTorch's and pandas' are."""

    def __init__(self, data):
        self.data = np.asarray(data)

    def __array__(self, dtype=None, copy=None):
        return self.data

    def __len__(self):
        return len(self.data)

    def __iter__(self):
        return iter(self.data)


class Refuses(Tensor):
    """A tensor that cannot be converted: on a graph, on a GPU, of a dtype that NumPy has not."""

    def __init__(self, error):
        super().__init__(P)
        self.error = error

    def __array__(self, dtype=None, copy=None):
        raise self.error


GRAD = Refuses(RuntimeError("Can't call numpy() on Tensor that requires grad."))
CUDA = Refuses(TypeError("can't convert cuda:0 device type tensor to numpy."))
BF16 = Refuses(TypeError("Got unsupported ScalarType BFloat16"))
MPS = Refuses(NotImplementedError("Cannot copy out of meta tensor; no data!"))

NO_ARRAY = r"got a \w+ that is no array.*pass an array, a number or nested lists"
DTYPE = r"got \w+ of dtype .*pass numbers or booleans"
DETACH = r"x.detach\(\).cpu\(\).numpy\(\)"


def deleted():
    x = jnp.asarray(P)
    x.delete()
    return x


MASKED = np.ma.masked_array(P, mask=[0, 1, 0, 0])
GENERATOR = (float(x) for x in P)

UNREADABLE = {
    "a tensor that requires grad": (GRAD, DETACH),
    "a tensor on a GPU": (CUDA, DETACH),
    "a bfloat16 tensor": (BF16, DETACH),
    "a tensor without data": (MPS, DETACH),
    "a list of tensors that require grad": ([GRAD] * 4, DETACH),
    "a ragged list": ([[0.1, 0.6], [0.4]], NO_ARRAY),
    "batches of different sizes": ([P, P[:2]], NO_ARRAY),
    "text": ("0.1 0.6", DTYPE),
    "a list of texts": (["0.1", "0.6", "0.4", "0.9"], DTYPE),
    "bytes": (b"0.1", DTYPE),
    "a column of objects": (np.array([0.1, None, 0.4, "x"], object), DTYPE),
    "a column with missing values": (Tensor(np.array([0.1, None, 0.4, 0.9], object)), DTYPE),
    "a column of categories": (Tensor(np.array(["low", "high", "low", "low"])), DTYPE),
    "a list with None": ([0.1, None, 0.4, 0.9], DTYPE),
    "a dictionary": ({"scores": P}, DTYPE),
    "a set": ({0.1, 0.6}, DTYPE),
    "a generator": (GENERATOR, DTYPE),
    "a map": (map(float, P), DTYPE),
    "a dictionary's values": ({"a": 0.1, "b": 0.6}.values(), DTYPE),
    "a function not called": (np.mean, DTYPE),
    "a method not called": (P.mean, DTYPE),
    "a class": (np.ndarray, DTYPE),
    "a metric": (metrax.AUC(), DTYPE),
    "a sparse matrix": (scipy.sparse.csr_matrix(P[None]), DTYPE),
    "dates": (np.array(["2024-01-01"] * 4, "M8[D]"), DTYPE),
    "differences of dates": (np.array([1, 2, 3, 4], "m8[D]"), DTYPE),
    "complex numbers": (P + 1j, "complex numbers.*real part or the magnitude"),
    "a record array": (np.zeros(4, [("score", "f4")]), DTYPE),
    "long doubles": (P.astype(np.longdouble), DTYPE),
    "a key of jax.random": (jax.random.key(0), DTYPE),
    "shapes without data": (jax.ShapeDtypeStruct((4,), np.float32), DTYPE),
    "a slice": (slice(4), DTYPE),
    "a masked array": (MASKED, "masked array; pass its data and give what is masked weight zero"),
    "a deleted array": (deleted(), "deleted.*donate"),
}

SPARSE = metrax.SparseCategoricalAccuracy()
MSE = metrax.MeanSquaredError()
READABLE = {
    "a tensor": lambda x: Tensor(x),
    "a list": lambda x: x.tolist(),
    "a tuple": lambda x: tuple(x.tolist()),
    "a list of arrays": lambda x: list(x),
    "a list of JAX's arrays": lambda x: [jnp.asarray(each) for each in x],
    "a JAX array": jnp.asarray,
    "double precision": lambda x: x.astype(float),
    "turned memory": lambda x: np.asfortranarray(x),
    "a view from behind": lambda x: x[::-1].copy()[::-1],
    "big-endian numbers": lambda x: x.astype(x.dtype.newbyteorder(">")),
    "numbers read-only": lambda x: np.frombuffer(x.tobytes(), x.dtype).reshape(x.shape),
}

ROWS = [
    *(
        raises(f"{what} for {name} of {type(m).__name__}", m, *args, says=f"{name}: .*{pattern}")
        for what, (value, pattern) in UNREADABLE.items()
        for m, name, args in (
            (metrax.AUC(), "y_pred", (Y, value)),
            (SPARSE, "y_true", (value, S)),
            (metrax.Mean(), "w", (R, value)),
        )
    ),
    *(
        gives(f"{what} in {type(m).__name__}", m, *map(read, args), right=right)
        for what, read in READABLE.items()
        for m, args, right in (
            (metrax.AUC(), (Y, P), 0.75),
            (SPARSE, (K, S), 0.5),
            (MSE, (R, Q, W), ((R - Q) ** 2 * W).sum() / W.sum()),
            (metrax.CategoricalAccuracy(), (ONE_HOT, S), 0.5),
        )
    ),
    raises("None for predictions", metrax.AUC(), Y, None, says="expected y_true, y_pred, w"),
    gives("None for weights", metrax.AUC(), Y, P, None, right=0.75),
    gives("a range", metrax.Mean(), range(4), right=1.5),
    gives("masked nowhere", metrax.Mean(), np.ma.masked_array(R, mask=False), right=2.75),
    gives("one number", metrax.Mean(), 3, right=3.0),
    gives("a NumPy number", metrax.Mean(), np.float64(3), right=3.0),
    raises("classes by name", SPARSE, ["cat", "dog", "cat", "dog"], S, says=f"y_true: .*{DTYPE}"),
    raises("weights by class", metrax.AUC(), Y, P, {0: 1.0, 1: 2.0}, says=f"w: .*{DTYPE}"),
]
