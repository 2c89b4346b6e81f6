"""The whole interface as it describes itself, asked with made-up requests, right and wrong: no failure, no breach."""

import pytest
import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from toguna.web.app import create_app
from toguna.web.security import token_of
from toguna.web.settings import Settings

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
STREAMS = ("/api/v1/jobs/{job}/",)  # files and events of a job, which have tests of their own
TOKEN = token_of(Settings(packs=("ouadji",), secret="of tests"))
PARTS = 8  # the operations are dealt to so many tests, which can run side by side


def settings_of(tmp_path_factory):
    return Settings(
        packs=("ouadji",), folder=tmp_path_factory.mktemp("schema"), secret="of tests", hosts=("testserver",)
    )


@pytest.fixture(scope="module")
def operations(tmp_path_factory):
    """Every operation of a workbench on the made-up country, reading and writing."""
    api = schemathesis.openapi.from_asgi("/api/v1/openapi.json", create_app(settings_of(tmp_path_factory)))
    found = [one.ok() for one in api.get_all_operations()]
    return [one for one in found if one.method.upper() != "GET" or not one.path.startswith(STREAMS)]


@pytest.mark.filterwarnings("ignore::hypothesis.errors.NonInteractiveExampleWarning")
@pytest.mark.parametrize("part", range(PARTS))
def test_no_request_fails_or_breaks_the_description(operations, part):
    """Whatever is asked, the answer is one that the description promises."""
    for operation in operations[part::PARTS]:
        ask(operation)


def ask(operation):
    """Ask an operation some times; with the page's token what is sent is looked at, without it is refused before."""
    modes = schemathesis.GenerationMode
    writes = operation.method.upper() != "GET"

    @seed(20130211)
    @settings(max_examples=5, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(
        case=st.one_of(
            operation.as_strategy(generation_mode=modes.POSITIVE), operation.as_strategy(generation_mode=modes.NEGATIVE)
        )
    )
    def asked(case):
        if writes:
            assert case.call().status_code in {403, 404, 405, 413, 415}
        case.validate_response(case.call(headers={"X-Toguna-Token": TOKEN} if writes else {}), checks=CHECKS)

    asked()
