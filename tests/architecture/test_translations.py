"""What customers read can be translated: no template shows a word that is not marked, and no form says one.

The back office speaks English: its templates are in templates/admin/, its forms are named below.
"""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from importlib import import_module

import pytest
from django import forms
from django.template.base import Lexer, TokenType
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from cinema.core.errors import DomainError, RuleViolation
from cinema.settings.env import BASE_DIR
from tests.architecture.test_errors import failures

TEMPLATES = BASE_DIR / "templates"
PATHS = sorted(path.relative_to(TEMPLATES) for path in TEMPLATES.rglob("*.*"))
READ_ATTRIBUTES = {"alt", "aria-label", "aria-description", "aria-roledescription", "placeholder", "title"}
UNREAD_ELEMENTS = {"script", "style"}
OURS = {"Marquee"}  # a name is the same in every language
WORD = re.compile(r"[^\W\d_]{2,}")
MARKED = re.compile(r"""_\((?:"[^"]*"|'[^']*')\)""")
LITERAL = re.compile(r"""=(?:"([^"]*)"|'([^']*)')""")
# The formats of days are chosen per language in cinema.core.formats; a literal one in a template is English for ever.
DATE_FORMAT = re.compile(r"""\|(?:date|time):["']""")
FORMS_OF_STAFF = {
    "AskForm",
    "GenerateForm",
    "MonthForm",
    "MoveForm",
    "PriceChangeForm",
    "RestoreForm",
    "ScreenDayForm",
    "ShowChangeForm",
    "ShowFactsForm",
    "ShowForm",
    "SpreadsheetForm",
    "StaffLinesForm",
    "StandingForm",
}
GAP = " \ue000 "  # stands for what a tag or a variable puts there
EXAMPLES = [
    ("<p>Hello</p>", ["Hello"]),
    ("<p>{% translate 'Hello' %} {{ name }}</p>", []),
    ("<p>{% blocktranslate %}Hello {{ name }}{% endblocktranslate %}</p>", []),
    ('<img alt="A seat">', ["A seat"]),
    ("""<a aria-label="{% if one %}One{% else %}Two{% endif %}">1</a>""", ["One", "Two"]),
    ("""<a aria-current="page" class="button">→</a>""", []),
    ("""{% include "x.html" with heading="Pay now" %}""", ["Pay now"]),
    ("""{% include "x.html" with heading=_("Pay now") style="bad" %}""", []),
    ("""<p>{{ day|date:"j F" }}</p>""", ['|date:"']),
    ("""<meta name="description" content="Movies">""", ["Movies"]),
    ("<script>const words = 1;</script>{# words #}{% comment %}words{% endcomment %}", []),
]


