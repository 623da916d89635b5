"""Standings of deliveries in words."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

STANDINGS: dict[str, str | Promise] = {
    "waiting": _("待接收"),
    "taken": _("已入库"),
    "partly": _("部分入库"),
    "repeated": _("重复交付"),
    "parked": _("待归类"),
    "failed": _("无法读取"),
    "settled": _("已归类"),
    "discarded": _("已弃置"),
}
