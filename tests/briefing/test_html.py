"""The HTML brief: one file, valid, escaped, readable without sight or colour."""

import re

import html5lib

from tests.briefing.reading import numbers, texts
from toguna.briefing.html import render_html
from toguna.briefing.model import Paragraph, Run


def plain(element):
    """The words of an element, white space folded."""
    return " ".join(" ".join(element.itertext()).split())


def parsed(brief):
    """The page as a tree; a page that is no valid HTML is an error."""
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(render_html(brief))


def test_page_is_valid_and_says_all_the_brief_says(mali_brief):
    """Every text and every number id of the brief stands in a page that a strict parser accepts."""
    words = plain(parsed(mali_brief))
    wanted = [" ".join(text.split()) for text in (*texts(mali_brief), *numbers(mali_brief))]
    assert [text for text in wanted if text not in words] == []


def test_page_needs_nothing_from_elsewhere(mali_brief):
    """No script, and no address from which a browser would load anything."""
    page = render_html(mali_brief)
    assert "<script" not in page
    assert not re.search(r"(src|href)=[\"'](?!#)|url\((?!#)|@import", page)


def test_words_are_never_markup(ouadji_brief):
    """A text that looks like markup is shown, not obeyed."""
    trick = Paragraph(runs=(Run(text="<script>alert(1)</script> & co"),))
    page = render_html(ouadji_brief.model_copy(update={"headline": (trick,), "title": "</title><b>x"}))
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; co" in page
    assert "<title>&lt;/title&gt;&lt;b&gt;x</title>" in page


def test_every_id_is_used_once_and_every_drawing_is_described(mali_brief):
    """Patterns of one drawing do not fall into another, and a reader without sight gets words for each drawing."""
    tree = parsed(mali_brief)
    ids = [one.get("id") for one in tree.iter() if one.get("id")]
    assert len(ids) == len(set(ids))
    drawings = [one for one in tree.iter() if one.tag == "svg" or str(one.tag).endswith("}svg")]
    assert len(drawings) == 3
    for one in drawings:
        assert one.get("role") == "img"
        assert len(plain(next(child for child in one if str(child.tag).endswith("desc")))) > 40


def test_tables_have_heads_and_language_is_said(mali_brief):
    """Each row and column of a table is named by a head, and the page says its language."""
    tree = parsed(mali_brief)
    assert tree.find(".").get("lang") == "en"
    for table in tree.iter("table"):
        assert table.find("caption") is not None
        assert all(row.find("th") is not None for row in table.iter("tr"))


def test_made_up_country_is_stamped(ouadji_brief, mali_brief):
    """The made-up country says so under the title; a real one does not."""
    assert 'class="stamp">Made-up country' in render_html(ouadji_brief)
    assert 'class="stamp"' not in render_html(mali_brief)
