"""What pydantic found wrong with one field, as sentences that can be said in any language."""

from __future__ import annotations

from typing import Any

from toguna.core.words import N_, Sentence

MONTH_PATTERN = r"^\d{4}-(0[1-9]|1[0-2])$"
DAY_PATTERN = r"^\d{4}-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?$"
CODE_PATTERN = r"^[A-Za-z0-9]{1,20}$"
ISO3_PATTERN = r"^[A-Z]{3}$"
SORT_PATTERN = r"^-?[a-z][a-z0-9_]*(,-?[a-z][a-z0-9_]*){0,4}$"
_LIKE = {
    MONTH_PATTERN: "2013-02",
    DAY_PATTERN: "2013-02, 2013-02-21",
    CODE_PATTERN: "ML05",
    ISO3_PATTERN: "MLI",
    SORT_PATTERN: "month,-deaths",
}
_UNKNOWN = (N_("{field} is not a parameter of this view."), N_("Leave it out. Parameters: {known}."))
_WHOLE = (N_("{field} is not a whole number."), N_("Write digits only."))
_NUMBER = (N_("{field} is not a number."), N_("Write a number, for example 2.5."))
_WORDS = {
    "missing": (N_("{field} is missing."), N_("Give {field}.")),
    "extra_forbidden": _UNKNOWN,
    "greater_than_equal": (N_("{field} is too small."), N_("Give {ge} or more.")),
    "less_than_equal": (N_("{field} is too large."), N_("Give {le} or less.")),
    "greater_than": (N_("{field} is too small."), N_("Give more than {gt}.")),
    "int_parsing": _WHOLE,
    "float_parsing": _NUMBER,
    "finite_number": _NUMBER,
    "bool_parsing": (N_("{field} is neither true nor false."), N_("Write true or false.")),
    "literal_error": (N_("{field} has no such value."), N_("Choose one of {expected}.")),
    "enum": (N_("{field} has no such value."), N_("Choose one of {expected}.")),
    "string_too_long": (N_("{field} is too long."), N_("Give at most {max_length} characters.")),
    "string_pattern_mismatch": (N_("{field} is not written as it must be."), N_("Write it like this: {example}.")),
    "int_type": _WHOLE,
    "float_type": _NUMBER,
    "string_type": (N_("{field} is not text."), N_("Write it in quotes.")),
    "too_short": (N_("{field} has too few entries."), N_("Give {min_length} or more.")),
    "too_long": (N_("{field} has too many entries."), N_("Give {max_length} or less.")),
    "json_invalid": (N_("The body is not JSON."), N_("Send a JSON object.")),
}
_OTHER = (N_("{field} cannot be used: {msg}"), N_("See the description of this view at /api/v1/docs."))


def field_fault(one: Any, known: str) -> tuple[str, Sentence, Sentence]:
    """Return field, problem and remedy of one fault pydantic found.

    Parameters
    ----------
    known : the fields there are, for whoever gave another
    """
    place = [str(part) for part in one.get("loc", ()) if part not in ("query", "path", "body", "header")]
    field = (".".join(place) or "body")[:80]
    context = {key: str(value) for key, value in (one.get("ctx") or {}).items()}
    wrong, mend = _WORDS.get(str(one.get("type")), _OTHER)
    if one.get("type") == "string_pattern_mismatch":
        context["example"] = _LIKE.get(context.get("pattern", ""), context.get("pattern", ""))
    values = {"field": field, "known": known, "msg": str(one.get("msg", ""))[:200], **context}
    return field, Sentence(wrong, **values), Sentence(mend, **values)
