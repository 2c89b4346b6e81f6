#!/bin/sh
# Renews the two lock files from pyproject.toml.
set -eu
for extra in "" test; do
    .venv/bin/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-header \
        --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --build-deps-for editable \
        ${extra:+--extra "$extra"} --output-file "requirements${extra:+-$extra}.lock" pyproject.toml
done
