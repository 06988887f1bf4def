"""A figure of the catalogue with its values, as prometheus-client wants it."""

from collections.abc import Iterable

from prometheus_client.core import GaugeMetricFamily

from controller.metrics.catalogue import Metric

Labelled = Iterable[tuple[tuple[str, ...], float]]
"""(values of the labels, in the order of the catalogue; value)"""


def one(metric: Metric, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(metric.name, metric.help, value=float(value))


def many(metric: Metric, values: Labelled) -> GaugeMetricFamily:
    figures = GaugeMetricFamily(metric.name, metric.help, labels=metric.labels)
    for labels, value in values:
        figures.add_metric(labels, float(value))
    return figures
