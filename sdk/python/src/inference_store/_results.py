"""What the functions of this package return. Times are aware datetimes in UTC, ages are hours, sizes are bytes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional

from ._enums import (
    DeleteAction,
    InferencePart,
    InputState,
    Omission,
    ReplayKind,
    ReplayState,
    RetentionTaskState,
    RetentionTaskTrigger,
)


@dataclass(frozen=True)
class Storage:
    """Whether a model's inferences are stored, and whether the running job does so already (``in_effect``)."""

    enabled: bool
    in_effect: bool
    in_effect_reason: Optional[str] = None


@dataclass(frozen=True)
class Stored:
    """How much a model has stored; ``oldest`` and ``newest`` are event times."""

    records: int = 0
    inputs: int = 0
    bytes: int = 0
    oldest: Optional[dt.datetime] = None
    newest: Optional[dt.datetime] = None


@dataclass(frozen=True)
class PolicySummary:
    """A policy in short, as it is shown with its model."""

    id: str
    delete_action: DeleteAction
    version: int
    maximum_record_age: Optional[float] = None
    maximum_blob_age: Optional[float] = None
    automated_interval: float = 0
    inherited: bool = False
    paused: bool = False
    next_run_at: Optional[dt.datetime] = None


@dataclass(frozen=True)
class Backfill:
    """What is stored of the time before storage was switched on: a replay, how far back Kafka ``reaches_from``, and in ``note`` what
    of it is not there.
    """

    replay_id: str
    since: dt.datetime
    reaches_from: Optional[dt.datetime] = None
    note: Optional[str] = None


@dataclass(frozen=True)
class RegisteredModel:
    """A model as the registry has it."""

    model_id: str
    state: str
    project_id: str
    task_type: str
    storage: Storage
    version: int
    name: Optional[str] = None
    sources: List[Dict[str, str]] = field(default_factory=list)
    stored: Stored = Stored()
    retention_policy: Optional[PolicySummary] = None
    erase_task: Optional[str] = None
    backfill: Optional[Backfill] = None
    created_at: Optional[dt.datetime] = None
    updated_at: Optional[dt.datetime] = None


@dataclass(frozen=True)
class DeadLetter:
    """An event that could not be understood."""

    at: dt.datetime
    reason: str
    detail: Optional[str] = None


@dataclass(frozen=True)
class SourceTopic:
    """A topic that a source names: ``reading``, ``missing``, ``forbidden``, ``refused`` or ``unknown``; ``detail`` says why."""

    topic: str
    state: str
    detail: Optional[str] = None
    since: Optional[dt.datetime] = None
    checked_at: Optional[dt.datetime] = None


@dataclass(frozen=True)
class Ingest:
    """What became of a model's events. ``hints`` says in sentences why not all are stored; it is empty when all is well."""

    model_id: str
    accepted: int = 0
    inserted: int = 0
    already_there: int = 0
    conflicting: int = 0
    refused: Dict[str, int] = field(default_factory=dict)
    turned_away: Dict[str, int] = field(default_factory=dict)
    dead_lettered: Dict[str, int] = field(default_factory=dict)
    last_event_at: Optional[dt.datetime] = None
    last_dead_letter: Optional[DeadLetter] = None
    topics: List[SourceTopic] = field(default_factory=list)
    hints: List[str] = field(default_factory=list)


@dataclass(frozen=True)
class Claimed:
    """What is gone for good, whatever the policy or a hold says now: records and inputs of event times before these."""

    records_before: Optional[dt.datetime] = None
    blobs_before: Optional[dt.datetime] = None


@dataclass(frozen=True)
class Counts:
    """Numbers of records: found, and really removed."""

    matched: int = 0
    deleted: int = 0


@dataclass(frozen=True)
class BlobCounts:
    """Numbers of inputs: found, and really removed; ``bytes`` is their size."""

    matched: int = 0
    deleted: int = 0
    bytes: int = 0


