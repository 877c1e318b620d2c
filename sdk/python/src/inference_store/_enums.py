"""The words of the API. Each is a text too: ``DeleteAction.SOFT == "soft"``."""

from __future__ import annotations

from enum import Enum


class Word(str, Enum):
    """A text that is one of a few."""

    def __str__(self) -> str:
        return str(self.value)


class DeleteAction(Word):
    """What a run does: SOFT hides, removes after a grace period and can be undone until then; HARD removes."""

    SOFT = "soft"
    HARD = "hard"


class RetentionTaskState(Word):
    """How far a task is. The last three are final."""

    PENDING = "pending"
    RUNNING = "running"
    COMPLETE = "complete"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """Whether it stays so."""
        return self.value in ("complete", "failed", "cancelled")


class RetentionTaskTrigger(Word):
    """Why a task was made."""

    MANUAL = "manual"
    AUTOMATED = "automated"
    PURGE = "purge"
    ERASE = "erase"


class ReplayKind(Word):
    """REPLAY stores what was sent before, RE_EMIT sends what is stored."""

    REPLAY = "replay"
    RE_EMIT = "re_emit"


class ReplayState(Word):
    """How far a replay is. The last three are final."""

    PENDING = "pending"
    RUNNING = "running"
    COMPLETE = "complete"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """Whether it stays so."""
        return self.value in ("complete", "failed", "cancelled")


class ReplayFileFormat(Word):
    """What the files of a replay hold."""

    OWN = "own"
    SAGEMAKER = "sagemaker"
    AZUREML = "azureml"
    KSERVE_BLOB = "kserve-blob"


class InputState(Word):
    """Whether an input can be read. HELD can: a hold keeps it beyond its age. NONE: none was sent, or it is not stored."""

    AVAILABLE = "available"
    EXPIRED = "expired"
    ERASED = "erased"
    HELD = "held"
    NONE = "none"


class Omission(Word):
    """Why bytes that were sent are not stored."""

    TOO_LARGE = "too_large"
    NOT_CAPTURED = "not_captured"
    NOT_REDACTABLE = "not_redactable"
    REFERENCE_NOT_ALLOWED = "reference_not_allowed"
    REFERENCE_FAILED = "reference_failed"


class InferencePart(Word):
    """Which halves of an inference are stored."""

    REQUEST = "request"
    RESPONSE = "response"
    BOTH = "both"


class MetadataFilterOperator(Word):
    """How a metadata value is compared. Each has a long and a short name."""

    EQUAL = "eq"
    NOT_EQUAL = "ne"
    LESS_THAN = "lt"
    LESS_THAN_OR_EQUAL = "le"
    GREATER_THAN = "gt"
    GREATER_THAN_OR_EQUAL = "ge"
    IN = "in"
    EXISTS = "exists"
    CONTAINS = "contains"

    EQ = "eq"
    NE = "ne"
    LT = "lt"
    LE = "le"
    GT = "gt"
    GE = "ge"


class MetadataFilterType(Word):
    """What a metadata value is compared as."""

    STRING = "string"
    INTEGER = "integer"
    FLOAT = "float"
    JSON = "json"


class PaginationSortField(Word):
    """What a list is sorted by."""

    CREATED_AT = "created_at"


class PaginationSortDirection(Word):
    """ASCENDING: the oldest first. DESCENDING: the newest first."""

    ASCENDING = "asc"
    DESCENDING = "desc"
