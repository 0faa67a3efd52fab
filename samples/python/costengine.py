"""costengine for Python: the C API by ctypes, nothing but the standard library.

    engine = Engine()                       # COSTENGINE_LIBRARY or the system's libcostengine.so.1
    profile = engine.profile("bedslinger-250/standard", "PLA")
    prices = engine.prices("shop.toml")
    with engine.estimate(profile, prices, path="bracket.stl") as result:
        print(result.json())

Every wrong call raises CostengineError. Any number of threads may use one Engine: ctypes lets other
threads run while the library calculates.
"""

import ctypes
import os

c_text, c_size = ctypes.c_char_p, ctypes.c_size_t
READ_AT = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_uint64, ctypes.c_void_p, ctypes.c_uint64,
                           ctypes.c_void_p)
PROGRESS = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_double, c_text, ctypes.c_void_p)
CLOSED = ctypes.CFUNCTYPE(None, ctypes.c_void_p)


class Sized(ctypes.Structure):
    """A struct of the header that begins with struct_size."""

    def __init__(self, **members):
        super().__init__(**members)
        self.struct_size = ctypes.sizeof(self)


class Request(Sized):
    """costengine_request."""
    _fields_ = [("struct_size", ctypes.c_uint32), ("wanted", ctypes.c_uint32),
                ("profile", ctypes.c_void_p), ("prices", ctypes.c_void_p), ("path", c_text),
                ("data", c_text), ("data_size", ctypes.c_uint64), ("read_at", READ_AT),
                ("payload", ctypes.c_void_p), ("closed", CLOSED), ("content_hash", c_text),
                ("name", c_text), ("request_id", c_text), ("traceparent", c_text),
                ("quantity", ctypes.c_uint64),
                ("unit_mm", ctypes.c_double), ("flags", ctypes.c_uint32),
                ("priority", ctypes.c_int32), ("max_input_bytes", ctypes.c_uint64),
                ("max_facets", ctypes.c_uint64), ("max_layers", ctypes.c_uint64),
                ("max_memory_bytes", ctypes.c_uint64), ("max_time_ms", ctypes.c_uint64),
                ("progress", PROGRESS), ("progress_payload", ctypes.c_void_p)]


class JobStatus(Sized):
    """costengine_job_status."""
    _fields_ = [("struct_size", ctypes.c_uint32), ("state", ctypes.c_int32),
                ("fraction", ctypes.c_double), ("stage", c_text)]


class CostengineError(Exception):
    """A call that failed: `status` is its number, `json` what the command line would print."""

    def __init__(self, status, message, json):
        super().__init__(message)
        self.status, self.json = status, json


class Handle:
    """What the library made; given back at the end of a with block or with the object."""

    def __init__(self, library, kind, pointer):
        self.library, self.kind, self.pointer = library, kind, pointer

    def release(self):
        pointer, self.pointer = self.pointer, None
        if pointer:
            getattr(self.library, f"costengine_{self.kind}_release")(pointer)

    __del__ = release

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.release()


class Result(Handle):
    """costengine_result."""

    def json(self):
        return self.library.costengine_result_json(self.pointer, None).decode()


class Engine:
    """The library and one context in it."""

    def __init__(self, library=None):
        name = library or os.environ.get("COSTENGINE_LIBRARY", "libcostengine.so.1")
        self.library = ctypes.CDLL(name)
        void, u64 = ctypes.c_void_p, ctypes.c_uint64
        for function, result, arguments in (
                ("last_error_message", c_text, []),
                ("last_error_json", c_text, []),
                ("context_create", ctypes.c_int32, [void, void]),
                ("context_release", None, [void]),
                ("profile_load", ctypes.c_int32, [c_text, c_text, void, c_size, void]),
                ("profile_release", None, [void]),
                ("prices_load", ctypes.c_int32, [c_text, void]),
                ("prices_release", None, [void]),
                ("estimate", ctypes.c_int32, [void, ctypes.POINTER(Request), void]),
                ("result_json", c_text, [void, void]),
                ("result_release", None, [void]),
                ("job_start", ctypes.c_int32, [void, ctypes.POINTER(Request), void]),
                ("job_wait", ctypes.c_int32, [void, u64, u64, ctypes.POINTER(JobStatus)]),
                ("job_result", ctypes.c_int32, [void, u64, void]),
                ("job_release", ctypes.c_int32, [void, u64])):
            pointer = getattr(self.library, "costengine_" + function)
            pointer.restype, pointer.argtypes = result, arguments
        self.context = self._make("context", self.library.costengine_context_create, None)

    def profile(self, name=None, material=None, settings=()):
        """Machine, machine/quality or file; settings are "key=value"."""
        array = (c_text * len(settings))(*(setting.encode() for setting in settings))
        return self._make("profile", self.library.costengine_profile_load, _bytes(name),
                          _bytes(material), array, len(settings))

    def prices(self, sheet):
        """The path of a price sheet, or "example"."""
        return self._make("prices", self.library.costengine_prices_load, _bytes(sheet))

    def estimate(self, profile, prices, **members):
        """A Result. members: those of costengine_request, one of path and data among them."""
        return self._make("result", self.library.costengine_estimate, self.context.pointer,
                          ctypes.byref(self._request(profile, prices, members)))

    def start(self, profile, prices, **members):
        """The number of a job for finish()."""
        job = ctypes.c_uint64()
        self._check(self.library.costengine_job_start(
            self.context.pointer, ctypes.byref(self._request(profile, prices, members)),
            ctypes.byref(job)))
        return job.value

    def finish(self, job, timeout_ms=60_000):
        """Waits for a job and answers with its Result."""
        status = JobStatus()
        try:
            self._check(self.library.costengine_job_wait(self.context.pointer, job, timeout_ms,
                                                         ctypes.byref(status)))
            return self._make("result", self.library.costengine_job_result, self.context.pointer,
                              job)
        finally:
            self.library.costengine_job_release(self.context.pointer, job)

    @staticmethod
    def _request(profile, prices, members):
        members = {name: _bytes(value) for name, value in members.items()}
        if "data" in members:
            members["data_size"] = len(members["data"])
        return Request(profile=profile.pointer, prices=prices.pointer, **members)

    def _make(self, kind, function, *arguments):
        pointer = ctypes.c_void_p()
        self._check(function(*arguments, ctypes.byref(pointer)))
        return (Result if kind == "result" else Handle)(self.library, kind, pointer.value)

    def _check(self, status):
        if status:
            json = self.library.costengine_last_error_json()
            raise CostengineError(status, self.library.costengine_last_error_message().decode(),
                                  json.decode() if json else None)


def _bytes(value):
    return os.fsencode(value) if isinstance(value, (str, os.PathLike)) else value
