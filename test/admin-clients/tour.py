"""What the tours in Python share: they print each call, after a dollar sign, with what it returns, and at the end what was never called."""

import concurrent.futures
import enum
import inspect
import sys
import time


class Tour:
    def __init__(self, client, pause_ms):
        self.client = client
        self.pause_ms = pause_ms
        self.called = set()

    def call(self, method, *args, note="", **options):
        """Calls a method of the client, prints the outcome, and gives back the result."""
        self.called.add(method)
        result = None
        try:
            result = settled(getattr(self.client, method)(*args, **options))
            outcome = shown(result)
        except Exception as failure:  # Whatever it is, it is what the client tells.
            outcome = f"{type(failure).__name__}: {failure}"
        print(f"$ {method}{' ' if note else ''}{note}\n{outcome}", flush=True)
        time.sleep(self.pause_ms / 1000)
        return result

    def end(self):
        methods = {name for name, _ in inspect.getmembers(type(self.client), callable) if not name.startswith("_")}
        print(f"$ never called\n{sorted(methods - self.called)}", flush=True)


def settled(value):
    """The same with what futures have brought in their places."""
    if isinstance(value, concurrent.futures.Future):
        try:
            return value.result()
        except Exception as failure:
            return failure
    if isinstance(value, dict):
        return {key: settled(item) for key, item in value.items()}
    return value


def shown(value):
    """One text for one value, whatever order its parts come in."""
    if isinstance(value, enum.Enum):
        return value.name
    if isinstance(value, dict):
        return "{" + ", ".join(sorted(f"{shown(key)}: {shown(item)}" for key, item in value.items())) + "}"
    if isinstance(value, (set, frozenset)):
        return "{" + ", ".join(sorted(map(shown, value))) + "}"
    if hasattr(value, "_asdict"):
        return shown(value._asdict())
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(sorted(map(shown, value))) + "]"
    if isinstance(value, Exception):
        return f"{type(value).__name__}({value})"
    if type(value).__module__.split(".")[0] in ("kafka", "confluent_kafka") and hasattr(value, "__dict__"):
        return type(value).__name__ + shown({name.lstrip("_"): item for name, item in vars(value).items()})
    text = repr(value)
    return type(value).__name__ if " at 0x" in text else text


def arguments():
    """The address of an open listener, and the pause after each call in milliseconds."""
    return sys.argv[1], int(sys.argv[3])
