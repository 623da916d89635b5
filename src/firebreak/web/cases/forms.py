"""What forms of the case desk accept."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from firebreak.ops.cases.policies import TRACEABLE
from firebreak.web.cases import words

_TEXT = {"class": "form-control", "autocomplete": "off"}
MOST_PERSON = 2**63 - 1
"""What a column of ids holds."""
_MOMENT = "%Y-%m-%dT%H:%M"


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=forms.DateInput({**_TEXT, "type": "date"}, "%Y-%m-%d"))


def _moment(label: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput({**_TEXT, "type": "datetime-local"}, _MOMENT)
    return forms.DateTimeField(label=label, required=False, input_formats=[_MOMENT], widget=widget)


def reason_field() -> forms.CharField:
    """Why; it goes into the ledger."""
    return forms.CharField(
        label=_("理由"), max_length=200, min_length=2, widget=forms.TextInput(_TEXT), help_text=_("理由记入台账。")
    )


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = reason_field()


class DatesForm(forms.Form):
    """The dates of a case, whom it is, who answers for it."""

    person_id = forms.IntegerField(
        label=_("人员编号"),
        required=False,
        min_value=1,
        max_value=MOST_PERSON,
        widget=forms.NumberInput(_TEXT),
        help_text=_("在“人员”中查找后填写；追踪须知道是谁。"),
    )
    division_code = forms.RegexField(
        r"^\d{2,12}$", label=_("负责区划"), widget=forms.TextInput({**_TEXT, "inputmode": "numeric"})
    )
    onset_on = _day(_("发病日期"))
    sampled_at = _moment(_("采样时间"))
    result_at = _moment(_("结果时间"))
    reported_on = _day(_("报告日期"))
    isolated_at = _moment(_("隔离时间"))
    reason = reason_field()


class NewCaseForm(DatesForm):
    """A case entered by hand."""

    case_no = forms.CharField(label=_("病例编号"), max_length=40, widget=forms.TextInput(_TEXT))
    state = forms.ChoiceField(label=_("状态"), widget=forms.Select({"class": "form-select"}))
    field_order = ("case_no", "state", "division_code", "person_id")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = [(key, words.state("case", key)) for key in TRACEABLE]  # type: ignore[attr-defined]
