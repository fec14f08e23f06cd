"""What an app is connected to: where its requests find the service."""

from starlette.requests import HTTPConnection

from interfaces.http.session_watch import SessionWatch
from interfaces.service import Service


def service_of(connection: HTTPConnection) -> Service:
    """The service that the app answers from. Raises TypeError if it is not connected to one."""
    service = connection.app.state.service
    if not isinstance(service, Service):
        raise TypeError("the app is not connected to a service")
    return service


def watch_of(connection: HTTPConnection) -> SessionWatch:
    """What tells the app's streams of new events. Raises TypeError if it is not connected."""
    watch = connection.app.state.watch
    if not isinstance(watch, SessionWatch):
        raise TypeError("the app is not connected to a service")
    return watch
