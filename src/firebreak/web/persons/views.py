"""The persons desk: find somebody, read the file masked, see it in full for a reason. Every look is on record."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from firebreak.bridge.desk_lake import reading
from firebreak.bridge.person_file import PersonFile, person_file
from firebreak.ops.base.actor import Actor
from firebreak.ops.base.exports import Export
from firebreak.ops.base.lists import Column, Filter, Listing, listed
from firebreak.ops.base.page import DeskRequest, deed, form, page
from firebreak.ops.base.policy import can
from firebreak.ops.base.scope import after
from firebreak.ops.ledger import policies as ledger_policies
from firebreak.ops.ledger import selectors as ledger
from firebreak.ops.persons import actions, policies, selectors
from firebreak.ops.persons.models import Person
from firebreak.ops.vault import actions as vault
from firebreak.ops.vault import selectors as values
from firebreak.terms.errors import LakeError
from firebreak.web.persons import words

SHOWN = 50
LOOKS = 15
FIELDS = ("name", "doc_number", "phone")


class FindForm(forms.Form):
    """What somebody is looked for by. The value is never part of an address."""

    field = forms.ChoiceField(
        label=_("按"), choices=[("doc_number", _("证件号码")), ("phone", _("电话")), ("name", _("姓名"))]
    )
    value = forms.CharField(label=_("内容"), max_length=100, strip=True)


class ReasonForm(forms.Form):
    """Why the values are needed in full."""

    reason = forms.CharField(
        label=_("理由"),
        max_length=200,
        help_text=_("写明病例、指令或走访；理由记入台账。"),
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off", "minlength": 2}),
    )


def prepare(rows: list[Any], request: DeskRequest) -> None:
    """The masked names of a page of persons, in one query."""
    known = values.masked(kind="person", subject_ids=[row.person_id for row in rows], by=request.actor)
    for row in rows:
        row.masked = known.get(row.person_id, {})


def _masked(field: str) -> Any:
    return lambda row: "；".join(row.masked.get(field, ())[:1])


def _colours() -> list[tuple[str, str]]:
    return [(colour, words.word("colour", colour)) for colour in ("red", "yellow", "pending")]


def _division(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """The rows of a division, by a range that an index answers."""
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        raise ValueError
    return rows.filter(division_code__gte=text, division_code__lt=after(text))


LISTING = Listing(
    key="persons",
    title=_("人员"),
    columns=(
        Column("name", _("姓名"), lambda row: _masked("name")(row) or "—"),
        Column("number", _("证件号码"), _masked("doc_number")),
        Column("phone", _("电话"), _masked("phone")),
        Column(
            "division", _("现住区划"), lambda row: row.division_code, sort="division_code", template="web/_place.html"
        ),
        Column("colour", _("建议码色"), lambda row: row.colour, template="persons/_colour.html"),
        Column("rivals", _("存疑字段"), lambda row: row.rivals or None, narrow=False),
        Column("records", _("记录数"), lambda row: row.records, narrow=False),
        Column("id", _("人员编号"), lambda row: row.person_id, narrow=False),
    ),
    filters=(
        Filter("colour", _("建议码色"), lambda rows, text: rows.filter(colour=text), choices=_colours),
        Filter("division", _("区划代码"), _division),
    ),
    sort="division",
    link=lambda row: reverse("persons:file", args=[row.person_id]),
    empty=_("您的辖区内还没有发布人员。"),
    export=Export(policies.EXPORT, actions.record_export),
    prepare=prepare,
    head="persons/_head.html",
)


@form(policies.READ)
def persons(request: DeskRequest) -> HttpResponseBase:
    """The persons within reach, masked."""
    context = {"find": FindForm() if can(policies.FIND, request.actor) else None}
    return listed(request, LISTING, selectors.persons(by=request.actor), context)


@form(policies.FIND)
def find(request: DeskRequest) -> HttpResponseBase:
    """Who has this number, phone or name: those within reach, masked. The search is on record, the value is not."""
    given = FindForm(request.POST or None)
    context: dict[str, Any] = {"find": given}
    if request.method == "POST" and given.is_valid():
        field, value = given.cleaned_data["field"], given.cleaned_data["value"]
        found = vault.search(kind="person", field=field, value=value, by=request.actor)
        rows = selectors.persons_with(person_ids=found[:SHOWN], by=request.actor)
        prepare(rows, request)
        context |= {
            "rows": rows,
            "count": len(found),
            "more": len(found) > SHOWN,
            "most": vault.MOST_FOUND,
            "asked": field,
        }
    part = request.htmx and request.htmx.target == "found"
    return render(request, "persons/_found.html" if part else "persons/find.html", context)


@page(policies.FILE)
def file(request: DeskRequest, person_id: int) -> HttpResponseBase:
    """A person's file, masked. Opening it is on record; an old id leads to the person of today."""
    living = selectors.living(person_id=person_id, by=request.actor)
    if living != person_id:
        return HttpResponseRedirect(reverse("persons:file", args=[living]))
    row = actions.open_file(person_id=person_id, by=request.actor)
    return render(request, "persons/file.html", _file(row, request.actor, names=False))


@deed(policies.SHOW)
def show(request: DeskRequest, person_id: int) -> HttpResponseBase:
    """The same in full, for a reason. It is on record before it is shown."""
    given = ReasonForm(request.POST)
    reason = given.cleaned_data["reason"] if given.is_valid() else ""
    shown = ["name", "doc_number", "phone", "address", "birth_date", "employer"]
    row = actions.show_file(person_id=person_id, fields=shown, reason=reason, by=request.actor)
    return render(request, "persons/file.html", _file(row, request.actor, names=True) | {"reason": reason})


def _file(row: Person, by: Actor, names: bool) -> dict[str, Any]:
    """Everything the page shows."""
    aliases = selectors.aliases(person_id=row.person_id, by=by)
    found, problem = _read(row, aliases)
    return {
        "person": row,
        "aliases": aliases,
        "names": names,
        "found": found,
        "problem": problem,
        **(_told(found, names) if found else _kept(row, by)),
        "looks": _looks(row, aliases, by),
        "may_show": can(policies.SHOW, by),
        "may_rule": can(policies.RULE, by),
        "ask": ReasonForm(),
    }


def _read(row: Person, aliases: list[int]) -> tuple[PersonFile | None, LakeError | None]:
    """The file from the lake, or what is wrong with it: then the page shows what the desks themselves have."""
    try:
        with reading() as opened:
            return person_file(opened, row.person_id, aliases, words.lang()), None
    except LakeError as error:
        return None, error


def _told(found: PersonFile, names: bool) -> dict[str, Any]:
    return {
        "best": words.best(found.fields, names),
        "golden": words.golden(found.fields, names),
        "events": words.events(found),
        "colour": words.colour(found),
        "met": words.exposures(found),
        "merges": words.merges(found),
    }


def _kept(row: Person, by: Actor) -> dict[str, Any]:
    """Without a lake: the masked values of the vault."""
    known = values.masked(kind="person", subject_ids=[row.person_id], by=by).get(row.person_id, {})
    return {"best": {field: said[0] for field, said in known.items() if said}}


def _looks(row: Person, aliases: list[int], by: Actor) -> list[Any] | None:
    """Who looked; None for whom that is not."""
    if not can(ledger_policies.LOOKS, by):
        return None
    return ledger.looks(kind="person", subject_ids=[row.person_id, *aliases], by=by, most=LOOKS)
