"""What stands in the log, line by line."""

import json
import logging

import pytest

from infrastructure.telemetry import configure_logging


@pytest.mark.usefixtures("datatrail")
def test_libraries_only_warn_and_we_tell_what_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(level="DEBUG", json=True)
    secret = "http://user:password@models.example/v1?key=secret"
    for library in ("httpx2", "openai._base_client", "one.that.comes.tomorrow"):
        logging.getLogger(library).info("HTTP Request: POST %s", secret)
        logging.getLogger(library).debug("Request options: %s", {"question": secret})
    logging.getLogger("application.worker").debug("step", extra={"step": "Ingest"})
    logging.getLogger("httpx2").warning("it is slow")

    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["event"] for line in lines] == ["step", "it is slow"]
    assert lines[0]["step"] == "Ingest"
