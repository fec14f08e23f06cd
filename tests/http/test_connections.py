"""What a client gets of a connection that it keeps."""

from time import perf_counter

from httpx2 import Client


def test_no_answer_waits_for_the_receipt_of_its_header(url: str) -> None:
    with Client(base_url=url) as client:

        def seconds() -> float:
            begun = perf_counter()
            assert client.get("/v1/info").status_code == 200
            return perf_counter() - begun

        # A client's system acknowledges the first packets at once, the later ones after 40 ms.
        taken = [seconds() for _ in range(40)]
    assert min(taken[20:]) < 0.03
