"""Stand-ins for whoever makes forecasts."""

from controller.domain.errors import ForecastFailed
from controller.domain.forecast import Forecast, Question


class NoForecasts:
    """For a centre of which nobody asks one."""

    async def forecast(self, question: Question) -> Forecast:
        raise ForecastFailed("this centre makes no forecasts")
