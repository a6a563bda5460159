"""The browser that the other end-to-end tests rely on."""

from pathlib import Path

from playwright.sync_api import Browser

from server.adapters.frontend import frontend_root

PAGE = """<!doctype html><meta charset="utf-8">
<link rel="stylesheet" href="{font}/index.css">
<style>p {{ font-family: "Noto Sans SC Variable"; display: inline-block }}</style><p>督办</p>"""


def test_the_browser_draws_chinese_with_the_packaged_font(tmp_path: Path, browser: Browser) -> None:
    font = frontend_root() / "@fontsource-variable" / "noto-sans-sc"
    page_file = tmp_path / "page.html"
    page_file.write_text(PAGE.format(font=font.as_uri()), "utf-8")
    page = browser.new_page()
    page.goto(page_file.as_uri())
    page.evaluate("document.fonts.ready")
    loaded = "[...document.fonts].filter(font => font.status == 'loaded').length"
    assert page.evaluate(loaded) > 0
    page.close()
