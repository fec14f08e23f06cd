"""The HTTP API: resources under ``/v1``, health, and problems as RFC 9457 has them."""
