"""What the forms of this desk accept: named fields only."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from firebreak.ops.integrations.actions import LONGEST_DAYS

_TEXT = {"class": "form-control", "autocomplete": "off"}


class IntegrationForm(forms.Form):
    """A new integration."""

    name = forms.CharField(label=_("名称"), max_length=63, widget=forms.TextInput(_TEXT),
                           help_text=_("小写字母开头，可含数字与短横线。"))  # fmt: skip
    label = forms.CharField(label=_("单位与用途"), max_length=80, widget=forms.TextInput(_TEXT))
    division = forms.CharField(label=_("所属区划代码"), max_length=12, required=False, widget=forms.TextInput(_TEXT))
    channels = forms.CharField(label=_("可交付的渠道代号"), max_length=500, required=False,
                               widget=forms.TextInput(_TEXT), help_text=_("以空格分隔；留空表示不限。"))  # fmt: skip


class TokenForm(forms.Form):
    """A new token."""

    scopes = forms.MultipleChoiceField(
        label=_("权限"), widget=forms.CheckboxSelectMultiple({"class": "form-check-input me-2"}),
        choices=[("deliver", _("交付数据")), ("receipts", _("读取回执")), ("runs", _("后台运行"))],
    )  # fmt: skip
    days = forms.IntegerField(label=_("有效天数"), min_value=1, max_value=LONGEST_DAYS, initial=90,
                              widget=forms.NumberInput(_TEXT))  # fmt: skip
