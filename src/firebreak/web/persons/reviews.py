"""The review queue: pairs that are neither one person nor two. Compare, rule, confirm, undo; each on record."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from firebreak.bridge.desk_lake import reading
from firebreak.bridge.pairs import Pair, Side, compared, gammas_with_total, subject
from firebreak.bridge.person_file import GivenBack, given_back
from firebreak.ops.base.actor import Actor
from firebreak.ops.base.exports import Export
from firebreak.ops.base.lists import Column, Filter, Listing, listed
from firebreak.ops.base.page import DeskRequest, deed, form, page
from firebreak.ops.base.policy import can
from firebreak.ops.persons import actions, policies, selectors
from firebreak.ops.persons.models import Review, Ruling
from firebreak.terms.errors import FirebreakError
from firebreak.web.identity.page import plain
from firebreak.web.identity.pairing import level_word, values
from firebreak.web.identity.waterfall import bars_of
from firebreak.web.persons import words
from firebreak.web.persons.views import ReasonForm

KINDS = ("must", "cannot", "unsure")


class RulingForm(forms.Form):
    """What is decided, and why."""

    kind = forms.ChoiceField(choices=[(kind, kind) for kind in KINDS])
    reason = forms.CharField(label=_("理由"), max_length=200)


def _levels(row: Review) -> str:
    """The comparisons that weigh most, in words."""
    told = sorted(json.loads(row.levels).items(), key=lambda one: -abs(one[1]["weight"] + one[1]["adjustment"]))
    named = [(name, one["level"]) for name, one in told[:3] if one["weight"] + one["adjustment"]]
    said = [f"{plain('field', name, words.lang())} {level_word(name, found, words.lang())}" for name, found in named]
    return "；".join(said)


def _at_least(rows: QuerySet[Review], text: str) -> QuerySet[Review]:
    return rows.filter(probability__gte=float(text) / 100)


def _person(rows: QuerySet[Review], text: str) -> QuerySet[Review]:
    return rows.filter(Q(left_person_id=int(text)) | Q(right_person_id=int(text)))


LISTING = Listing(
    key="reviews",
    title=_("待核对"),
    columns=(
        Column("pair", _("编号"), lambda row: row.pk, sort="pk"),
        Column("probability", _("同一人的概率"), lambda row: f"{row.probability:.3f}", sort="weight"),
        Column("levels", _("主要依据"), _levels),
        Column("division", _("区划"), lambda row: row.division_code, sort="division_code", template="web/_place.html"),
        Column("left", _("人员甲"), lambda row: row.left_person_id, narrow=False),
        Column("right", _("人员乙"), lambda row: row.right_person_id, narrow=False),
    ),
    filters=(
        Filter("least", _("概率不低于（%）"), _at_least),
        Filter("person", _("人员编号"), _person),
        Filter("division", _("区划代码"), lambda rows, text: rows.filter(division_code__startswith=text)),
    ),
    sort="-probability",
    link=lambda row: reverse("reviews:pair", args=[row.pk]),
    empty=_("没有待核对的记录。"),
    export=Export(policies.EXPORT_REVIEWS, actions.record_export_of_reviews),
    head="persons/_reviews_head.html",
)

RULINGS = Listing(
    key="rulings",
    title=_("裁定"),
    columns=(
        Column("id", _("编号"), lambda row: row.pk, sort="pk"),
        Column("kind", _("裁定"), lambda row: words.word("ruling", row.kind)),
        Column("state", _("状态"), lambda row: row.state, template="persons/_ruling_state.html"),
        Column("by", _("裁定人"), lambda row: row.decided_by),
        Column("at", _("时间"), lambda row: row.decided_at, sort="decided_at"),
        Column("second", _("复核人"), lambda row: row.second_by, narrow=False),
        Column("reason", _("理由"), lambda row: row.reason, narrow=False),
        Column("division", _("区划"), lambda row: row.division_code, template="web/_place.html", narrow=False),
    ),
    filters=(
        Filter("state", _("状态"), lambda rows, text: rows.filter(state=text),
               choices=lambda: [(state, words.word("state", state)) for state in policies.STATES]),
        Filter("by", _("裁定人"), lambda rows, text: rows.filter(decided_by=text.lower())),
    ),
    sort="-at",
    link=lambda row: reverse("reviews:ruling", args=[row.pk]),
    empty=_("还没有裁定。"),
    export=Export(policies.EXPORT_REVIEWS, actions.record_export_of_rulings),
    head="persons/_rulings_head.html",
)  # fmt: skip


@form(policies.REVIEW)
def reviews(request: DeskRequest) -> HttpResponseBase:
    """The pairs that wait, the likeliest first."""
    return listed(request, LISTING, selectors.reviews(by=request.actor))


@form(policies.REVIEW)
def rulings(request: DeskRequest) -> HttpResponseBase:
    """What was decided, the latest first."""
    return listed(request, RULINGS, selectors.rulings(by=request.actor))


@page(policies.REVIEW)
def pair(request: DeskRequest, review_id: int) -> HttpResponseBase:
    """Both sides of a pair, masked, with what each comparison weighs."""
    row = selectors.review(review_id=review_id, by=request.actor)
    return render(request, "persons/pair.html", _pair(row, request.actor, names=False))


@deed(policies.SHOW_PAIR)
def show(request: DeskRequest, review_id: int) -> HttpResponseBase:
    """The same in full, for a reason. It is on record before it is shown."""
    given = ReasonForm(request.POST)
    reason = given.cleaned_data["reason"] if given.is_valid() else ""
    row = actions.show_pair(review_id=review_id, reason=reason, by=request.actor)
    return render(request, "persons/pair.html", _pair(row, request.actor, names=True) | {"reason": reason})


@deed(policies.RULE)
def rule(request: DeskRequest, review_id: int) -> HttpResponseBase:
    """Same person, different people, or don't know."""
    given = RulingForm(request.POST)
    if not given.is_valid():
        messages.error(request, __("请写明理由，再按裁定按钮。"))
        return HttpResponseRedirect(reverse("reviews:pair", args=[review_id]))
    made = actions.rule(review_id=review_id, **given.cleaned_data, by=request.actor)
    return _thanked(request, made)


