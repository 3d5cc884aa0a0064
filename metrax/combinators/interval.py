"""``Interval``: any metric with its uncertainty."""

from metrax.combinators.combinator import Combinator
from metrax.combinators.estimated import Estimate as Estimate
from metrax.combinators.estimated import Estimated


class Interval(Estimated, Combinator):
    r"""A metric with an interval that holds its true value with a chance of about ``level``.

    ``compute`` gives an :class:`Estimate`, ``(value, low, high, standard_error)``, each of the
    value's shape; of a dictionary one by each name. The value is the metric's own, never changed.
    ``method="auto"`` goes by what the metric accumulates:

    - **delta**, of counts with one cell for each example (thresholds, histograms of scores,
      confusion matrices): $\sum_c S_c (g_c - \bar g)^2$ with $g$ the gradient of the readout by the
      counts and $S_c = \sum w^2$; beside each count $\sum (w^2 - w)$ is kept, which no update
      without weights touches. With $m / (m - 1)$ for the $m$ positives and the negatives: the
      standard error of AUROC is DeLong's.
    - **delta**, of means: the second moments of what each example adds, its elements together.
    - **jackknife**, of all others, of collections and arithmetic, and with ``clusters``: the value
      without each of ``blocks`` blocks of examples, whose states are kept.
    - **bootstrap**, by name only: ``replicates`` values with each example Poisson(1) times. Of
      counts they are drawn when the value is read, from the state alone; else while the data come.

    The interval is symmetric where the values have no bounds. Of values between two bounds it is
    Wilson's, of as many examples as a proportion with this standard error would have; of values
    with one bound it is symmetric on the logarithm's scale. The quantile is Student's, its degrees
    of freedom by the rarer of positives and negatives, or by the blocks on which the value depends.
    The bootstrap's ends are quantiles of the replicates.

    ``update`` takes what the metric takes. By jackknife and bootstrap also ``index``: the number of
    each example, integers ``[B]``, or that of the batch's first; then nothing depends on how the
    data were batched, sharded or merged. Without it an example's number is its place in the stream,
    and ``low``, ``high`` and ``standard_error`` depend on that, within their own noise; the value
    never. With ``clusters=True`` it takes the number of each example's cluster instead, any
    integers (prompts, patients, images), and whole clusters are left out or drawn.

    Elements behind the batch axis count as independent where counts are differentiated; pixels of
    an image or labels of a row are not, so make them clusters: ``clusters=jnp.arange(B)``. No data:
    all four are 0. One example has no spread: its standard error is 0. Weights weigh: what counts
    is the effective number, $(\sum w)^2 / \sum w^2$.

    Of 31 metrics and 15 kinds of streams the share of intervals that hold the truth is from .92 to
    .98, with few exceptions: the calibration error is biased (.49 to .62 of 100 examples, .91 of
    1000); squares of heavy tails (.88 to .91 of 100 examples); average precision and the area under
    the precision-recall curve (.85 to .92), balanced accuracy (.85 to .88) and recall (.92) where
    ten examples are rare. The table is in the docs, "Do the intervals hold the truth?".

    Args:
      metric: any metric whose state is a sum over examples, one's own and collections included.
      level: the chance that the interval holds the truth.
      method: ``"auto"``, ``"delta"``, ``"jackknife"`` or ``"bootstrap"``.
      clusters: whether examples come in clusters.
      blocks: how many states the jackknife keeps: 64 of a default AUROC are 64 MiB.
      replicates: how many the bootstrap draws.
      seed: of the bootstrap's draws.
      name: defaults to the metric's.

    Raises:
      MetraxError: when ``level`` is not between 0 and 1, or there are fewer than two blocks.
      MetraxTypeError: when the method cannot be had for the metric; when ``clusters`` is missing or
        no integers.

    Example:
      >>> import metrax
      >>> metric = metrax.Interval(metrax.Precision())
      >>> found = metric([1, 1, 0, 1, 0, 1], [.9, .8, .7, .6, .1, .2])
      >>> [round(float(x), 3) for x in found]
      [0.75, 0.008, 0.999, 0.293]

    References:
      DeLong, DeLong and Clarke-Pearson, "Comparing the areas under two or more correlated receiver
      operating characteristic curves", 1988. Efron and Stein, "The jackknife estimate of variance",
      1981. Wilson, 1927. Miller, "Adding error bars to evals", 2024.
    """
