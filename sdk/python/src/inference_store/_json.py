"""From JSON to the classes of this package and back."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import re
from enum import Enum
from typing import Any, Callable, Dict, Mapping, Optional, Type, TypeVar, Union, get_args, get_origin, get_type_hints

from .errors import InferenceStoreError

T = TypeVar("T")

Time = Union[dt.datetime, str]
"""A moment: an aware datetime, or a text as RFC 3339 writes it."""

Span = Union[dt.timedelta, int, float, str]
"""A length of time: a timedelta, seconds, or a text as ISO 8601 writes it, such as PT15M."""

_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(?:\.(\d+))?([Zz]|[+-]\d\d:\d\d)")


def decode(cls: Type[T], data: Any) -> T:
    """An object of a result class. Fields that the class does not know are those of a newer server and left out."""
    if not isinstance(data, Mapping):
        raise InferenceStoreError(f"the server's answer is not a {cls.__name__}: is the address right?")
    values = {name: _value(hint, data[name]) for name, hint in _hints(cls).items() if name in data}
    try:
        return cls(**values)
    except TypeError:
        missing = [field.name for field in dataclasses.fields(cls) if field.name not in values]
        raise InferenceStoreError(f"the server's {cls.__name__} lacks one of {', '.join(missing)}") from None


_hints: Callable[[Any], Dict[str, Any]] = functools.lru_cache(maxsize=None)(get_type_hints)


def _value(hint: Any, data: Any) -> Any:
    if data is None or hint is Any:
        return data
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Union:
        return _value(next(argument for argument in arguments if argument is not type(None)), data)
    if origin is list and isinstance(data, list):
        return [_value(arguments[0], item) for item in data]
    if origin is dict and isinstance(data, dict):
        return {key: _value(arguments[1], item) for key, item in data.items()}
    if hint is dt.datetime:
        return time(data)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _member(hint, data)
    if dataclasses.is_dataclass(hint):
        return decode(hint, data)
    return data


def _member(cls: Type[Enum], value: Any) -> Any:
    """A member of the enum. A value that only a newer server knows becomes one that is equal to its text."""
    try:
        return cls(value)
    except ValueError:
        unknown = str.__new__(cls, value)
        unknown._name_ = str(value).upper()
        unknown._value_ = value
        return unknown


def time(text: str) -> dt.datetime:
    """An aware datetime in UTC; what is finer than a microsecond is cut.

    Raises:
        ValueError: where the text is no moment as RFC 3339 writes it.
    """
    parts = _TIME.fullmatch(text)
    if parts is None:
        raise ValueError(f"not a moment as RFC 3339 writes it: {text!r}")
    day, clock, fraction, zone = parts.groups()
    micros = ((fraction or "") + "000000")[:6]
    offset = "+00:00" if zone in "Zz" else zone
    return dt.datetime.fromisoformat(f"{day}T{clock}.{micros}{offset}").astimezone(dt.timezone.utc)


def time_text(name: str, moment: Time) -> str:
    """A moment as the API takes it.

    Args:
        name: the argument, for the message.
        moment: an aware datetime, or a text, which is left as it is.

    Raises:
        ValueError: for a datetime without a time zone, which could mean any of 24 hours.
    """
    if isinstance(moment, str):
        return moment
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise ValueError(f"{name} has no time zone: use datetime(..., tzinfo=timezone.utc)")
    return moment.astimezone(dt.timezone.utc).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def times(**moments: Optional[Time]) -> Dict[str, str]:
    """The moments that were given, by name, as the API takes them.

    Raises:
        ValueError: for a datetime without a time zone.
    """
    return {name: time_text(name, moment) for name, moment in moments.items() if moment is not None}


def span_text(span: Span) -> str:
    """A length of time as the API takes it, such as PT15M or PT0.5S."""
    if isinstance(span, str):
        return span
    return f"PT{seconds(span):g}S" if seconds(span) < 1 else f"PT{round(seconds(span))}S"


def seconds(span: Span) -> float:
    """Seconds of a length of time; of a text as ISO 8601 writes it, hours, minutes and seconds are read.

    Raises:
        ValueError: where the text is of another form, or the span is negative.
    """
    if isinstance(span, str):
        parts = re.fullmatch(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?", span.upper())
        if parts is None or not any(parts.groups()):
            raise ValueError(f"not a length of time such as PT15M: {span!r}")
        return sum(float(part or 0) * unit for part, unit in zip(parts.groups(), (3600, 60, 1)))
    value = span.total_seconds() if isinstance(span, dt.timedelta) else float(span)
    if value < 0:
        raise ValueError(f"a length of time is not negative: {span!r}")
    return value


def without_none(**fields: Any) -> Dict[str, Any]:
    """The fields that were given."""
    return {name: plain(value) for name, value in fields.items() if value is not None}


def plain(value: Any) -> Any:
    """The value of an enum; anything else as it is."""
    return value.value if isinstance(value, Enum) else value