@page(policies.REVIEW)
def ruling(request: DeskRequest, ruling_id: int) -> HttpResponseBase:
    """One ruling, how far it is, and what may be done with it."""
    row = selectors.ruling(ruling_id=ruling_id, by=request.actor)
    by = request.actor
    return render(request, "persons/ruling.html", {
        "ruling": row,
        "kind": words.word("ruling", row.kind),
        "may_confirm": policies.can_confirm(row.state, row.decided_by_id, by.user_id) and can(policies.RULE, by),
        "may_take_back": row.state == "proposed" and row.decided_by_id == by.user_id,
        "moving": row.state == "decided",
    })  # fmt: skip


@deed(policies.RULE)
def confirm(request: DeskRequest, ruling_id: int) -> HttpResponseBase:
    """A second person agrees."""
    actions.confirm(ruling_id=ruling_id, by=request.actor)
    return HttpResponseRedirect(reverse("reviews:ruling", args=[ruling_id]))


@deed(policies.RULE)
def send_back(request: DeskRequest, ruling_id: int) -> HttpResponseBase:
    """A second person does not agree."""
    actions.send_back(ruling_id=ruling_id, by=request.actor)
    return HttpResponseRedirect(reverse("reviews:ruling", args=[ruling_id]))


@deed(policies.RULE)
def take_back(request: DeskRequest, ruling_id: int) -> HttpResponseBase:
    """Who ruled takes it back."""
    actions.take_back(ruling_id=ruling_id, by=request.actor)
    return HttpResponseRedirect(reverse("reviews:ruling", args=[ruling_id]))


