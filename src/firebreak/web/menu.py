"""The menu: one entry a desk, shown to those whom its policy lets in."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from firebreak.ops.accounts import policies as accounts
from firebreak.ops.base.actor import Actor
from firebreak.ops.base.policy import Policy, can
from firebreak.ops.cases import policies as cases
from firebreak.ops.channels import policies as channels
from firebreak.ops.integrations import policies as integrations
from firebreak.ops.ledger import policies as ledger
from firebreak.ops.orders import policies as orders
from firebreak.ops.persons import policies as persons
from firebreak.ops.runs import policies as runs


@dataclass(frozen=True, slots=True)
class Entry:
    """``name``: the address's name; ``icon``: one of Tabler's; ``about``: what one does there, for the home page."""

    name: str
    label: str | Promise
    icon: str
    policy: Policy
    about: str | Promise

    @property
    def desk(self) -> str:
        return self.name.partition(":")[0]


MENU = (
    Entry("cases:cases", _("病例"), icon="virus", policy=cases.READ, about=_("病例、一键追踪、密接名单与时钟")),
    Entry(
        "orders:orders", _("指令"), icon="urgent", policy=orders.READ, about=_("紧急指令的签收、转派、结果与办理进度")
    ),
    Entry(
        "channels:list",
        _("渠道"),
        icon="database-import",
        policy=channels.READ,
        about=_("各渠道的交付、退回、滞后与走势；上传、改正、归类"),
    ),
    Entry(
        "persons:list",
        _("人员"),
        icon="user-search",
        policy=persons.READ,
        about=_("查找人员，查看档案、行程与码色理由"),
    ),
    Entry(
        "reviews:list",
        _("待核对"),
        icon="arrows-join",
        policy=persons.REVIEW,
        about=_("核对是否同一人，裁定，撤销合并"),
    ),
    Entry("runs:list", _("后台运行"), icon="progress", policy=runs.READ, about=_("后台更新的进度与结果")),
    Entry("accounts:list", _("账号"), icon="users", policy=accounts.READ, about=_("账号、职责、辖区与会话")),
    Entry("integrations:list", _("接入方"), icon="plug", policy=integrations.READ, about=_("经接口交付的程序及其令牌")),
    Entry(
        "ledger:list", _("台账"), icon="clipboard-list", policy=ledger.READ, about=_("谁在何时做了什么、看了什么、为何")
    ),
)


def menu_of(by: Actor) -> list[Entry]:
    """The desks this actor may enter."""
    return [entry for entry in MENU if can(entry.policy, by)]
