"""`nightshift workload`: the coming day's work by hour and station, and who is missing."""

from controller.cli.asking import Api, centre_at
from controller.cli.output import out
from controller.cli.workload_view import conclusion, hours_table


def workload(
    api: Api = None,
) -> None:
    """Show packs, tours, jobs and the people they need, hour by hour until this hour of tomorrow."""
    found = centre_at(api).get("/api/v1/workload")
    out.print(hours_table(found))
    out.print(conclusion(found), markup=False, soft_wrap=True)
