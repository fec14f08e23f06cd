"""A cell of a dataset is in no event, no transcript and no log line."""

import pytest

from tests.e2e.conversation import Conversation
from tests.e2e.deployments import Deployment

SECRET = "Xyzzy-Plugh-7731"


def test_no_cell_is_recorded_or_logged(deployment: Deployment) -> None:
    talk = Conversation(deployment.client)
    rows = "\n".join(f"{SECRET}{n},{n},2024-01-{n + 1:02d}" for n in range(20))
    talk.upload("people.csv", f"name,age,joined\n{rows}\n".encode())
    assert SECRET in str(talk.rows()), "the table itself holds the cells"
    for text in (
        "cast name to number",
        "fill missing age with the mean",
        "lowercase name",
        "parse dates in joined",
        "sort by name",
        "please paint it blue",
    ):
        talk.finished(talk.post(text))
    told = str(talk.events()) + str(talk.get("/history")) + str(talk.nodes()) + deployment.logs()
    assert SECRET.lower() not in told.lower()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("broken.json", f'[{{"name": "{SECRET}"}}, {{"name": {SECRET}'),
        ("broken.parquet", f"PAR1{SECRET}PAR1"),
        ("page.csv", f"<!doctype html><html><body>{SECRET}</body></html>"),
    ],
)
def test_a_refused_file_is_not_quoted(
    embedded_deployment: Deployment, name: str, content: str
) -> None:
    talk = Conversation(embedded_deployment.client)
    response = talk.client.post(f"{talk.path}/uploads", files={"file": (name, content.encode())})
    assert response.is_client_error
    assert SECRET not in response.text
    assert SECRET not in embedded_deployment.logs()
