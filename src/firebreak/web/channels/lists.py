"""The lists of the channels desk, declared once."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from firebreak.ops.base.exports import Export
from firebreak.ops.base.lists import Column, Filter, Listing
from firebreak.ops.channels import actions, policies
from firebreak.ops.channels.models import Batch, Channel, Delivery
from firebreak.ops.channels.words import STANDINGS
from firebreak.web.channels.chart import spark

_EXPORT = Export(policies.EXPORT, actions.record_export)


def name_of(channel: Channel) -> str:
    """A channel in the reader's language."""
    chinese = (get_language() or "zh").startswith("zh")
    return channel.zh if chinese else channel.en


def share(rejected: int, rows: int) -> str:
    """Rejected rows and their share."""
    return f"{rejected:,} ({100 * rejected / rows:.1f} %)" if rows else f"{rejected:,}"


CHANNELS = Listing(
    key="channels",
    title=_("渠道"),
    columns=(
        Column("name", _("渠道"), lambda one: name_of(one)),
        Column("channel", _("代号"), lambda one: one.channel, sort="channel", narrow=False),
        Column("last", _("最近交付"), lambda one: one.last_at, sort="last_at"),
        Column("rows", _("行数"), lambda one: f"{one.rows_in:,}", sort="rows_in"),
        Column("rejected", _("退回数"), lambda one: share(one.rows_rejected, one.rows_in), sort="rows_rejected"),
        Column("late", _("滞后天数"), lambda one: one.late_days, narrow=False),
        Column("against", _("末日对比平常"), lambda one: one.against, template="channels/_against.html"),
        Column("volume", _("走势"), lambda one: spark(one.volume), template="channels/_spark.html", narrow=False),
    ),
    filters=(
        Filter("channel", _("代号"), lambda rows, text: rows.filter(channel__contains=text), kind="search"),
        Filter("category", _("类别"), lambda rows, text: rows.filter(category=text)),
    ),
    sort="channel",
    link=lambda one: reverse("channels:channel", args=[one.channel]),
    empty=_("数据湖中还没有任何交付。上传一个文件，或启动时用 --lake 指定数据湖。"),
    export=_EXPORT,
    head="channels/_head.html",
)


def _standing(rows: QuerySet[Delivery], text: str) -> QuerySet[Delivery]:
    return rows.filter(standing=text)


DELIVERIES = Listing(
    key="deliveries",
    title=_("交付"),
    columns=(
        Column("file", _("文件"), lambda one: one.file_name),
        Column("standing", _("状态"), lambda one: one.standing, template="channels/_standing.html"),
        Column("channel", _("渠道"), lambda one: one.channel),
        Column("rows", _("行数"), lambda one: f"{one.rows_in:,}"),
        Column("rejected", _("退回数"), lambda one: share(one.rows_rejected, one.rows_in)),
        Column("by", _("交付人"), lambda one: one.delivered_by, narrow=False),
        Column("at", _("交付时间"), lambda one: one.delivered_at, sort="delivered_at"),
    ),
    filters=(
        Filter("standing", _("状态"), _standing, choices=lambda: list(STANDINGS.items())),
        Filter("channel", _("渠道"), lambda rows, text: rows.filter(channel=text)),
        Filter("by", _("交付人"), lambda rows, text: rows.filter(delivered_by=text)),
    ),
    sort="-at",
    link=lambda one: reverse("channels:delivery", args=[one.receipt]),
    empty=_("您的辖区内还没有交付。"),
    export=_EXPORT,
    head="channels/_head.html",
)

BATCHES = Listing(
    key="batches",
    title=_("批次"),
    columns=(
        Column("file", _("文件"), lambda one: one.file_name),
        Column("channel", _("渠道"), lambda one: one.channel),
        Column("rows", _("行数"), lambda one: f"{one.rows_in:,}"),
        Column("rejected", _("退回数"), lambda one: share(one.rows_rejected, one.rows_in)),
        Column("late", _("滞后天数"), lambda one: one.late_days, narrow=False),
        Column("days", _("数据日期"), lambda one: _span(one), narrow=False),
        Column("at", _("入库时间"), lambda one: one.committed_at, sort="committed_at"),
    ),
    filters=(
        Filter("channel", _("渠道"), lambda rows, text: rows.filter(channel=text)),
        Filter("rejects", _("退回数"), lambda rows, text: _with_rejects(rows, text),
               choices=lambda: [("yes", _("有退回")), ("no", _("无退回"))]),
    ),
    sort="-at",
    link=lambda one: reverse("channels:rejects", args=[one.batch_id]),
    empty=_("还没有批次。"),
    export=_EXPORT,
    head="channels/_head.html",
)  # fmt: skip

REJECTS = Listing(
    key="rejects",
    title=_("退回数"),
    columns=(
        Column("line", _("行号"), lambda one: one["line"]),
        Column("scope", _("层级"), lambda one: one["scope"], template="channels/_scope.html"),
        Column("column", _("列"), lambda one: one["column"]),
        Column("field", _("字段"), lambda one: one["field"], narrow=False),
        Column("shape", _("值形"), lambda one: one["value_class"]),
        Column("code", _("规则代码"), lambda one: one["code"]),
        Column("remedy", _("处理办法"), lambda one: one["remedy"], narrow=False),
        Column("mended", _("改正"), lambda one: one["mended"], template="channels/_mended.html"),
    ),
    filters=(
        Filter("code", _("规则代码"), lambda rows, text: rows),
        Filter("scope", _("层级"), lambda rows, text: rows, choices=lambda: [("row", _("整行")), ("value", _("单值"))]),
    ),
    link=lambda one: reverse("channels:row", args=[one["batch"], one["line"]]),
    empty=_("该批次没有退回。"),
    export=_EXPORT,
)


def _span(batch: Batch) -> str:
    ends = dict.fromkeys(day.isoformat() for day in (batch.first_day, batch.last_day) if day)
    return " – ".join(ends)


def _with_rejects(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    return rows.filter(rows_rejected__gt=0) if text == "yes" else rows.filter(rows_rejected=0)
