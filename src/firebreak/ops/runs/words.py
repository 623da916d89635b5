"""Kinds, states and stages of runs in words. Whoever adds a kind to ``FIREBREAK_WORK`` adds its words here."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

KINDS: dict[str, str | Promise] = {
    "intake": _("接收交付"),
    "chain": _("全链更新"),
    "outbox": _("裁定回写"),
    "publish": _("人员发布"),
    "cases": _("病例入库"),
    "trace": _("一键追踪"),
}

STATES: dict[str, str | Promise] = {
    "waiting": _("排队"),
    "working": _("进行中"),
    "done": _("完成"),
    "failed": _("失败"),
}

STAGES: dict[str, str | Promise] = {
    "": "",
    "cases": _("读取病例"),
    "find": _("查找病例"),
    "expose": _("追踪乘车"),
    "assemble": _("整理车厢"),
    "meet": _("追踪停留"),
    "gaps": _("清点缺项"),
    "store": _("保存名单"),
    "ingest": _("读取文件"),
    "identify": _("识别人员"),
    "complete": _("补全档案"),
    "rides": _("还原乘车"),
    "presences": _("还原停留"),
    "lists": _("更新名单"),
    "facts": _("汇集事实"),
    "colours": _("建议码色"),
    "outbox": _("写回数据湖"),
    "publish": _("发布到工作台"),
    "timeline": _("整理时间线"),
}


def kind(key: str) -> str:
    """A kind of run in words."""
    return str(KINDS.get(key, key))


def stage(key: str) -> str:
    """A stage in words."""
    return str(STAGES.get(key, key))