@dataclass(frozen=True)
class RetentionTask:
    """A run of a policy, a purge, or an erase. ``error`` says why it failed or was cancelled."""

    id: str
    model_id: str
    trigger: RetentionTaskTrigger
    dry_run: bool
    delete_action: DeleteAction
    state: RetentionTaskState
    created_at: dt.datetime
    retention_policy_id: Optional[str] = None
    policy_version: Optional[int] = None
    record_cutoff: Optional[dt.datetime] = None
    blob_cutoff: Optional[dt.datetime] = None
    records: Counts = Counts()
    blobs: BlobCounts = BlobCounts()
    objects_deleted: int = 0
    objects_rewritten: int = 0
    bytes_overwritten: int = 0
    oldest: Optional[dt.datetime] = None
    newest: Optional[dt.datetime] = None
    held: int = 0
    requested_by: Optional[str] = None
    started_at: Optional[dt.datetime] = None
    finished_at: Optional[dt.datetime] = None
    restorable_until: Optional[dt.datetime] = None
    restored: bool = False
    filter: Any = None
    whole_model: bool = False
    final_at: Optional[dt.datetime] = None
    dry_run_id: Optional[str] = None
    purge_of: Optional[str] = None
    claimed: Optional[Claimed] = None
    error: Optional[str] = None


@dataclass(frozen=True)
class RetentionPolicy:
    """The policy of a model: ages and interval in hours; ``inherited`` from its project, or its own."""

    id: str
    model_id: str
    delete_action: DeleteAction
    version: int
    maximum_record_age: Optional[float] = None
    maximum_blob_age: Optional[float] = None
    automated_interval: float = 0
    inherited: bool = False
    in_effect: bool = False
    in_effect_reason: Optional[str] = None
    paused: bool = False
    last_evaluated_at: Optional[dt.datetime] = None
    next_run_at: Optional[dt.datetime] = None
    created_at: Optional[dt.datetime] = None
    updated_at: Optional[dt.datetime] = None
    claimed: Optional[Claimed] = None
    running_task: Optional[str] = None
    replaced_by: Optional[RetentionPolicy] = None


@dataclass(frozen=True)
class CaptureRules:
    """Which part of a model's traffic is stored, see :class:`.NewCaptureRulesRequest`. ``version`` goes up with every change and is
    never used again; records have it as ``capture_rules_version``.
    """

    model_id: str
    version: int
    sample: float = 1
    inputs: bool = True
    outputs: bool = True
    status_codes: List[str] = field(default_factory=list)
    redact: List[str] = field(default_factory=list)
    redact_headers: List[str] = field(default_factory=list)
    max_input_size: Optional[int] = None
    max_output_size: Optional[int] = None
    in_effect: bool = False
    in_effect_reason: Optional[str] = None


@dataclass(frozen=True)
class Matched:
    """What a policy would find."""

    records: int = 0
    blobs: int = 0
    bytes: int = 0
    oldest: Optional[dt.datetime] = None
    newest: Optional[dt.datetime] = None
    held: int = 0


@dataclass(frozen=True)
class RetentionPreview:
    """What a policy would do if it ran now; a cutoff is None where nothing goes."""

    model_id: str
    matched: Matched
    record_cutoff: Optional[dt.datetime] = None
    blob_cutoff: Optional[dt.datetime] = None


@dataclass(frozen=True)
class ErasedInference:
    """An inference in the receipt of an erase; ``sha256`` is of its inputs."""

    inference_id: str
    erased_at: dt.datetime
    records: int = 0
    inputs: int = 0
    bytes: int = 0
    sha256: List[str] = field(default_factory=list)
    removed: bool = False


