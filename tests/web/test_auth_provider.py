"""A small OpenID provider on loopback, as a process of its own; and that it is strict about what it is asked."""

import base64
import hashlib
import json
import secrets
import socket
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from pathlib import Path

import httpx

PEOPLE = {
    "ada": {"sub": "u-ada", "name": "Ada", "roles": ["team-analysts"]},
    "vera": {"sub": "u-vera", "name": "Vera", "roles": ["team"]},
    "kim": {"sub": "u-kim", "name": "Kim", "roles": ["team-keepers"]},
    "noor": {"sub": "u-noor", "name": "Noor", "roles": ["somewhere-else"]},
    "root": {"sub": "u-root", "name": "Root", "roles": ["team-admins"]},
    "late": {"sub": "u-late", "name": "Late"},
}
CLIENT, SECRET = "toguna", "kept by both sides and by nobody else"


def provider(address):
    """The provider as an app: discovery, authorise, token, keys, userinfo, and two routes that steer it in a test."""
    from fastapi import FastAPI, Form, Header
    from fastapi.responses import JSONResponse, RedirectResponse
    from joserfc import jwt
    from joserfc.jwk import OctKey, RSAKey

    app, key, other = FastAPI(), RSAKey.generate_key(2048), RSAKey.generate_key(2048)
    now = {"person": "ada", "fault": ""}
    codes, tokens = {}, {}
    head = {"alg": "RS256", "kid": "one"}

    @app.get("/.well-known/openid-configuration")
    def discovery():
        return {
            "issuer": f"{address}/elsewhere" if now["fault"] == "issuer" else address,
            "authorization_endpoint": f"{address}/authorise", "token_endpoint": f"{address}/token",
            "jwks_uri": f"{address}/jwks", "userinfo_endpoint": f"{address}/userinfo",
            "response_types_supported": ["code"], "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            "code_challenge_methods_supported": ["S256"],
        }  # fmt: skip

    @app.get("/jwks")
    def jwks():
        return {"keys": [{**key.as_dict(private=False), "kid": "one", "use": "sig", "alg": "RS256"}]}

    @app.get("/authorise")
    def authorise(
        client_id: str, redirect_uri: str, response_type: str, state: str, nonce: str,
        code_challenge: str, code_challenge_method: str, scope: str,
    ):  # fmt: skip
        assert (client_id, response_type, code_challenge_method) == (CLIENT, "code", "S256")
        assert "openid" in scope.split()
        code = secrets.token_urlsafe(16)
        codes[code] = (now["person"], redirect_uri, nonce, code_challenge)
        return RedirectResponse(f"{redirect_uri}?code={code}&state={state}", 302)

    @app.post("/token")
    def token(
        code: str = Form(), redirect_uri: str = Form(), code_verifier: str = Form(), grant_type: str = Form(),
        authorization: str = Header(),
    ):  # fmt: skip
        person, meant, nonce, challenge = codes.pop(code, (None,) * 4)
        made = base64.urlsafe_b64encode(hashlib.sha256(code_verifier.encode()).digest()).rstrip(b"=").decode()
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if (
            person is None
            or (redirect_uri, made, grant_type) != (meant, challenge, "authorization_code")
            or (authorization != f"Basic {basic}")
        ):
            return JSONResponse({"error": "invalid_grant"}, 400)
        at, fault = int(time.time()), now["fault"]
        claims = {"iss": address, "aud": CLIENT, "nonce": nonce, "iat": at, "exp": at + 300, **PEOPLE[person]}
        claims |= {"nonce": {"nonce": "other"}, "audience": {"aud": "other"}, "old": {"exp": at - 900}}.get(fault, {})
        signing, sealed = (other if fault == "key" else key), head
        if fault == "secret":
            signing, sealed = OctKey.import_key(SECRET), {"alg": "HS256", "kid": "one"}
        algorithms = ["RS256", "HS256"]
        access = secrets.token_urlsafe(16)
        tokens[access] = person
        made = jwt.encode(sealed, claims, signing, algorithms=algorithms)
        if fault == "unsigned":
            parts = [json.dumps({"alg": "none", "kid": "one"}).encode(), json.dumps(claims).encode()]
            made = ".".join([base64.urlsafe_b64encode(one).rstrip(b"=").decode() for one in parts]) + "."
        return {"access_token": access, "token_type": "Bearer", "expires_in": 300, "id_token": made}

    @app.get("/userinfo")
    def userinfo(authorization: str = Header()):
        person = PEOPLE[tokens[authorization.removeprefix("Bearer ")]]
        return {"roles": ["team"], **person}

    @app.post("/steer")
    def steer(person: str = "ada", fault: str = ""):
        now.update(person=person, fault=fault)
        return now

    return app


def free_port():
    """A port nobody listens on."""
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@contextmanager
def running():
    """The provider as a process; yields its address."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    process = subprocess.Popen([sys.executable, str(Path(__file__)), str(port)])
    try:
        for _ in range(200):
            try:
                httpx.get(f"{address}/jwks", timeout=2).raise_for_status()
                break
            except httpx.HTTPError:
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(10)


def test_a_code_without_its_verifier_is_worth_nothing():
    """The provider the other tests rest on refuses a code whose verifier does not fit, and a code used twice."""
    with running() as address:
        asked = {"client_id": CLIENT, "redirect_uri": "http://127.0.0.1/back", "response_type": "code", "state": "s",
                 "nonce": "n", "code_challenge": "c", "code_challenge_method": "S256", "scope": "openid"}  # fmt: skip
        sent = httpx.get(f"{address}/authorise", params=asked, timeout=5)
        code = httpx.URL(sent.headers["location"]).params["code"]
        form = {"code": code, "redirect_uri": asked["redirect_uri"], "code_verifier": "x",
                "grant_type": "authorization_code"}  # fmt: skip
        for _ in range(2):
            assert httpx.post(f"{address}/token", data=form, auth=(CLIENT, SECRET), timeout=5).status_code == 400


if __name__ == "__main__":
    import uvicorn

    uvicorn.run(provider(f"http://127.0.0.1:{sys.argv[1]}"), port=int(sys.argv[1]), log_level="error")
