"""Pictures of metrics, from ``(metric, state)`` or from curves that were computed.

``import metrax.plot``; it needs matplotlib and scikit-learn: ``pip install metrax[plot]``. Every
function draws into ``ax``, a new figure's by default, and returns it. Lines differ in colour, in
style and in markers, so they can be told apart in grey and by the colour-blind.

A state that is kept anyway is enough. One of scores, such as that of ``metrax.AUROC``, draws its
ROC curve with the band in which the curve of all scores lies, precision and recall, thresholds,
lift, the scores themselves, and reliability.

Example:
  >>> import metrax
  >>> from matplotlib.figure import Figure
  >>> from metrax import plot
  >>> auc = metrax.AUC(multi_label=True, num_labels=2)
  >>> state = auc.observe([[0, 1], [1, 0], [1, 1]], [[.2, .7], [.6, .4], [.9, .3]])
  >>> ax = plot.roc(auc, state, names=["cat", "dog"], ax=Figure().subplots())
  >>> [line.get_label() for line in ax.get_lines()][:2]
  ['cat (area 1.000)', 'dog (area 0.500)']
"""

try:
    from metrax.plot.calibration import reliability as reliability
    from metrax.plot.classes import bars as bars
    from metrax.plot.classes import confusion as confusion
    from metrax.plot.curves import det as det
    from metrax.plot.curves import lift as lift
    from metrax.plot.curves import precision_recall as precision_recall
    from metrax.plot.curves import roc as roc
    from metrax.plot.scores import score_histogram as score_histogram
    from metrax.plot.scores import thresholds as thresholds
    from metrax.plot.steps import history as history
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        f"metrax.plot: {error}; install what it needs: pip install 'metrax[plot]'"
    ) from error
