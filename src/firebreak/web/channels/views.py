"""The pages of the channels desk."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.http.request import UnreadablePostError
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from firebreak.bridge import mending
from firebreak.bridge.desk_lake import the_specs
from firebreak.bridge.parked import own_columns
from firebreak.ops.base.lists import listed
from firebreak.ops.base.page import DeskRequest, deed, form, page
from firebreak.ops.base.policy import can
from firebreak.ops.channels import actions, policies, selectors, spool
from firebreak.ops.channels.models import Delivery, Standing
from firebreak.ops.channels.spool import Kept
from firebreak.terms.errors import FirebreakError, value_class
from firebreak.web.channels import lists
from firebreak.web.channels.chart import chart

_BLOCK = 1 << 16
UNSETTLED = (Standing.PARKED, Standing.FAILED, Standing.PARTLY)


@form(policies.READ)
def channels(request: DeskRequest) -> HttpResponseBase:
    """Every channel and how it does."""
    return listed(request, lists.CHANNELS, selectors.channels(by=request.actor), _context(request))


@page(policies.READ)
def channel(request: DeskRequest, channel_id: str) -> HttpResponseBase:
    """One channel: its volume against its own past, its rejects by reason, its last batches."""
    found = selectors.channel(channel_id=channel_id, by=request.actor)
    batches = selectors.batches(by=request.actor).filter(channel=channel_id).order_by("-committed_at", "-batch_id")[:10]
    return render(request, "channels/channel.html", {
        "channel": found, "name": lists.name_of(found), "chart": chart(found.volume), "batches": batches,
        "rejected": lists.share(found.rows_rejected, found.rows_in), "against": found.against,
    })  # fmt: skip


@form(policies.READ)
def deliveries(request: DeskRequest) -> HttpResponseBase:
    """What was delivered to the desks."""
    return listed(request, lists.DELIVERIES, selectors.deliveries(by=request.actor), _context(request))


@form(policies.READ)
def batches(request: DeskRequest) -> HttpResponseBase:
    """The batches of the lake."""
    return listed(request, lists.BATCHES, selectors.batches(by=request.actor), _context(request))


@page(policies.READ)
def delivery(request: DeskRequest, receipt: str) -> HttpResponseBase:
    """One delivery: what became of it. htmx asks for the part that changes until it is settled."""
    found = selectors.delivery(receipt=receipt, by=request.actor)
    template = "channels/_delivery.html" if request.htmx else "channels/delivery.html"
    return render(request, template, {
        "delivery": found, "waiting": found.standing == Standing.WAITING, "rejects": found.rejects[:20],
        "may_classify": can(policies.CLASSIFY, request.actor) and found.standing in UNSETTLED,
        "one_parked": sum(one["outcome"] == "parked" for one in found.files) == 1,
    })  # fmt: skip


@form(policies.DELIVER)
def upload(request: DeskRequest) -> HttpResponseBase:
    """Deliver a file: as the body itself (with its progress, by script), or by the form."""
    if request.method != "POST":
        return render(request, "channels/upload.html")
    if request.content_type == "application/octet-stream":
        made = _deliver(request, spool.keep(_blocks(request), request.GET.get("name", "")))
        return JsonResponse({"receipt": made.receipt, "url": reverse("channels:delivery", args=[made.receipt])})
    file = request.FILES.get("file")
    if file is None:
        messages.error(request, _("请选择文件。"))
        return HttpResponseRedirect(reverse("channels:upload"))
    made = _deliver(request, spool.keep(file.chunks(), file.name or ""))
    return HttpResponseRedirect(reverse("channels:delivery", args=[made.receipt]))


@form(policies.CLASSIFY)
def classify(request: DeskRequest, receipt: str) -> HttpResponseBase:
    """A parked file: which channel it is, which column is which; with the tool's own guess."""
    found = selectors.delivery(receipt=receipt, by=request.actor)
    if found.standing not in UNSETTLED:
        return HttpResponseRedirect(reverse("channels:delivery", args=[receipt]))
    if request.method == "POST":
        return _classified(request, found)
    look = mending.look_into(found, request.GET.get("channel", ""))
    return render(request, "channels/classify.html", {
        "delivery": found, "look": look, "into": look.into, "own": own_columns(look.into),
        "channels": sorted({(one.id, f"{one.zh} / {one.en}") for one in the_specs()}),
    })  # fmt: skip


@deed(policies.CLASSIFY)
def discard(request: DeskRequest, receipt: str) -> HttpResponseBase:
    """Throw a parked or unreadable delivery away."""
    actions.discard(receipt=receipt, reason=request.POST.get("reason", ""), by=request.actor)
    return HttpResponseRedirect(reverse("channels:delivery", args=[receipt]))


def _classified(request: DeskRequest, found: Delivery) -> HttpResponseBase:
    """Columns come as pairs of fields ``file-N`` and ``own-N``: a file's column may be named anything."""
    columns = {
        str(request.POST[f"file-{name.removeprefix('own-')}"]): str(own)
        for name, own in request.POST.items()
        if name.startswith("own-") and own and f"file-{name.removeprefix('own-')}" in request.POST
    }
    made = mending.classify(found, request.POST.get("channel", ""), columns, request.actor)
    return HttpResponseRedirect(reverse("channels:delivery", args=[made.receipt]))


def _deliver(request: DeskRequest, kept: Kept) -> Delivery:
    """A delivery of these bytes; they do not stay where it is refused."""
    try:
        made: Delivery = actions.deliver(kept=kept, by=request.actor)
    except FirebreakError:
        spool.drop(kept.receipt)
        raise
    return made


def _blocks(request: DeskRequest) -> Iterator[bytes]:
    try:
        while block := request.read(_BLOCK):
            yield block
    except (UnreadablePostError, OSError):
        raise FirebreakError("FB-DESK-REQUEST", "", "The request could not be read.", "Send it again.") from None


def _context(request: DeskRequest) -> dict[str, Any]:
    return {"may_deliver": can(policies.DELIVER, request.actor)}


def shapes(cells: dict[str, str]) -> list[tuple[str, str]]:
    """A row's columns with the shapes of their values."""
    return [(name, value_class(text)) for name, text in cells.items()]
