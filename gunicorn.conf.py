"""How gunicorn serves Keyway: warm in the master, then fork. `python -m gunicorn` in this folder reads this file."""

import gc
import itertools
import os
import shutil
import sys
import tempfile
from pathlib import Path
from types import TracebackType

# Before numpy and tokenizers are imported. Workers are forked from a master that has used both, and a thread pool does
# not survive a fork: the first call in a worker would wait for threads that are not there.
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["HF_HUB_OFFLINE"] = "1"  # a server downloads nothing

# Where the workers count together; read when prometheus_client is imported.
_in_memory = "/dev/shm" if Path("/dev/shm").is_dir() else None
for _left in Path(_in_memory or tempfile.gettempdir()).glob("keyway-counts-*"):
    if not Path(f"/proc/{_left.name.split('-')[2]}").exists():  # of a master that was killed
        shutil.rmtree(_left, ignore_errors=True)
_ours = f"keyway-counts-{os.getpid()}-"
if not Path(os.environ.get("PROMETHEUS_MULTIPROC_DIR", "")).name.startswith(_ours):  # else SIGHUP has it read again
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp("", _ours, _in_memory)
_counts = os.environ["PROMETHEUS_MULTIPROC_DIR"]

from gunicorn.arbiter import Arbiter  # noqa: E402
from gunicorn.workers.base import Worker  # noqa: E402

from core import settings as _settings  # noqa: E402
from core.errors import OperatorError  # noqa: E402
from web import log as _log  # noqa: E402
from web import metrics as _metrics  # noqa: E402
from web import start as _start  # noqa: E402


def _explain(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """What the operator can mend is told in one paragraph, without a traceback, and exits 2."""
    if not issubclass(kind, OperatorError):
        sys.__excepthook__(kind, error, trace)
        return
    print(f"Keyway cannot start: {error}", file=sys.stderr)
    raise SystemExit(2)


sys.excepthook = _explain
try:
    _in_force = _settings.read()
    _settings.check_serving(_in_force)
except OperatorError as _error:
    print(f"Keyway cannot start: {_error}", file=sys.stderr)
    raise SystemExit(2) from None
os.environ["HF_HOME"] = str(_in_force.hf_home.absolute())  # read when a model is loaded first

wsgi_app = "web.app:create_app()"
bind = f"[{_in_force.host}]:{_in_force.port}" if ":" in _in_force.host else f"{_in_force.host}:{_in_force.port}"
worker_class = "asgi"
asgi_loop = "asyncio"
asgi_lifespan = "on"
workers = _in_force.web_workers
preload_app = True

timeout = 120
graceful_timeout = 15
keepalive = 5  # a stop waits for idle connections, so not longer
max_requests = 5000  # a worker that leaves closes idle connections, which a press may be on: so it leaves seldom
max_requests_jitter = 500

accesslog = None  # it would print the codes of sign-ins; the app writes its own line a request
loglevel = _in_force.log_level
logconfig_dict = _log.config(_in_force.log_level)
control_socket_disable = True
forwarded_allow_ips = ",".join(_in_force.trusted_proxies)
worker_tmp_dir = _in_memory


def when_ready(server: Arbiter) -> None:
    """Refuse to fork what could not encode, and keep what is warm shared: without the freeze, a worker's first full
    collection copies every page that it touches."""
    _start.refuse_mute(server.app.wsgi().state.site.warm)
    gc.collect()
    gc.freeze()


def pre_fork(server: Arbiter, worker: Worker) -> None:
    """Give a new worker the first place that is free: it counts on where the one before it there has stopped."""
    taken = {other.place for other in server.WORKERS.values()}
    worker.place = next(place for place in itertools.count() if place not in taken)


def post_fork(server: Arbiter, worker: Worker) -> None:
    """Let it know its place."""
    _metrics.sit(worker.place)


def on_exit(server: Arbiter) -> None:
    """Leave nothing behind."""
    shutil.rmtree(_counts, ignore_errors=True)
