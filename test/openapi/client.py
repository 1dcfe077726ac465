"""Starts a run and watches it to its end with the client that was generated from the OpenAPI document.

usage: client.py URL TOKEN, with the package sluice_client on the path
"""

import sys

from sluice_client import AuthenticatedClient
from sluice_client.api.runs import get_run, list_runs, read_events, start_run
from sluice_client.models import (
    CompleteEvent,
    ContainerRequest,
    ContainerRequestEnv,
    LogEvent,
    Problem,
    ProblemCode,
    Run,
    RunKind,
    RunRequest,
    RunRequestLabels,
    RunState,
    StartAnswer,
)
from sluice_client.types import UNSET

url, token = sys.argv[1:]
client = AuthenticatedClient(base_url=url, token=token, raise_on_unexpected_status=True, timeout=60)

labels = RunRequestLabels.from_dict({"made-by": "python"})
environment = ContainerRequestEnv.from_dict({"HELLO_SECONDS": "2"})
container = ContainerRequest(
    image="busybox:1.37",
    command=["sh", "-c"],
    args=["for i in 1 2 3; do echo line $i of $HELLO_SECONDS; done"],
    env=environment,
)
request = RunRequest(pipeline="counting", kind=RunKind.CONTAINER, container=container, labels=labels)
started = start_run.sync_detailed(client=client, body=request, idempotency_key="python-1")
assert started.status_code == 201, started
run = started.parsed
assert isinstance(run, StartAnswer), run
assert started.headers["Location"] == f"/api/v1/runs/{run.run_id}"

again = start_run.sync_detailed(client=client, body=request, idempotency_key="python-1")
assert again.status_code == 200 and again.parsed.run_id == run.run_id, again
assert again.headers["Idempotency-Replayed"] == "true"

events = []
complete = False
while not complete or len(events) < last_seq:
    page = read_events.sync(run.run_id, client=client, after=len(events), wait=20)
    assert not isinstance(page, Problem), page
    events += page.events
    complete, last_seq = page.complete, page.last_seq
assert [event.seq for event in events] == list(range(1, last_seq + 1))
lines = [
    line.message for event in events if isinstance(event, LogEvent) for line in event.data.lines
]
assert lines == [f"line {number} of 2" for number in (1, 2, 3)], lines
end = events[-1]
assert isinstance(end, CompleteEvent) and end.data.status == RunState.SUCCEEDED, end

over = get_run.sync(run.run_id, client=client)
assert isinstance(over, Run) and over.state == RunState.SUCCEEDED and over.exit_code == 0, over
assert over.labels.to_dict() == {"made-by": "python"}
found = list_runs.sync(client=client, label="made-by=python")
assert [each.run_id for each in found.runs] == [run.run_id], found

refused = start_run.sync(client=client, body=RunRequest(pipeline="no-such-thing"))
assert isinstance(refused, Problem) and refused.code == ProblemCode.NO_SUCH_PIPELINE, refused
assert refused.nearest is not UNSET
print(f"{run.run_id}: {len(events)} events, {len(lines)} lines")
