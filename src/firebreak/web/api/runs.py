"""Background work by the API. Annotations are read at run time, so they are not postponed."""

from typing import Annotated, Any

import msgspec
from django.http import HttpResponseBase
from ninja import Path

from firebreak.ops.integrations import policies as integrations
from firebreak.ops.integrations.answers import Answered, once
from firebreak.ops.runs import actions, policies, selectors
from firebreak.ops.runs.models import Run as Row
from firebreak.web.api.deliveries import PROBLEMS, Cursor, Key, Size
from firebreak.web.api.operations import ApiRequest, ClosedRouter, answer, operation
from firebreak.web.api.pages import page_of
from firebreak.web.api.schemas import Me, Run, RunAsked, Runs

router = ClosedRouter(tags=["runs"])
RunId = Annotated[int, Path(ge=1, le=(1 << 63) - 1)]


@router.get("/me", response={200: Me, **PROBLEMS}, tags=["token"])
@operation(integrations.OWN)
def who_am_i(request: ApiRequest) -> HttpResponseBase:
    """The integration behind the token, what it may do, and until when."""
    bearer = request.bearer
    return answer({
        "integration": bearer.actor.integration, "division": bearer.actor.grants[0].value,
        "scopes": sorted(bearer.actor.scopes), "channels": list(bearer.channels), "expires_at": bearer.expires_at,
    })  # fmt: skip


@router.get("/runs", response={200: Runs, **PROBLEMS})
@operation(policies.READ)
def list_runs(request: ApiRequest, cursor: Cursor = "", size: Size = 50) -> HttpResponseBase:
    """All runs, the latest first."""
    found, after = page_of(selectors.runs(by=request.actor), cursor, size)
    return answer({"items": [_run(one) for one in found], "next": after})


@router.post("/runs", response={202: Run, **PROBLEMS})
@operation(policies.REQUEST)
def ask_for_run(request: ApiRequest, asked: RunAsked, idempotency_key: Key = "") -> HttpResponseBase:
    """Ask for work over the lake. Who asks while one waits joins that one."""

    def act() -> Answered:
        run = actions.request(kind=asked.kind, by=request.actor)
        return Answered(202, msgspec.json.encode(_run(run)).decode())

    done = once(request.bearer.integration_id, idempotency_key, f"run {asked.kind}", request.actor, act)
    return answer(msgspec.Raw(done.body.encode()), done.status)


@router.get("/runs/{run_id}", response={200: Run, **PROBLEMS})
@operation(policies.READ)
def read_run(request: ApiRequest, run_id: RunId) -> HttpResponseBase:
    """How far one run is."""
    return answer(_run(selectors.run(run_id=run_id, by=request.actor)))


def _run(run: Row) -> dict[str, Any]:
    names = ("kind", "state", "stage", "done", "total", "asked_at", "started_at", "finished_at", "attempt", "code")
    counts = {name: value for name, value in run.result.items() if isinstance(value, int | str)}
    return {"run": run.pk, **{name: getattr(run, name) for name in names}, "result": counts}
