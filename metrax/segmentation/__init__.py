"""Metrics of segmentations."""

from metrax.segmentation.by_class import Dice as Dice
from metrax.segmentation.by_class import GeneralizedDice as GeneralizedDice
from metrax.segmentation.by_class import Jaccard as Jaccard
from metrax.segmentation.iou import BinaryIoU as BinaryIoU
from metrax.segmentation.iou import IoU as IoU
from metrax.segmentation.iou import MeanIoU as MeanIoU
from metrax.segmentation.iou import OneHotIoU as OneHotIoU
from metrax.segmentation.iou import OneHotMeanIoU as OneHotMeanIoU
from metrax.segmentation.overlap import DiceLoss as DiceLoss
from metrax.segmentation.overlap import TverskyLoss as TverskyLoss