class Reader(HTMLParser):
    """Collects what somebody who reads a page, or hears it, takes in."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.unread = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.unread += tag in UNREAD_ELEMENTS
        said = dict(attrs)
        read = READ_ATTRIBUTES | ({"content"} if said.get("name") == "description" else set())
        self.found += [value for name, value in attrs if name in read and value]

    def handle_endtag(self, tag: str) -> None:
        self.unread -= tag in UNREAD_ELEMENTS

    def handle_data(self, data: str) -> None:
        if not self.unread:
            self.found.append(data)


def unmarked(source: str) -> list[str]:
    """List the words of a template that no translator will see."""
    html, faults, hidden = "", [], ""
    for token in Lexer(source).tokenize():
        name = token.contents.split(" ")[0] if token.token_type == TokenType.BLOCK else ""
        if hidden:
            hidden = "" if name == f"end{hidden}" else hidden
        elif name in ("blocktranslate", "comment"):
            hidden = name
        elif token.token_type == TokenType.TEXT:
            html += token.contents
        elif token.token_type in (TokenType.BLOCK, TokenType.VAR):
            html += GAP
            faults += DATE_FORMAT.findall(token.contents)
            faults += _literals(token.contents) if name == "include" else []
    reader = Reader()
    reader.feed(html)
    reader.close()
    parts = [part.strip() for text in reader.found for part in text.split(GAP.strip())]
    return faults + [part for part in parts if set(WORD.findall(part)) - OURS]


def _literals(tag: str) -> list[str]:
    """List the sentences that a tag hands on; a word in small letters is a name of ours."""
    given = [first or second for first, second in LITERAL.findall(MARKED.sub("", tag))]
    return [text for text in given if " " in text or text[:1].isupper()]


class TestTemplates:
    @pytest.mark.parametrize(("source", "faults"), EXAMPLES, ids=[source for source, _ in EXAMPLES])
    def test_are_read_as_people_read_them(self, source, faults):
        assert unmarked(source) == faults

    @pytest.mark.parametrize("path", [path for path in PATHS if path.parts[0] != "admin"], ids=str)
    def test_mark_every_word_for_translation(self, path):
        assert unmarked((TEMPLATES / path).read_text()) == []


def forms_of_ours() -> list[type[forms.Form]]:
    """List the forms that pages use, once every module of theirs that defines some is imported."""
    for path in BASE_DIR.glob("*/*forms.py"):
        import_module(f"{path.parent.name}.{path.stem}")
    apps = {path.parent.name for path in BASE_DIR.glob("*/apps.py")}
    ours = [form for form in subclasses(forms.Form) if form.__module__.split(".")[0] in apps]
    return sorted(ours, key=lambda form: form.__qualname__)


def subclasses(kind: type[forms.Form]) -> Iterator[type[forms.Form]]:
    for subclass in kind.__subclasses__():
        yield subclass
        yield from subclasses(subclass)


FORMS = forms_of_ours()


class TestForms:
    def test_of_ours_are_found(self):
        assert {"LogInForm", "SignUpForm", "PromoForm"} | FORMS_OF_STAFF <= {form.__name__ for form in FORMS}

    @pytest.mark.parametrize(
        "form", [form for form in FORMS if form.__name__ not in FORMS_OF_STAFF], ids=lambda form: form.__name__
    )
    def test_translate_what_they_say_beside_a_field(self, form):
        said = [text for field in form.base_fields.values() for text in (field.label, field.help_text) if text]
        assert [text for text in said if not isinstance(text, Promise)] == []


# Apps whose refusals only staff meet; of scheduling customers meet what stands in SHOWN.
OF_STAFF = {"catalog", "ops", "scheduling", "venues"}
SHOWN = {"UnknownShow", "UnknownMovie"}
OF_STAFF_TOO = {
    "cinema/core/integrity.py",
    "cinema/core/errors.py",
    "cinema/core/api/fields.py",
    "booking/services/remedies.py",
    "booking/services/moving.py",
    "cinema/core/admin_deletion.py",
    "booking/services/door.py",
}


def refusals_of_customers() -> list[type[DomainError]]:
    """List the refusals that customers may read on a page; the API's own speak to programs."""
    ours = [one for one in failures() if one.__module__.replace(".", "/") + ".py" not in OF_STAFF_TOO]
    return [one for one in ours if one.__module__.split(".")[0] not in OF_STAFF or one.__name__ in SHOWN]