@dataclass(frozen=True)
class Receipt:
    """What an erase took; ``final`` once no copy is left that a crash had made."""

    task_id: str
    model_id: str
    state: RetentionTaskState
    final: bool
    records: Counts = Counts()
    blobs: BlobCounts = BlobCounts()
    held: int = 0
    requested_by: Optional[str] = None
    created_at: Optional[dt.datetime] = None
    finished_at: Optional[dt.datetime] = None
    filter: Any = None
    whole_model: bool = False
    final_at: Optional[dt.datetime] = None
    error: Optional[str] = None
    items: List[ErasedInference] = field(default_factory=list)


@dataclass(frozen=True)
class Hold:
    """A legal hold; ``scope`` is ``inferences``, ``time`` or ``model``."""

    id: str
    model_id: str
    reason: str
    scope: str
    inference_ids: Optional[List[str]] = None
    start: Optional[dt.datetime] = None
    end: Optional[dt.datetime] = None
    placed_by: Optional[str] = None
    placed_at: Optional[dt.datetime] = None
    claimed: Optional[Claimed] = None


@dataclass(frozen=True)
class Input:
    """What the model saw: whether it can be read, and, where it was asked for, a link that needs no token. ``reason`` says why an
    input that was sent is not stored; ``size`` and ``sha256`` are then what is known of it. ``reference`` is the address at which
    its event said that the input is.
    """

    state: InputState = InputState.NONE
    content_type: Optional[str] = None
    size: Optional[int] = None
    sha256: Optional[str] = None
    url: Optional[str] = None
    url_expires_at: Optional[dt.datetime] = None
    reason: Optional[Omission] = None
    reference: Optional[str] = None


@dataclass(frozen=True)
class Output:
    """What the model said: ``data`` where it is JSON or text, else ``data_base64``; neither where it is large: see ``download_output``,
    or where it is not stored: ``reason`` says why.
    """

    content_type: Optional[str] = None
    size: Optional[int] = None
    data: Any = None
    data_base64: Optional[str] = None
    reason: Optional[Omission] = None


@dataclass(frozen=True)
class Inference:
    """What a model saw and said, both halves joined: ``metadata`` of the first, ``response_metadata`` of a response that came by
    itself, at ``responded_at``. ``duration_ms`` is in milliseconds. ``capture_rules_version`` is that of the model's capture rules
    that were applied, None where it had none.
    """

    inference_id: str
    model_id: str
    created_at: dt.datetime
    part: InferencePart
    action: Optional[str] = None
    metadata: Dict[str, Any] = field(default_factory=dict)
    response_metadata: Optional[Dict[str, Any]] = None
    output: Optional[Output] = None
    responded_at: Optional[dt.datetime] = None
    status_code: Optional[int] = None
    source: Optional[str] = None
    duration_ms: Optional[float] = None
    input: Input = Input()
    capture_rules_version: Optional[int] = None

    @property
    def inference_action(self) -> Optional[str]:
        """The same as ``action``."""
        return self.action

    @property
    def presigned_url(self) -> Optional[str]:
        """The same as ``input.url``."""
        return self.input.url

    @property
    def data_hash(self) -> Optional[str]:
        """The same as ``input.sha256``."""
        return self.input.sha256


@dataclass(frozen=True)
class ReplayProgress:
    """How much is read of what there is to read, in offsets of topics or bytes of files; ``total`` is None where that is not known."""

    done: int = 0
    total: Optional[int] = None
    heard_at: Optional[dt.datetime] = None


@dataclass(frozen=True)
class ReplaySummary:
    """What a replay has done. Of events: ``read``, ``accepted``, ``turned_away``, ``dead_lettered``; of the rows of accepted ones:
    ``stored``, ``already_there``, ``refused``, ``conflicting``. Of a re-emission: ``sent``, ``input_expired``, ``skipped``.
    """

    read: int = 0
    accepted: int = 0
    turned_away: Dict[str, int] = field(default_factory=dict)
    dead_lettered: Dict[str, int] = field(default_factory=dict)
    stored: int = 0
    already_there: int = 0
    refused: Dict[str, int] = field(default_factory=dict)
    conflicting: int = 0
    without_input: int = 0
    sent: int = 0
    input_expired: int = 0
    skipped: Dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class FlinkJob:
    """The job that runs a replay, and how Flink said last that it is."""

    job_id: Optional[str] = None
    state: Optional[str] = None


