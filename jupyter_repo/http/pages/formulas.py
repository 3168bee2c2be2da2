"""TeX as MathML, which browsers show without any script.

The converter copies text and addresses of its input into its output unchecked, so nothing of that output is used as it
is: it is parsed, and only elements and attributes of the lists below are built anew. What can't be converted stays TeX.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree

from markupsafe import Markup

MAX_TEX = 5000
"""characters of one formula"""
_SPACE = "{http://www.w3.org/1998/Math/MathML}"
_ELEMENTS = frozenset(
    """math menclose mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow mspace msqrt mstyle msub
    msubsup msup mtable mtd mtext mtr munder munderover none""".split()
)
_ATTRIBUTES = {
    "accent": "true|false",
    "columnalign": r"(?:left|center|right|\s)+",
    "columnspacing": r"[0-9a-z. %]+",
    "displaystyle": "true|false",
    "fence": "true|false",
    "form": "prefix|infix|postfix",
    "linethickness": r"[0-9.]+(?:em|px|pt)?",
    "lspace": r"-?[0-9.]+em",
    "mathvariant": "[a-z-]+",
    "maxsize": r"[0-9.]+em",
    "minsize": r"[0-9.]+em",
    "movablelimits": "true|false",
    "notation": "[a-z ]+",
    "rowspacing": r"[0-9a-z. %]+",
    "rspace": r"-?[0-9.]+em",
    "scriptlevel": r"[+-]?\d",
    "separator": "true|false",
    "stretchy": "true|false",
    "symmetric": "true|false",
    "width": r"-?[0-9.]+em",
    "height": r"-?[0-9.]+em",
}

_ARG = re.compile(r"\\arg(?![A-Za-z])")
"""an operator that the converter does not know, as in `\\arg\\min`"""


def mathml(tex: str, *, block: bool) -> Markup:
    """A formula as MathML; as the TeX it was where it is too long or not understood."""
    tree = _converted(tex.strip(), block=block)
    if tree is None:
        return Markup('<code class="tex">{}</code>').format(tex.strip())
    return Markup(ElementTree.tostring(tree, encoding="unicode"))  # noqa: S704  # built by _rebuilt, serialised escaped


def _converted(tex: str, *, block: bool) -> ElementTree.Element | None:
    from latex2mathml.converter import convert

    if not tex or len(tex) > MAX_TEX:
        return None
    try:
        found = ElementTree.fromstring(convert(_ARG.sub(r"\\operatorname{arg}", tex)))  # noqa: S314  # no document type can stand in it: it is one element
        tree = _rebuilt(found)
    except Exception:  # noqa: BLE001  # whatever a converter does on hostile input, the page shows the TeX
        return None
    if tree is not None:
        tree.set("display", "block" if block else "inline")
    return tree


def _rebuilt(found: ElementTree.Element) -> ElementTree.Element | None:
    name = found.tag.removeprefix(_SPACE)
    if name not in _ELEMENTS:
        return None
    made = ElementTree.Element(name)
    made.text, made.tail = found.text, found.tail
    for key, value in found.attrib.items():
        if key in _ATTRIBUTES and re.fullmatch(_ATTRIBUTES[key], value):
            made.set(key, value)
    for child in found:
        inner = _rebuilt(child)
        if inner is None:
            return None
        made.append(inner)
    return made
