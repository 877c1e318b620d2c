"""What the functions of this package send."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional, Sequence, Union

from ._enums import (
    DeleteAction,
    InferencePart,
    MetadataFilterOperator,
    MetadataFilterType,
    PaginationSortDirection,
    PaginationSortField,
    ReplayFileFormat,
    RetentionTaskState,
    RetentionTaskTrigger,
)
from ._json import Time, plain, times, without_none
from ._results import CaptureRules


@dataclass
class NewRegisterModelRequest:
    """A model as it is registered; what is left out here is dropped from an earlier registration.

    Attributes:
        project_id: the project that the model belongs to.
        task_type: what the model does, such as ``detection``.
        model_id: the model, unless the function gets it as ``model_id=``.
        name: how people call it.
        sources: how events name the model where they do not carry its id, such as
            ``[{"format": "kserve", "namespace": "prod", "inference_service": "churn"}]``.
    """

    project_id: str
    task_type: str
    model_id: Optional[str] = None
    name: Optional[str] = None
    sources: Optional[Sequence[Dict[str, str]]] = None

    def to_json(self) -> Dict[str, Any]:
        """The body of the call."""
        return without_none(
            project_id=self.project_id,
            task_type=self.task_type,
            name=self.name,
            sources=None if self.sources is None else list(self.sources),
        )


@dataclass
class NewRetentionPolicyRequest:
    """How long things stay.

    Attributes:
        maximum_record_age: hours after which a record goes, with fractions; None: never.
        maximum_blob_age: the same for inputs; must be given where ``maximum_record_age`` is, and not be longer.
        delete_action: SOFT hides first and can be undone, HARD removes.
        automated_interval: hours between automated runs; 0: only when somebody asks.
    """

    maximum_record_age: Optional[float] = None
    maximum_blob_age: Optional[float] = None
    delete_action: Union[DeleteAction, str] = DeleteAction.SOFT
    automated_interval: float = 0

    def to_json(self) -> Dict[str, Any]:
        """The body of the call; ages that are None are sent, since they mean something."""
        return {
            "maximum_record_age": self.maximum_record_age,
            "maximum_blob_age": self.maximum_blob_age,
            "delete_action": plain(self.delete_action),
            "automated_interval": self.automated_interval,
        }


@dataclass
class NewCaptureRulesRequest:
    """Which part of a model's traffic is stored. What is left out leaves nothing out.

    Attributes:
        sample: the share of inferences that is stored, 0 to 1, with at most nine decimal places. It goes by the inference id, so
            both halves of an inference are stored, or neither.
        inputs: whether the bytes of inputs are stored.
        outputs: the same for outputs. One of the two must be True.
        status_codes: statuses, such as ``404`` or ``2xx``; a response with another one is not stored.
        redact: JSON pointers into ``/input``, ``/output`` or ``/metadata``, such as ``/input/user/email``; ``*`` stands for every
            element or field. What they point at becomes ``[redacted]`` before anything is written.
        redact_headers: the same for headers of the call among the metadata, in any case.
        max_input_size: bytes; of a larger input only size and hash are stored. None: as much as the store takes.
        max_output_size: the same for outputs.
    """

    sample: float = 1
    inputs: bool = True
    outputs: bool = True
    status_codes: Sequence[Union[str, int]] = ()
    redact: Sequence[str] = ()
    redact_headers: Sequence[str] = ()
    max_input_size: Optional[int] = None
    max_output_size: Optional[int] = None

    @classmethod
    def like(cls, rules: CaptureRules) -> NewCaptureRulesRequest:
        """The request that sets these rules again: to change one of them and keep the others."""
        return cls(**{one.name: getattr(rules, one.name) for one in dataclasses.fields(cls)})

    def to_json(self) -> Dict[str, Any]:
        """The body of the call.

        Raises:
            TypeError: where one text stands for a list; letter by letter it would redact something else.
        """
        return without_none(
            sample=self.sample,
            inputs=self.inputs,
            outputs=self.outputs,
            status_codes=_texts("status_codes", self.status_codes),
            redact=_texts("redact", self.redact),
            redact_headers=_texts("redact_headers", self.redact_headers),
            max_input_size=self.max_input_size,
            max_output_size=self.max_output_size,
        )


def _texts(name: str, entries: Sequence[Union[str, int]]) -> Optional[List[str]]:
    if isinstance(entries, str):
        raise TypeError(f"{name} is a list of texts, not one text: {entries!r}")
    # The server takes no list without entries.
    return [str(entry) for entry in entries] or None


@dataclass
class NewRetentionTaskRequest:
    """A run of the model's policy, now.

    Attributes:
        dry_run: only counts.
        retention_policy_id: if given, it must be the id of the model's policy.
        dry_run_id: a dry run that is complete; the real run takes its cutoffs and removes what was counted.
    """

    dry_run: bool = False
    retention_policy_id: Optional[str] = None
    dry_run_id: Optional[str] = None

    def to_json(self) -> Dict[str, Any]:
        """The body of the call."""
        return without_none(
            dry_run=self.dry_run, retention_policy_id=self.retention_policy_id, dry_run_id=self.dry_run_id
        )


@dataclass
class TimeWindowFilter:
    """From ``start`` on and before ``end``; aware datetimes or texts as RFC 3339 writes them. Either may be left out."""

    start: Optional[Time] = None
    end: Optional[Time] = None

    def to_json(self) -> Dict[str, Any]:
        """The two as fields or parameters of a call."""
        return dict(times(start=self.start, end=self.end))


@dataclass
class Pagination:
    """Which part of a list is wanted.

    Attributes:
        limit: how many at most; None: all that there are.
        offset: how many to leave out at the beginning. They are read all the same: for large lists use a time window.
        sort: what to sort by.
        direction: the newest first, unless ASCENDING. Tasks always come newest first.
    """

    limit: Optional[int] = None
    offset: int = 0
    sort: PaginationSortField = PaginationSortField.CREATED_AT
    direction: Union[PaginationSortDirection, str] = PaginationSortDirection.DESCENDING

    def __post_init__(self) -> None:
        if self.limit is not None and self.limit < 0 or self.offset < 0:
            raise ValueError("limit and offset of a Pagination are not negative")


@dataclass
class NewGetRetentionTasksRequest:
    """Which tasks are wanted; what is left out is not asked.

    Attributes:
        state_filter: tasks in this state.
        time_window_filter: tasks that were made in this time.
        trigger_filter: tasks that were made for this reason.
        dry_run_filter: True for dry runs only, False for real ones only.
        pagination: how many.
    """

    state_filter: Union[RetentionTaskState, str, None] = None
    time_window_filter: Optional[TimeWindowFilter] = None
    trigger_filter: Union[RetentionTaskTrigger, str, None] = None
    dry_run_filter: Optional[bool] = None
    pagination: Optional[Pagination] = None

    def to_query(self) -> Dict[str, Any]:
        """The parameters of the call."""
        window = {} if self.time_window_filter is None else self.time_window_filter.to_json()
        return without_none(
            state=self.state_filter, trigger=self.trigger_filter, dry_run=self.dry_run_filter, **window
        )


@dataclass
class MetadataFilter:
    """A condition on one metadata value.

    Attributes:
        key: the key.
        type: what the value is compared as; left out, that of ``value``. A number may be given as a text where it is INTEGER or FLOAT.
        operator: how; EQUAL unless said otherwise.
        value: with what; a list for IN; for EXISTS True or nothing, or False for what is not there.
    """

    key: str
    type: Union[MetadataFilterType, str, None] = None
    operator: Union[MetadataFilterOperator, str] = MetadataFilterOperator.EQUAL
    value: Any = None

    def to_json(self) -> Dict[str, Any]:
        """The condition as the API takes it."""
        condition = without_none(key=self.key, operator=self.operator, type=self.type)
        if self.value is not None or plain(self.operator) != MetadataFilterOperator.EXISTS.value:
            condition["value"] = list(self.value) if isinstance(self.value, (tuple, set)) else self.value
        return condition


@dataclass
class BoundingBox:
    """Inferences whose metadata ``latitude`` and ``longitude``, in degrees, lie in the box, its edges included."""

    min_latitude: float
    max_latitude: float
    min_longitude: float
    max_longitude: float

    def to_json(self) -> Dict[str, float]:
        """The box as fields or parameters of a call."""
        return {
            "min_latitude": self.min_latitude,
            "max_latitude": self.max_latitude,
            "min_longitude": self.min_longitude,
            "max_longitude": self.max_longitude,
        }


@dataclass
class BaseInferenceFilter:
    """Which inferences are meant: those that meet all that is given.

    Attributes:
        inference_ids: one of these ids.
        time_window_filter: event time.
        action_filter: this action.
        metadata_filter: all of these conditions.
        bounding_box_filter: a place.
    """

    inference_ids: Optional[Sequence[str]] = None
    time_window_filter: Optional[TimeWindowFilter] = None
    action_filter: Optional[str] = None
    metadata_filter: Optional[Sequence[MetadataFilter]] = None
    bounding_box_filter: Optional[BoundingBox] = None

    def to_json(self) -> Dict[str, Any]:
        """The filter as bodies have it."""
        return without_none(
            inference_ids=None if self.inference_ids is None else list(self.inference_ids),
            action=self.action_filter,
            metadata=self._conditions(),
            bounding_box=None if self.bounding_box_filter is None else self.bounding_box_filter.to_json(),
            **({} if self.time_window_filter is None else self.time_window_filter.to_json()),
        )

    def _conditions(self) -> Optional[List[Dict[str, Any]]]:
        return [condition.to_json() for condition in self.metadata_filter] if self.metadata_filter else None


@dataclass
class NewGetInferencesRequest(BaseInferenceFilter):
    """Which inferences to list or count.

    Attributes:
        part_filter: inferences of which these halves are stored.
        pagination: how many, and in which order; a count does not look at it.
    """

    part_filter: Union[InferencePart, str, None] = None
    pagination: Optional[Pagination] = field(default=None)

    def to_query(self) -> Dict[str, Any]:
        """The parameters of the call.

        Raises:
            ValueError: for more than one id, which a list does not take.
        """
        if self.inference_ids is not None and len(self.inference_ids) != 1:
            raise ValueError("a list or count takes one of inference_ids; get several by get_inference")
        conditions = self._conditions()
        return without_none(
            inference_id=None if self.inference_ids is None else self.inference_ids[0],
            action=self.action_filter,
            part=self.part_filter,
            metadata=None if conditions is None else json.dumps(conditions, ensure_ascii=False, allow_nan=False),
            **({} if self.time_window_filter is None else self.time_window_filter.to_json()),
            **({} if self.bounding_box_filter is None else self.bounding_box_filter.to_json()),
        )


@dataclass
class DeadLetterFilter:
    """Which dead letters are meant: those that meet all that is given.

    Attributes:
        reason: why, such as ``json_invalid``.
        model_id: those of events for this model.
        topic: those of events that came by this topic.
        time_window_filter: when they became dead letters.
    """

    reason: Optional[str] = None
    model_id: Optional[str] = None
    topic: Optional[str] = None
    time_window_filter: Optional[TimeWindowFilter] = None

    def to_json(self) -> Dict[str, Any]:
        """The filter as fields or parameters of a call."""
        window = {} if self.time_window_filter is None else self.time_window_filter.to_json()
        return without_none(reason=self.reason, model_id=self.model_id, topic=self.topic, **window)


@dataclass
class NewHoldRequest:
    """A legal hold: of these ids, or of a time, or, with a reason only, of all that the model has and will have.

    Attributes:
        reason: why, for those who ask later.
        inference_ids: ids of inferences that are stored.
        time_window_filter: event time; not together with ids.
    """

    reason: str
    inference_ids: Optional[Sequence[str]] = None
    time_window_filter: Optional[TimeWindowFilter] = None

    def to_json(self) -> Dict[str, Any]:
        """The body of the call."""
        return without_none(
            reason=self.reason,
            inference_ids=None if self.inference_ids is None else list(self.inference_ids),
            **({} if self.time_window_filter is None else self.time_window_filter.to_json()),
        )


@dataclass
class TopicSource:
    """Topics of Kafka that a replay reads.

    Attributes:
        topics: names; left out, the inferences topic and those that the sources of the model name.
        start: when Kafka received the first event that is read; left out, with the first that it has.
        end: events that Kafka received at or after it are not read; left out, all that there are when it starts.
        offsets: instead of the other three, parts of partitions, such as ``{"topic-0": (0, 100)}``: the first offset, and the one
            before which to end.
    """

    topics: Optional[Sequence[str]] = None
    start: Optional[Time] = None
    end: Optional[Time] = None
    offsets: Optional[Dict[str, Sequence[int]]] = None

    def to_json(self) -> Dict[str, Any]:
        """The source as the API takes it."""
        return without_none(
            kind="topic",
            topics=None if self.topics is None else list(self.topics),
            offsets=None if self.offsets is None else {name: list(part) for name, part in self.offsets.items()},
            **TimeWindowFilter(self.start, self.end).to_json(),
        )


@dataclass
class FileSource:
    """Files that a replay reads.

    Attributes:
        format: what they hold.
        paths: ``s3://bucket/key`` or ``file:///path``; with a slash at the end, all files below it.
    """

    format: Union[ReplayFileFormat, str]
    paths: Sequence[str]

    def to_json(self) -> Dict[str, Any]:
        """The source as the API takes it."""
        return {"kind": "files", "format": plain(self.format), "paths": list(self.paths)}


@dataclass
class NewReplayRequest:
    """A replay: events of topics or files are stored as if they came now. What is stored already stays as it is.

    Attributes:
        source: what is read; left out, all that Kafka has.
        model_id: only events of this model are stored; left out, those of every model, which takes an admin of everything.
        as_model: all events of files are taken for this model's, whatever they say.
        include_disabled: also store events of times in which storage was switched off on purpose; for an admin of everything.
        events_per_second: most events that it reads a second; left out, the limit that the job has.
    """

    source: Union[TopicSource, FileSource] = field(default_factory=TopicSource)
    model_id: Optional[str] = None
    as_model: Optional[str] = None
    include_disabled: bool = False
    events_per_second: Optional[int] = None

    def to_json(self) -> Dict[str, Any]:
        """The body of the call."""
        return without_none(
            kind="replay",
            source=self.source.to_json(),
            model_id=self.model_id,
            as_model=self.as_model,
            include_disabled=True if self.include_disabled else None,
            events_per_second=self.events_per_second,
        )


@dataclass
class NewReEmitRequest:
    """A re-emission: what a model has stored goes to a topic as events, to try another model on it.

    Attributes:
        model_id: the model.
        topic: where the events go.
        start: event time at which it begins; left out, with the first.
        end: event time before which it ends; left out, with the last.
        pace: ``original``, ``fastest``, or how many times as fast as it was made.
        new_ids: whether each event gets an id of its own.
        as_model: the model that the events name; left out, the same one.
    """

    model_id: str
    topic: str
    start: Optional[Time] = None
    end: Optional[Time] = None
    pace: Union[str, float] = "original"
    new_ids: bool = False
    as_model: Optional[str] = None

    def to_json(self) -> Dict[str, Any]:
        """The body of the call."""
        return without_none(
            kind="re_emit",
            model_id=self.model_id,
            topic=self.topic,
            pace=self.pace,
            new_ids=True if self.new_ids else None,
            as_model=self.as_model,
            **TimeWindowFilter(self.start, self.end).to_json(),
        )