@form(policies.RULE)
def merge(request: DeskRequest, merge_id: int) -> HttpResponseBase:
    """What undoing a merge gives back; and the undo, for a reason."""
    found = _merge(merge_id)
    person = selectors.person(person_id=found.living, by=request.actor)
    given = ReasonForm(request.POST or None)
    if request.method == "POST" and given.is_valid():
        made = actions.undo(
            merge_id=merge_id, person_id=found.living, absorbed_id=found.merge.absorbed_id,
            reason=given.cleaned_data["reason"], by=request.actor,
        )  # fmt: skip
        return HttpResponseRedirect(reverse("reviews:ruling", args=[made.pk]))
    return render(request, "persons/merge.html", {
        "found": found,
        "kept": [(words.channel(channel), record) for record, channel in found.kept],
        "returned": [(words.channel(channel), record) for record, channel in found.returned],
        "person": person,
        "rule": plain("rule", found.merge.rule, words.lang()),
        "form": given,
        "under_way": selectors.open_undo(merge_id=merge_id, by=request.actor),
        "second": policies.needs_second("undo"),
    })  # fmt: skip


def _merge(merge_id: int) -> GivenBack:
    with reading() as opened:
        found = given_back(opened, merge_id)
    if found is None:
        raise FirebreakError(
            "FB-PERSONS-MERGE", str(merge_id), "What is undone is a merge that stands.", "Take it from a person's file."
        )
    return found


def _pair(row: Review, by: Actor, names: bool) -> dict[str, Any]:
    told = gammas_with_total(row.levels, row.weight, row.probability)
    with reading() as opened:
        sides = [subject(opened, f"{record}/{part}") for record, part in
                 ((row.left_record_id, row.left_part), (row.right_record_id, row.right_part))]  # fmt: skip
        found = compared(opened, sides[0], sides[1], told)
        channels = [words.channel(opened.channel_of(record)) for record in (row.left_record_id, row.right_record_id)]
    return {
        "review": row,
        "channels": channels,
        "steps": _steps(found, names),
        "names": names,
        "tied": [(plain("rule", rule, words.lang()), one, other) for rule, one, other in found.tied],
        "rulings": selectors.rulings_on(review=row, by=by),
        "following": _following(row, by),
        "may_rule": can(policies.RULE, by),
        "may_show": can(policies.SHOW_PAIR, by),
        "second": policies.needs_second("must"),
        "ask": ReasonForm(),
    }


def _steps(found: Pair, names: bool) -> list[dict[str, Any]]:
    """Each row of the waterfall: the start, the comparisons, the sum."""
    bars, lang = bars_of(found), words.lang()
    rows: list[dict[str, Any]] = []
    if bars:
        start = {"name": __("起点"), "level": __("任取两条记录"), "bits": found.prior, "bar": bars[0], "first": True}
        rows.append(start)
    for at, step in enumerate(found.steps, start=1):
        rows.append({
            "name": plain("field", step.name, lang), "level": level_word(step.name, step.level, lang),
            "left": _said(found.left, step.name, names), "right": _said(found.right, step.name, names),
            "bits": step.weight, "adjustment": step.adjustment, "bar": bars[at] if bars else None,
        })  # fmt: skip
    if bars:
        total = {"name": __("合计"), "bits": found.weight, "bar": bars[-1], "last": True}
        rows.append(total | {"level": f"{found.probability:.4f}"})
    return rows


def _said(side: Side, name: str, names: bool) -> list[str]:
    return [words.word("sex", one) for one in values(side, name, names)] if name == "sex" else values(side, name, names)


def _following(row: Review, by: Actor) -> Review | None:
    """The next pair of the queue, the next less likely one."""
    rows = selectors.reviews(by=by)
    less = rows.filter(Q(weight__lt=row.weight) | Q(weight=row.weight, pk__lt=row.pk))
    following: Review | None = less.order_by("-weight", "-pk").first()
    return following


def _thanked(request: DeskRequest, made: Ruling) -> HttpResponseBase:
    said = {"proposed": __("已提交，待另一位同事复核。"), "noted": __("已记下，仍留在队列中。")}
    messages.success(request, said.get(made.state, __("已裁定，正在写入数据湖。")))
    return HttpResponseRedirect(reverse("reviews:ruling", args=[made.pk]))
