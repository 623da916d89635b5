"""The page as text: escaped, self-contained, marked as a drill, whole without its script."""

import base64
import re
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser

import pytest
from tests.report_fixture import made_up_report

from firebreak.web.report.page import render_page

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>&lt;"


class Reader(HTMLParser):
    """Collects tags and the text outside of scripts."""

    def __init__(self):
        super().__init__()
        self.tags, self.text, self.attributes = [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.text.append(data)


def read(html):
    reader = Reader()
    reader.feed(html)
    return reader


@pytest.fixture(scope="module")
def page():
    return render_page(made_up_report())


def test_a_hostile_name_stays_text():
    reader = read(render_page(made_up_report(hostile=HOSTILE)))
    assert reader.tags.count("script") == 2
    assert "img" not in reader.tags
    assert HOSTILE in reader.text
    assert not [name for name, _ in reader.attributes if name.startswith("on")]


def test_the_page_asks_nothing_of_the_network(page):
    assert not re.search(r"(?:src|href|action)\s*=\s*[\"']?(?:https?:)?//", page)
    assert "url(" not in page
    assert "@import" not in page


def test_the_policy_allows_exactly_the_style_and_the_script_of_the_page(page):
    for element in ("style", "script"):
        body = re.search(rf"<{element}>(.*?)</{element}>", page, re.DOTALL)[1]
        digest = base64.b64encode(sha256(body.encode()).digest()).decode()
        assert f"{element}-src &#39;sha256-{digest}&#39;" in page
    assert not re.search(r"<[^>]+\sstyle=", page)


def test_every_person_has_a_row_with_document_and_sources(page):
    for contact in made_up_report().contacts:
        assert f'id="p{contact.rank}"' in page
        assert contact.person.text("doc_number") in page


def test_a_drill_says_so_and_a_real_order_does_not(page):
    assert page.count("演练 DRILL") >= 2
    assert 'class="drill"' not in render_page(made_up_report(simulated=False))


def test_each_text_of_the_page_comes_in_both_languages(page):
    assert page.count('<span lang="zh-CN">') == page.count('<span lang="en">') > 200


def test_an_empty_list_and_a_case_without_seat_still_make_a_page():
    report = made_up_report()
    ride = replace(report.rides[0], coaches=(), stops=())
    assert "没有找到其他人员" in render_page(replace(report, contacts=(), rides=(ride,), completeness=(), gaps=()))
