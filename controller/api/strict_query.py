"""A query parameter that nobody reads is a mistake of the caller, and told."""

from fastapi import Request

from controller.api.problems import Malformed, PlacedError

QueryNames = dict[tuple[str, str], frozenset[str]]


async def refuse_unknown_query(request: Request) -> None:
    """Malformed where a parameter is unknown to the route, or given twice."""
    names: QueryNames = request.app.state.query_names
    route = getattr(request.scope.get("route"), "path", "")
    known = names.get((request.method, route), frozenset())
    wrong = [
        PlacedError(
            f"query.{name[:40]}", "is not a parameter of this address" if name not in known else "is given twice"
        )
        for name in request.query_params
        if name not in known or len(request.query_params.getlist(name)) > 1
    ]
    if wrong:
        raise Malformed(*wrong)
