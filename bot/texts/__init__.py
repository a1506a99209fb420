"""Every sentence a person reads, by key and language; dates and numbers as people write them.

The catalogues are gettext files whose msgids are keys (`vi.po`, `en.po`), compiled in memory at
start. Sentences are plain text: whoever puts one into Telegram's HTML escapes the parameters.
"""

from __future__ import annotations

import functools
import gettext
import io
from importlib import resources

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES = ("vi", "en")
DEFAULT_LANGUAGE = "vi"


class UnknownKey(KeyError):
    """A sentence was asked for that no catalogue holds."""


class Texts:
    """The sentences of one language."""

    def __init__(self, language: str, catalogue: gettext.GNUTranslations) -> None:
        self.language = language
        self._catalogue = catalogue

    def __call__(self, key: str, /, **parameters: object) -> str:
        """The sentence of `key` with its `{parameters}` filled in.

        A parameter `count` chooses the plural form where the catalogue has one.
        """
        sentence = key
        count = parameters.get("count")
        if isinstance(count, int):
            sentence = self._catalogue.ngettext(key, key, count)
        if sentence == key:
            sentence = self._catalogue.gettext(key)
        if sentence == key:
            raise UnknownKey(f"{self.language}: {key}")
        return sentence.format(**parameters) if parameters else sentence


@functools.cache
def texts(language: str) -> Texts:
    """The catalogue of `language`, or of the default one if it is unknown."""
    if language not in LANGUAGES:
        language = DEFAULT_LANGUAGE
    source = resources.files(__name__).joinpath(f"{language}.po").read_bytes()
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(source), locale=language))
    compiled.seek(0)
    return Texts(language, gettext.GNUTranslations(compiled))
