"""The contender's side of the protocol of the bench: one JSON request per line in, one JSON answer per line out.

The requests and answers are described in `contender.ts`. A task is an object with `facts` (a dict) and `round()` (a dict
with `images` and `seconds`).
"""

import json
import math
import os
import sys
import time
import traceback

# Answers go to the real standard output; everything that a library prints goes to standard error.
_answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)

WARM_UP = 2


class Rounds:
    """A round is `times` repetitions of `work`, each of which processes `images` images; training returns its loss.

    `settle` waits for work that was only queued (on a GPU).
    """

    def __init__(self, images, work, settle=lambda: None, facts=None, times=1):
        self.facts = facts or {}
        self._images, self._work, self._settle, self._times = images, work, settle, times

    def round(self):
        started = time.perf_counter()
        for _ in range(self._times):
            loss = self._work()
        self._settle()
        answer = {"images": self._times * self._images, "seconds": time.perf_counter() - started}
        if loss is not None:
            # JSON has no number for a loss that is not finite.
            answer["loss"] = float(loss) if math.isfinite(float(loss)) else None
        return answer


def lasting(seconds, images, work, settle=lambda: None, facts=None):
    """Rounds of about `seconds`. The first runs are not counted: they trace graphs, plan memory and choose algorithms."""
    for _ in range(WARM_UP):
        work()
    settle()
    once = Rounds(images, work, settle).round()["seconds"]
    return Rounds(images, work, settle, facts, times=max(1, round(seconds / once)))


def serve(facts, makers):
    """Answers requests until the input ends. `makers` are functions from options (a dict) to tasks, by name."""
    tasks = {}

    def answer(request):
        name = request.get("task")
        match request["do"]:
            case "hello":
                return facts
            case "prepare":
                tasks[name] = makers[name](request["options"])
                return tasks[name].facts
            case "round":
                return tasks[name].round()
            case "finish":
                del tasks[name]
                return {}

    for line in sys.stdin:
        try:
            reply = {"ok": answer(json.loads(line))}
        except Exception as error:
            traceback.print_exc()
            reply = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply), file=_answers, flush=True)
