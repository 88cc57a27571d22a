from __future__ import annotations

import pytest

from freshboot.scaffold.address import found_urls, host_of
from tests.scaffold.repos import repo


@pytest.mark.parametrize(
    ("files", "remote", "urls"),
    [
        ({"README.md": "[![app](https://static.streamlit.io/b.svg)](https://shop.streamlit.app/)"}, None,
         ("https://shop.streamlit.app",)),
        ({"README.md": "such as https://your-app.streamlit.app"}, None, ()),
        ({"README.md": "https://share.streamlit.io/a/b and https://docs.streamlit.io"}, None, ()),
        ({"readme.rst": "https://a.onrender.com https://b.hf.space https://a.onrender.com/x"}, None,
         ("https://a.onrender.com", "https://b.hf.space")),
        ({"README.md": "https://root.streamlit.app", "shop/README.md": "https://shop.streamlit.app"}, None,
         ("https://shop.streamlit.app",)),
        ({"fly.toml": 'app = "shop-7"\n[http_service]\n'}, None, ("https://shop-7.fly.dev",)),
        ({}, "https://user:secret@huggingface.co/spaces/Ada_L/The.Shop", ("https://ada-l-the-shop.hf.space",)),
        ({"docs/guide.md": "https://shop.streamlit.app"}, "https://github.com/a/b.git", ()),
    ],
)  # fmt: skip
def test_the_address_is_what_the_repository_tells(
    files: dict[str, str], remote: str | None, urls: tuple[str, ...]
) -> None:
    data = repo(dict(files))
    assert found_urls(data, data.get, "shop", remote) == urls


@pytest.mark.parametrize(
    ("paths", "url", "host"),
    [
        ([], "https://shop.streamlit.app", "community-cloud"),
        (["Procfile"], "https://shop.streamlit.app", "community-cloud"),
        (["Procfile"], "https://shop.example.org", "heroku"),
        (["fly.toml"], None, "fly"),
        (["render.yaml"], None, "render"),
        ([], "https://shop.example.org", None),
    ],
)
def test_the_host_is_told_by_the_address_or_by_its_own_file(
    paths: list[str], url: str | None, host: str | None
) -> None:
    assert host_of(paths, url) == host
