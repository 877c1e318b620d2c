"""The client of an inference store: what models saw and said, and how long it stays.

Functions live in modules by what they are about: :mod:`.register`, :mod:`.capture_rules`, :mod:`.retention_policy`,
:mod:`.retention_task`, :mod:`.inference`, :mod:`.hold`, :mod:`.event`, :mod:`.dead_letter`, :mod:`.replay`; what they take and return is in :mod:`.models`, what they raise in :mod:`.errors`.
The server and the token come from ``INFERENCE_STORE_URL`` and ``INFERENCE_STORE_TOKEN``, or from a :class:`Client`.
"""

from . import capture_rules as capture_rules
from . import dead_letter as dead_letter
from . import errors as errors
from . import event as event
from . import hold as hold
from . import inference as inference
from . import models as models
from . import register as register
from . import replay as replay
from . import retention_policy as retention_policy
from . import retention_task as retention_task
from ._version import __version__ as __version__
from .client import Client as Client
from .errors import ApiError as ApiError
from .errors import Conflict as Conflict
from .errors import Forbidden as Forbidden
from .errors import Gone as Gone
from .errors import InferenceStoreError as InferenceStoreError
from .errors import Invalid as Invalid
from .errors import NotFound as NotFound
from .errors import Stale as Stale
from .errors import TooManyRequests as TooManyRequests
from .errors import Unauthorized as Unauthorized
from .errors import Unavailable as Unavailable
