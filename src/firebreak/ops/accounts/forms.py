"""What forms of this desk accept: named fields only, so that a field nobody asked for changes nothing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from firebreak.terms.offices import OFFICES, REACH_KINDS, ReachKind

GIVEN = (ReachKind.DIVISION, ReachKind.GRID)
"""Kinds of reach that a person can give: whose an enterprise's or a person's id is no desk can prove yet."""

_TEXT = {"class": "form-control", "autocomplete": "off"}


def _password(label: Any, purpose: str, **more: Any) -> forms.CharField:
    """A password's field; ``purpose`` tells the browser's password store which one."""
    widget = forms.PasswordInput({"class": "form-control", "autocomplete": purpose})
    return forms.CharField(label=label, strip=False, max_length=256, widget=widget, **more)


class SignInForm(forms.Form):
    """Name and password."""

    username = forms.CharField(label=_("账号名"), max_length=64, widget=forms.TextInput({
        "class": "form-control", "autocomplete": "username", "autofocus": True, "autocapitalize": "none",
    }))  # fmt: skip
    password = _password(_("密码"), "current-password")


class CodeForm(forms.Form):
    """A one-time code."""

    token = forms.RegexField(
        r"^\s*\d{6}\s*$", label=_("一次性口令"), error_messages={"invalid": _("请输入 6 位数字。")},
        widget=forms.TextInput({"class": "form-control form-control-lg", "inputmode": "numeric",
                                "autocomplete": "one-time-code", "autofocus": True, "maxlength": "8"}),
    )  # fmt: skip


class PasswordForm(forms.Form):
    """The present password and a new one, twice."""

    old = _password(_("当前密码"), "current-password")
    new = _password(_("新密码"), "new-password", help_text=_("至少 12 个字符，不能是常见密码。"))
    again = _password(_("再次输入新密码"), "new-password")

    def clean(self) -> dict[str, Any]:
        """Both times the same."""
        values = super().clean() or {}
        if values.get("new") != values.get("again"):
            self.add_error("again", _("两次输入不一致。"))
        return values


class AccountForm(forms.Form):
    """A new account."""

    username = forms.CharField(label=_("账号名"), max_length=64, widget=forms.TextInput(_TEXT),
                               help_text=_("小写字母开头，可含数字、点、横线；不要用手机号或证件号。"))  # fmt: skip
    label = forms.CharField(label=_("岗位名称"), max_length=80, widget=forms.TextInput(_TEXT))
    home = forms.CharField(label=_("所属区划代码"), max_length=12, required=False, widget=forms.TextInput(_TEXT),
                           help_text=_("2、4、6、9 或 12 位；留空表示全国。"))  # fmt: skip


class ChangeForm(AccountForm):
    """Another label or division of an account; its name stays."""

    username = None  # type: ignore[assignment]


class LinkForm(forms.Form):
    """Who an account is at the identity provider."""

    subject = forms.CharField(label=_("统一身份标识（sub）"), max_length=255, required=False,
                              widget=forms.TextInput(_TEXT))  # fmt: skip


class HoldingForm(forms.Form):
    """An office within a reach."""

    office = forms.ChoiceField(label=_("职责"), widget=forms.Select({"class": "form-select"}))
    kind = forms.ChoiceField(label=_("范围类型"), widget=forms.Select({"class": "form-select"}))
    value = forms.CharField(label=_("范围"), max_length=32, required=False, widget=forms.TextInput(_TEXT))
    until = forms.DateField(label=_("有效期至"), required=False,
                            widget=forms.DateInput({"class": "form-control", "type": "date"}))  # fmt: skip

    def __init__(self, *arguments: Any, chinese: bool = True, **named: Any) -> None:
        super().__init__(*arguments, **named)
        words = 0 if chinese else 1
        self.fields["office"].choices = [  # type: ignore[attr-defined]
            (office.value, terms.zh if chinese else terms.en)
            for office, terms in OFFICES.items()
            if set(terms.reaches) & set(GIVEN)
        ]
        self.fields["kind"].choices = [(kind.value, REACH_KINDS[kind][words]) for kind in GIVEN]  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("理由"), max_length=500, min_length=2, widget=forms.TextInput(_TEXT))