@dataclass(frozen=True)
class Replay:
    """A replay or a re-emission; ``spec`` is what was asked for. ``error`` says why it failed, was cancelled, or still waits."""

    id: str
    kind: ReplayKind
    state: ReplayState
    created_at: dt.datetime
    model_id: Optional[str] = None
    project_id: Optional[str] = None
    error: Optional[str] = None
    cancel_requested: bool = False
    spec: Dict[str, Any] = field(default_factory=dict)
    progress: ReplayProgress = ReplayProgress()
    summary: ReplaySummary = ReplaySummary()
    flink: FlinkJob = FlinkJob()
    requested_by: Optional[str] = None
    started_at: Optional[dt.datetime] = None
    finished_at: Optional[dt.datetime] = None


@dataclass(frozen=True)
class EventHeader:
    """A header of an event, or its key: at most 1024 characters of it, ``(hidden)`` where it holds credentials. ``size`` is of all of it."""

    name: str
    value: Optional[str] = None
    size: int = 0


@dataclass(frozen=True)
class Replayed:
    """When an event was last replayed, by whom, and how often. ``bytes_from`` is ``topic`` where its letter had been cut."""

    at: dt.datetime
    by: str
    bytes_from: str = "letter"
    times: int = 1


@dataclass(frozen=True)
class DeadLetterEntry:
    """A dead letter. ``sentence`` says what the reason means, ``detail`` what is wrong with this event. ``topic``, ``partition``,
    ``offset`` and ``timestamp`` are those of the event, ``size`` is of all of it, also where the letter was ``cut``. ``key`` and
    ``headers`` are there where one letter was asked for.
    """

    id: str
    at: dt.datetime
    reason: str
    detail: str = ""
    sentence: Optional[str] = None
    model_id: Optional[str] = None
    event_id: Optional[str] = None
    event_type: Optional[str] = None
    event_source: Optional[str] = None
    topic: Optional[str] = None
    partition: Optional[int] = None
    offset: Optional[int] = None
    timestamp: Optional[dt.datetime] = None
    size: int = 0
    cut: bool = False
    replayed: Optional[Replayed] = None
    key: Optional[EventHeader] = None
    headers: List[EventHeader] = field(default_factory=list)


@dataclass(frozen=True)
class DeadLetterReason:
    """How many dead letters there have been for a reason. ``blame`` says who can mend it: ``sender``, or ``bug`` for the store's makers."""

    reason: str
    count: int
    sentence: Optional[str] = None
    blame: Optional[str] = None


@dataclass(frozen=True)
class DeadLettersOfModel:
    """How many dead letters a model has had for a reason, and what was said about the last one."""

    model_id: str
    reason: str
    count: int
    last_at: Optional[dt.datetime] = None
    detail: Optional[str] = None


@dataclass(frozen=True)
class DeadLetterCounts:
    """How many dead letters there have been. ``exact`` where ``reasons`` are the job's own totals, as of ``counted_at``; otherwise
    they are those of models, added up.
    """

    exact: bool
    counted_at: Optional[dt.datetime] = None
    reasons: List[DeadLetterReason] = field(default_factory=list)
    models: List[DeadLettersOfModel] = field(default_factory=list)


@dataclass(frozen=True)
class CannotReplay:
    """A dead letter that cannot be replayed, and why."""

    id: str
    reason: str
    detail: str = ""


@dataclass(frozen=True)
class DeadLetterReplay:
    """What became of the letters: ``matched`` are those to be replayed, ``replayed`` those that Kafka has again (none of a dry run),
    ``skipped`` those that were replayed before or are of an event that another one is of.
    """

    matched: int = 0
    replayed: int = 0
    skipped: int = 0
    cannot: List[CannotReplay] = field(default_factory=list)
