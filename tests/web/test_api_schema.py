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
from toguna.web.settings import Settings

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
STREAMS = ("/api/v1/jobs/{job}/",)  # files and events of a job, which have tests of their own
PARTS = 8  # the operations are dealt to so many tests, which can run side by side


@pytest.fixture(scope="module")
def operations(tmp_path_factory):
    """Every reading operation of a workbench on the made-up country."""
    folder = tmp_path_factory.mktemp("schema")
    app = create_app(Settings(packs=("ouadji",), folder=folder, secret="of tests", hosts=("testserver",)))
    api = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app)
    found = [one.ok() for one in api.get_all_operations()]
    return [one for one in found if one.method.upper() == "GET" and not one.path.startswith(STREAMS)]


@pytest.mark.filterwarnings("ignore::hypothesis.errors.NonInteractiveExampleWarning")
@pytest.mark.parametrize("part", range(PARTS))
def test_no_request_fails_or_breaks_the_description(operations, part):
    """Whatever is asked, the answer is one that the description promises."""
    modes = schemathesis.GenerationMode
    for operation in operations[part::PARTS]:
        cases = st.one_of(
            operation.as_strategy(generation_mode=modes.POSITIVE), operation.as_strategy(generation_mode=modes.NEGATIVE)
        )

        @seed(20130211)
        @settings(max_examples=5, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(case=cases)
        def asked(case):
            case.validate_response(case.call(), checks=CHECKS)

        asked()
