"""The same service as `fleet.py`, with Django: a project in one file, for any WSGI server with threads.

    POST /rooms/<room_id>/sessions/<session_id>/recording      starts recording, unless somebody has already
    GET /rooms/<room_id>/sessions/<session_id>/recording       tells what is known, whichever process took it in
    DELETE /rooms/<room_id>/sessions/<session_id>/recording    stops it
    POST /recording     takes callbacks in: the recording callback's URL in the console
    GET /health         200 while the store answers, with what is in progress

`gunicorn --threads 8 django_fleet:application` serves it with several processes; a client that was made before gunicorn
forks works in each of them. Run by itself, it serves with the standard library's server, and SIGTERM and Ctrl-C end it
after the requests and calls in progress.
"""

import math
import os
import signal
import sys
from functools import wraps
from http import HTTPStatus
from socketserver import ThreadingMixIn
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from rongcloud_recording import (
    AudioFormat,
    CallbackRefusedError,
    InvalidInputError,
    OnUnknown,
    RecordingClient,
    RecordingConflictError,
    RecordingError,
    RecordingLedger,
    RecordingProfile,
    RecordingTarget,
    SliceLength,
    SplitStreamRecording,
    VideoFormat,
)

SECONDS_BETWEEN_LOOKS = 60
# Longer than any call takes.
SECONDS_TO_DRAIN = 20
PROFILE = RecordingProfile(
    SplitStreamRecording(
        video_format=VideoFormat.MP4, audio_format=AudioFormat.AAC, slice_length=SliceLength.MINUTES_60
    )
)
# App Key, App Secret, data center and store come from the environment.
CLIENT = RecordingClient()
LEDGER = RecordingLedger(CLIENT, OnUnknown.STOP)


def status_of(error: RecordingError) -> HTTPStatus:
    """The status to answer with where a call has failed."""
    match error:
        case InvalidInputError():
            return HTTPStatus.BAD_REQUEST
        case RecordingConflictError():
            # A start is under way, or its outcome is unknown, or the session is recorded otherwise.
            return HTTPStatus.CONFLICT
        case _:
            return HTTPStatus.SERVICE_UNAVAILABLE if error.is_retryable else HTTPStatus.BAD_GATEWAY


def answered(view: Any) -> Any:
    """Answers what fails with a status that tells."""

    @wraps(view)
    def answering(request: HttpRequest, **arguments: str) -> HttpResponse:
        try:
            response: HttpResponse = view(request, **arguments)
        except RecordingError as error:
            print(error, file=sys.stderr)
            response = HttpResponse(str(error), status=status_of(error), content_type="text/plain")
            if error.retry_after is not None:
                response["Retry-After"] = str(math.ceil(error.retry_after.total_seconds()))
        return response

    return answering


# Whoever may call this is your own decision: Django's forms have nothing to do with it.
@csrf_exempt
@require_http_methods(["GET", "POST", "DELETE"])
@answered
def recording(request: HttpRequest, room_id: str, session_id: str) -> HttpResponse:
    """A session's recording: started, told, stopped."""
    if request.method == "POST":
        started = LEDGER.start(room_id, session_id, PROFILE)
        return JsonResponse({"recordId": started.recording.record_id, "isNew": started.is_mine})
    if request.method == "DELETE":
        LEDGER.stop(RecordingTarget(room_id=room_id, session_id=session_id))
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    found = LEDGER.get(session_id)
    if found is None:
        return HttpResponse(status=HTTPStatus.NOT_FOUND)
    return JsonResponse(
        {
            "state": found.entry.state.value,
            "recordId": found.entry.record_id,
            "events": found.entry.event_count,
            "isDoubled": found.entry.is_doubled,
            "isSettled": found.is_settled,
        }
    )


# The service signs its callbacks, and knows no token of a form.
@csrf_exempt
@require_http_methods(["POST"])
def callback(request: HttpRequest) -> HttpResponse:
    """Puts a recording callback on record, and answers 200 only after that."""
    try:
        LEDGER.take(request.headers, request.body, request.META.get("QUERY_STRING", ""))
    except CallbackRefusedError as error:
        print(error, file=sys.stderr)
        return HttpResponse(status=error.http_status)
    except RecordingError as error:
        print(error, file=sys.stderr)
        # So that the service sends it again.
        return HttpResponse(status=HTTPStatus.SERVICE_UNAVAILABLE)
    return HttpResponse()


@answered
def health(_: HttpRequest) -> HttpResponse:
    """Fails where the store doesn't answer, and then no recording can be started here."""
    LEDGER.get("health")
    now = CLIENT.statistics()
    return JsonResponse({"callsInFlight": now.calls_in_flight, "domains": {it.host: it.is_well for it in now.domains}})


urlpatterns: list[URLPattern] = [
    path("rooms/<str:room_id>/sessions/<str:session_id>/recording", recording),
    path("recording", callback),
    path("health", health),
]

settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["127.0.0.1", "localhost"], DEBUG=False)
django.setup()
application = get_wsgi_application()


class _Server(ThreadingMixIn, WSGIServer):
    """One thread for each request; closing it waits for them."""

    daemon_threads = False


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name it has above)
        """Says nothing of each request."""


def main() -> None:
    """Serves until it is told to end."""
    port = int(os.environ.get("RONGCLOUD_CALLBACK_PORT", "8700"))
    with make_server("127.0.0.1", port, application, _Server, _Quiet) as server:

        def end(*_: object) -> None:
            # Not on this thread: it waits for the loop below, which this thread runs.
            Thread(target=server.shutdown).start()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, end)
        LEDGER.keep_up(SECONDS_BETWEEN_LOOKS)
        print(f"listening on 127.0.0.1:{server.server_port}", flush=True)
        server.serve_forever()
    LEDGER.close()
    CLIENT.close(drain=SECONDS_TO_DRAIN)


if __name__ == "__main__":
    main()
