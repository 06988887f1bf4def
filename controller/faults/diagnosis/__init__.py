"""Why a robot failed: the causes of its fault by probability, each with its reasons, the next check and the remedy.

A naive Bayes model whose every number is in a table that can be read: how often a cause is behind a code (`causes`),
which signs it shows (`causes`), what counts as a sign (`signs`, `circumstances`), how surely signs are seen
(`likelihood`), what to expect of a cause that nobody has described (`unknown`), how much is believed of one that fits
badly (`fitness`), which check tells causes apart (`checks`).
"""

from controller.faults.diagnosis.case import Before, Case, Happened
from controller.faults.diagnosis.causes import CAUSES, Cause
from controller.faults.diagnosis.ranking import rank

__all__ = ["CAUSES", "Before", "Case", "Cause", "Happened", "rank"]