def unmarked_calls(source: str, refusals: set[str]) -> list[str]:
    """List the sentences that refusals and messages of pages are given in English whatever the language."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call) and node.args]
    said = [node.args[0] for node in calls if isinstance(node.func, ast.Name) and node.func.id in refusals]
    said += [node.args[1] for node in calls if ast.unparse(node.func).startswith("messages.") and len(node.args) > 1]
    return [ast.unparse(text) for text in said if isinstance(text, ast.Constant | ast.JoinedStr)]


SOURCES = {
    name: path.read_text()
    for app in (*sorted({app.parent.name for app in BASE_DIR.glob("*/apps.py")} - OF_STAFF), "cinema/core")
    for path in sorted((BASE_DIR / app).rglob("*.py"))
    for name in [str(path.relative_to(BASE_DIR))]
    if not name.endswith("admin.py") and name not in OF_STAFF_TOO
}


class Translated(RuleViolation):
    """Says a word that Django itself translates."""

    message = gettext_lazy("Yes")


class TestRefusals:
    def test_of_customers_are_found(self):
        assert {"SeatUnavailable", "UnknownShow", "TooManyTries"} <= {one.__name__ for one in refusals_of_customers()}

    def test_mark_their_message_for_translation(self):
        assert [one.__name__ for one in refusals_of_customers() if not isinstance(one.message, Promise)] == []

    @pytest.mark.parametrize(
        ("source", "faults"),
        [
            ('raise EmptyOrder("Choose a seat.")', ["'Choose a seat.'"]),
            ('raise EmptyOrder(f"Choose {count}.")', ["f'Choose {count}.'"]),
            ('messages.success(request, "Done.")', ["'Done.'"]),
            ('raise EmptyOrder(_("Choose a seat."), seats=[1])', []),
            ("raise EmptyOrder(said)", []),
        ],
        ids=["literal", "with a place", "message", "marked", "prepared"],
    )
    def test_are_read_as_people_read_them(self, source, faults):
        assert unmarked_calls(source, {"EmptyOrder"}) == faults

    def test_say_nothing_of_their_own_that_is_not_marked(self):
        names = {one.__name__ for one in refusals_of_customers()} - {"RefundNotOpen"}
        found = {name: unmarked_calls(source, names) for name, source in SOURCES.items()}
        assert {path: said for path, said in found.items() if said} == {}

    def test_are_plain_text_in_the_language_of_whoever_is_answered(self):
        with translation.override("de"):
            refusal = Translated()
        assert (type(refusal.detail), refusal.detail) == (str, "Ja")
        assert str(Translated.message) == "Yes"


MODULES = sorted((BASE_DIR / "static" / "js").glob("*.js"))
SAYS = re.compile(r"textContent = ([^;]*);")
MARKED_THERE = re.compile(r"""n?gettext\((?:"[^"]*",? ?)+[^)]*\)""")
QUOTED = re.compile(r""""([^"]*)"|`([^`]*)`""")
SENTENCE = re.compile(r"[^\W\d_]{2,} ")


def unmarked_in_module(source: str) -> list[str]:
    """List what a module of a page says in English whatever the language."""
    return [said for said in SAYS.findall(source) if any(map(SENTENCE.search, _texts(said)))]


def _texts(said: str) -> list[str]:
    bare = re.sub(r"\$\{[^}]*\}", "", MARKED_THERE.sub("", said))
    return [first or second for first, second in QUOTED.findall(bare)]


class TestModules:
    @pytest.mark.parametrize(
        ("source", "is_marked"),
        [
            ('box.textContent = "Too late now";', False),
            ("box.textContent = `Choose ${count} seats`;", False),
            ('box.textContent = gettext("Too late now");', True),
            ('box.textContent = interpolate(gettext("Choose %s seats"), [count]);', True),
            ("box.textContent = `${row.name} · ${rest}`;", True),
        ],
        ids=["literal", "template", "marked", "marked with a place", "only places"],
    )
    def test_are_read_as_people_read_them(self, source, is_marked):
        assert (unmarked_in_module(source) == []) is is_marked

    @pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
    def test_mark_what_they_say(self, path):
        assert unmarked_in_module(path.read_text()) == []


class TestTheCatalogueOfModules:
    def test_is_asked_for_by_pages_in_other_languages_only(self, client, db, settings):
        settings.LANGUAGES = [("en-in", "English"), ("hi", "Hindi")]
        words = reverse("words")
        assert words not in client.get("/").content.decode()
        assert words in client.get("/", headers={"accept-language": "hi"}).content.decode()
        assert "gettext" in client.get(words, headers={"accept-language": "hi"}).content.decode()
