"""A model as its owner handles it."""

from __future__ import annotations

from typing import Any, Mapping, Optional

from . import register
from ._json import Span
from ._results import RegisteredModel
from .client import Client
from .errors import NotFound

_STORAGE = "enable_inference_storage"


class Model:
    """A model by its project and id, registered or not.

    Args:
        project_id: the project that it belongs to.
        id: its id.
        task: what it does, such as ``detection``; once the model is registered the registry says it.
        client: the server and who calls; left out, what the environment names.
    """

    def __init__(
        self, project_id: str, id: str, task: Optional[str] = None, *, client: Optional[Client] = None
    ) -> None:
        self.project_id = project_id
        self.id = id
        self._task = task
        self._client = client

    def __repr__(self) -> str:
        return f"Model(project_id={self.project_id!r}, id={self.id!r})"

    @property
    def task(self) -> str:
        """What the model does: as the registry has it, and before it is registered as it was set here.

        Raises:
            ValueError: where neither says it.
        """
        try:
            return register.get_registered_model(model_id=self.id, client=self._client).task_type
        except NotFound:
            if self._task is None:
                raise ValueError(
                    f"model {self.id!r} is not registered and has no task: set one, such as model.task = 'detection'"
                ) from None
            return self._task

    @task.setter
    def task(self, task: str) -> None:
        self._task = task

    def set_inference_server_settings(self, settings: Mapping[str, Any], *, wait: Span = 10) -> RegisteredModel:
        """Switches storage, and waits until the running job does as it says.

        Args:
            settings: ``{"enable_inference_storage": True}`` or False.
            wait: how long to wait; seconds, or a timedelta. At most a minute.

        Returns:
            The model; ``storage.in_effect`` says whether the job has it already.

        Raises:
            ValueError: for another setting: this store runs no inference servers.
            NotFound: the model is not registered.
        """
        others = sorted(set(settings) - {_STORAGE})
        if others or _STORAGE not in settings:
            raise ValueError(f"the one setting is {_STORAGE!r}, not {', '.join(map(repr, others)) or 'none'}")
        if not isinstance(settings[_STORAGE], bool):
            raise ValueError(f"{_STORAGE} is True or False, not {settings[_STORAGE]!r}")
        return register.set_storage(
            model_id=self.id, enabled=settings[_STORAGE], wait=wait, client=self._client
        )
