"""Deliver files and records; read receipts and rejects. Annotations are read at run time, so they are not postponed."""

import hashlib
from collections.abc import Iterator
from typing import Annotated

import msgspec
from django.http import HttpResponseBase
from django.http.request import UnreadablePostError
from ninja import Header, Path, Query

from firebreak.bridge.desk_lake import the_specs
from firebreak.engine.intake.by_record import SUFFIX
from firebreak.engine.intake.spec_model import ChannelSpec
from firebreak.ops.channels import actions, policies, selectors, spool
from firebreak.ops.channels.spool import Kept
from firebreak.ops.integrations.answers import Answered, once
from firebreak.terms.errors import FirebreakError, value_class
from firebreak.web.api import rejects
from firebreak.web.api.operations import ApiRequest, ClosedRouter, answer, operation
from firebreak.web.api.pages import page_of
from firebreak.web.api.records import MOST_RECORDS, json_lines
from firebreak.web.api.schemas import Channels, Problem, Receipt, Receipts, Rejects, Standing
from firebreak.web.api.told import channel_of, receipt_of

router = ClosedRouter(tags=["deliveries"])
PROBLEMS = {
    400: Problem,
    401: Problem,
    403: Problem,
    404: Problem,
    409: Problem,
    413: Problem,
    422: Problem,
    429: Problem,
}
MOST_RECORD_BYTES = 32 << 20
_BLOCK = 1 << 16
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_FILE = {"requestBody": {"required": True, "content": {"application/octet-stream": _BINARY}}}
_OBJECT = {"type": "object", "additionalProperties": True, "minProperties": 1}
_OBJECTS = {"type": "array", "items": _OBJECT, "minItems": 1, "maxItems": MOST_RECORDS}
_RECORDS = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {"oneOf": [_OBJECT, _OBJECTS]}},
            "application/x-ndjson": {"schema": {"type": "string"}},
        },
    }
}
Key = Annotated[str, Header(alias="Idempotency-Key", max_length=64, pattern=r"^[!-~]*$")]
Cursor = Annotated[str, Query(max_length=40, pattern=r"^[A-Za-z0-9_-]*$")]
Size = Annotated[int, Query(ge=1, le=500)]
ReceiptId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]
ChannelId = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,64}$")]
FileName = Annotated[str, Query(min_length=1, max_length=200, description="The file's own name, without folders.")]


@router.get("/channels", response={200: Channels, **PROBLEMS})
@operation(policies.READ)
def list_channels(request: ApiRequest) -> HttpResponseBase:
    """The channels the integration may deliver, each with its columns and how it does."""
    known = {one.channel: one for one in selectors.channels(by=request.actor)}
    return answer({"items": [channel_of(spec, known.get(spec.id)) for spec in _allowed(request)]})


@router.post("/deliveries", response={202: Receipt, **PROBLEMS}, openapi_extra=_FILE)
@operation(policies.DELIVER)
def deliver_file(request: ApiRequest, name: FileName, idempotency_key: Key = "") -> HttpResponseBase:
    """Deliver one file or archive as the request's body. It is parked safely; background work takes it in."""
    kept = spool.keep(_blocks(request), name)
    return _delivered(request, kept, idempotency_key, f"file {name}")


@router.post("/channels/{channel}/records", response={202: Receipt, **PROBLEMS}, openapi_extra=_RECORDS)
@operation(policies.DELIVER)
def deliver_records(request: ApiRequest, channel: ChannelId, idempotency_key: Key = "") -> HttpResponseBase:
    """Deliver records of a channel: one JSON object, a list of them, or lines of JSON, with the channel's own column
    names as keys (``GET /channels`` lists them). At most 10,000 a request."""
    if channel not in {spec.id for spec in _allowed(request)}:
        raise FirebreakError("FB-API-CHANNEL", value_class(channel), "The channel must be one of yours.",
                             "Take its id from GET /channels.")  # fmt: skip
    lines = b"\n".join([*json_lines(_body(request)), b""])
    kept = spool.keep([lines], f"{channel}-{hashlib.sha256(lines).hexdigest()[:12]}{SUFFIX}")
    return _delivered(request, kept, idempotency_key, f"records {channel}", channel)


@router.get("/deliveries", response={200: Receipts, **PROBLEMS})
@operation(policies.READ)
def list_deliveries(
    request: ApiRequest, cursor: Cursor = "", size: Size = 50, standing: Annotated[Standing | None, Query()] = None
) -> HttpResponseBase:
    """The integration's own deliveries, the latest first."""
    rows = selectors.deliveries(by=request.actor)
    found, after = page_of(rows.filter(standing=standing) if standing else rows, cursor, size)
    return answer({"items": [receipt_of(one) for one in found], "next": after})


@router.get("/deliveries/{receipt}", response={200: Receipt, **PROBLEMS})
@operation(policies.READ)
def read_delivery(request: ApiRequest, receipt: ReceiptId) -> HttpResponseBase:
    """What became of one delivery."""
    return answer(receipt_of(selectors.delivery(receipt=receipt, by=request.actor)))


@router.get("/deliveries/{receipt}/rejects", response={200: Rejects, **PROBLEMS})
@operation(policies.READ)
def list_rejects(request: ApiRequest, receipt: ReceiptId, cursor: Cursor = "", size: Size = 100) -> HttpResponseBase:
    """The rows and values of a delivery that could not be typed."""
    delivery = selectors.delivery(receipt=receipt, by=request.actor)
    items, after = rejects.page(
        [int(one["batch"]) for one in delivery.files if one["outcome"] == "taken"], cursor, size
    )
    return answer({"items": items, "next": after})


def _delivered(request: ApiRequest, kept: Kept, key: str, what: str, channel: str = "") -> HttpResponseBase:
    """Make the delivery, once a key; bytes that no delivery was made of do not stay."""
    made = False

    def act() -> Answered:
        nonlocal made
        delivery = actions.deliver(
            kept=kept, by=request.actor, records=bool(channel), channel=channel, only=request.bearer.channels
        )
        made = True
        return Answered(202, msgspec.json.encode(receipt_of(delivery)).decode())

    fingerprint = hashlib.sha256(f"{what} {kept.sha256}".encode("utf-8", "replace")).hexdigest()
    try:
        done = once(request.bearer.integration_id, key, fingerprint, request.actor, act)
    finally:
        if not made:
            spool.drop(kept.receipt)
    response = answer(msgspec.Raw(done.body.encode()), done.status)
    if done.again:
        response.headers["Idempotent-Replayed"] = "true"
    return response


def _allowed(request: ApiRequest) -> list[ChannelSpec]:
    only = request.bearer.channels
    return [spec for spec in the_specs() if not only or spec.id in only]


def _blocks(request: ApiRequest) -> Iterator[bytes]:
    try:
        while block := request.read(_BLOCK):
            yield block
    except (UnreadablePostError, OSError):
        raise FirebreakError("FB-DESK-REQUEST", "", "The request could not be read.", "Send it again.") from None


def _body(request: ApiRequest) -> bytes:
    taken, size = [], 0
    for block in _blocks(request):
        size += len(block)
        if size > MOST_RECORD_BYTES:
            raise spool.too_large()
        taken.append(block)
    return b"".join(taken)
