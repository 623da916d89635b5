"""Closed lists of words used in tables. The value is what is stored; labels are for people."""

from __future__ import annotations

from enum import StrEnum


class Category(StrEnum):
    """What a channel tells. Each category has its table in ``terms.tables``."""

    JOURNEY = "journey"
    STAY = "stay"
    CHECK = "check"
    TEST = "test"
    REGISTRATION = "registration"
    RESIDENCE = "residence"
    DECLARATION = "declaration"
    ROSTER = "roster"
    CASE = "case"
    TIMETABLE = "timetable"
    COUNT = "count"


class Mode(StrEnum):
    """How somebody travelled."""

    TRAIN = "train"
    FLIGHT = "flight"
    COACH = "coach"
    SHIP = "ship"
    METRO = "metro"
    BUS = "bus"
    TAXI = "taxi"
    CAR = "car"
    OTHER = "other"


class PlaceKind(StrEnum):
    """What is printed on the ticket for the place on board."""

    SEAT = "seat"
    BERTH = "berth"
    STANDING = "standing"
    UNKNOWN = "unknown"


class Role(StrEnum):
    """Why somebody was on board."""

    PASSENGER = "passenger"
    CREW = "crew"


class TicketState(StrEnum):
    """Only ``valid`` tickets put a person on board; the others are kept as evidence."""

    VALID = "valid"
    REFUNDED = "refunded"
    CHANGED = "changed"


class DocType(StrEnum):
    """Kinds of documents. ``resident`` is the GB 11643 number."""

    RESIDENT = "resident"
    PASSPORT = "passport"
    HK_MACAO_PERMIT = "hk_macao_permit"
    TAIWAN_PERMIT = "taiwan_permit"
    FOREIGN_RESIDENT = "foreign_resident"
    OTHER = "other"


class DocCheck(StrEnum):
    """What the document number's own structure says of it."""

    VALID = "valid"
    UPGRADED = "upgraded"  # an old 15-digit number, made 18 by rule
    BAD_CHECK_DIGIT = "bad_check_digit"
    BAD_DATE = "bad_date"
    BAD_DIVISION = "bad_division"
    UNCHECKED = "unchecked"  # the document's kind has no check digit
    MASKED = "masked"  # digits replaced by asterisks


class Sex(StrEnum):
    MALE = "male"
    FEMALE = "female"


class CaseState(StrEnum):
    SUSPECTED = "suspected"
    CONFIRMED = "confirmed"
    ASYMPTOMATIC = "asymptomatic"
    EXCLUDED = "excluded"
    RECOVERED = "recovered"
    DIED = "died"


class RejectScope(StrEnum):
    """``row``: the row gave no record. ``field``: the record is kept, this field of it is empty."""

    ROW = "row"
    FIELD = "field"


class RulingKind(StrEnum):
    """``withdraw`` takes an earlier ruling back; the table is only ever added to."""

    MUST = "must"
    CANNOT = "cannot"
    WITHDRAW = "withdraw"


class LinkKind(StrEnum):
    """What a linkage run looked at: everything, the new batches and whom they concern, or whom a ruling concerns."""

    WHOLE = "whole"
    NEW = "new"
    RULING = "ruling"


class Setting(StrEnum):
    """Where two people meet, as contact rules tell it apart. Rides have the first ones, stays the later ones."""

    AIRCRAFT_HEPA = "aircraft_hepa"
    AIRCRAFT_NO_HEPA = "aircraft_no_hepa"
    TRAIN_SEALED = "train_sealed"
    TRAIN_UNSEALED = "train_unsealed"
    SLEEPER_HARD = "sleeper_hard"
    SLEEPER_SOFT = "sleeper_soft"
    COACH_SEALED = "coach_sealed"
    COACH_VENTILATED = "coach_ventilated"
    BUS = "bus"
    METRO = "metro"
    SHIP = "ship"
    TAXI = "taxi"
    CAR = "car"
    WAITING_HALL = "waiting_hall"
    HOUSEHOLD = "household"
    WORKPLACE = "workplace"
    CLASS = "class"
    WARD = "ward"
    HOTEL = "hotel"
    VENUE = "venue"
    ANY = "any"


class Scope(StrEnum):
    """How far a contact rule reaches in its setting."""

    ROWS = "rows"
    BAYS = "bays"
    COMPARTMENT = "compartment"
    COACH = "coach"
    SET = "set"
    VEHICLE = "vehicle"
    CELL = "cell"
    PLACE = "place"
    NONE = "none"


class ContactLevel(StrEnum):
    """What the health rules call the contact: 密接, 一般接触, 次密接."""

    CLOSE = "close"
    GENERAL = "general"
    SECONDARY = "secondary"


class Nearness(StrEnum):
    """What kind of nearness an exposure was (column ``level``)."""

    SEAT = "seat"
    COACH = "coach"
    CREW = "crew"
    COMPANION = "companion"
    CELL = "cell"
    PLACE = "place"
    HOUSEHOLD = "household"
    JOINT_TRIP = "joint_trip"
    WAITING = "waiting"


class ListChange(StrEnum):
    """What a new list did to a contact of a case."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class ChangeReason(StrEnum):
    """Why a list changed, the first that holds."""

    NEW_CASE = "new_case"
    CASE_EXCLUDED = "case_excluded"
    CASE_MERGED = "case_merged"
    CASE_GONE = "case_gone"
    RULE = "rule"
    NEW_RECORD = "new_record"
    MERGE = "merge"
    SPLIT = "split"
    WINDOW = "window"
    RECORD_GONE = "record_gone"
    CORRECTED = "corrected"
