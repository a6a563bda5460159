"""How the installer carries pip's configuration over to uv."""

import pytest

from deploy.install import uv_environment


@pytest.mark.parametrize(
    ("pip_options", "variable", "value"),
    [
        (
            {"index-url": "https://mirror.test/simple"},
            "UV_DEFAULT_INDEX",
            "https://mirror.test/simple",
        ),
        (
            {"extra-index-url": "https://a.test\nhttps://b.test"},
            "UV_INDEX",
            "https://a.test https://b.test",
        ),
        ({"find-links": "/wheels /more"}, "UV_FIND_LINKS", "/wheels,/more"),
        ({"trusted-host": "mirror.test"}, "UV_INSECURE_HOST", "mirror.test"),
        ({"timeout": "15.5"}, "UV_HTTP_TIMEOUT", "15"),
        ({"cert": "/etc/ssl/own.pem"}, "SSL_CERT_FILE", "/etc/ssl/own.pem"),
        ({}, "UV_PYTHON_DOWNLOADS", "never"),
    ],
)
def test_uv_looks_for_packages_where_pip_would(
    pip_options: dict[str, str], variable: str, value: str
) -> None:
    assert uv_environment(pip_options, {})[variable] == value


def test_what_is_set_for_uv_itself_wins_over_what_is_set_for_pip() -> None:
    own = {"UV_DEFAULT_INDEX": "https://own.test/simple"}
    found = uv_environment({"index-url": "https://mirror.test/simple"}, own)
    assert found["UV_DEFAULT_INDEX"] == "https://own.test/simple"


def test_without_a_configured_index_none_is_named() -> None:
    assert "UV_DEFAULT_INDEX" not in uv_environment({}, {})
