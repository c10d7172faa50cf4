"""Change one value in the text of a YAML file, and leave every other character as it is.

Places come from the parser's own marks, so comments, order, quoting and folding of everything else stay. A library that
writes a whole file anew (ruamel.yaml) keeps them only where the file was indented, folded and spelt as it would do it.
"""

import re
import textwrap
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import yaml

WIDTH = 120
BLOCKS = ("|", ">")
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9 ()'/.-]*")
_BLOCK_HEADER = re.compile(r"[|>][-+0-9]*")
_LOADER: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class CannotSplice(Exception):
    """The file is not written in a way that can be changed in one place; the text says how it is."""


def add_item(text: str, entry: str, key: str, item: str) -> str:
    """`text` with one more item in a list of an entry, a line of its own where its other items have one."""
    record = _record(text, entry)
    items = _value(record, key)
    if items is None:
        return _with_key(text, record, None, key, [item])
    if not isinstance(items, yaml.SequenceNode):
        raise CannotSplice(f'"{key}" of "{entry}" is not a list')
    if items.flow_style:
        return _into_flow(text, items, quoted(item))
    return _insert_line(text, _end(text, items), " " * items.start_mark.column + f"- {quoted(item)}")


def set_value(text: str, entry: str, key: str, value: Any, after: str | None = None) -> str:
    """`text` with the value of one key of an entry replaced, or the key added behind `after`."""
    record = _record(text, entry)
    old = _value(record, key)
    if old is None:
        return _with_key(text, record, after, key, value)
    if not isinstance(old, yaml.ScalarNode):
        raise CannotSplice(f'"{key}" of "{entry}" is not one value')
    if isinstance(value, str) and (old.style in BLOCKS or len(value) > WIDTH // 2):
        return _replace_text(text, record, old, value)
    return text[: old.start_mark.index] + scalar(value) + text[_end(text, old) :]


def append_record(text: str, record: Mapping[str, Any]) -> str:
    """`text`, a list of records or nothing yet, with one more at its end."""
    root = _root(text)
    if root is not None and (not isinstance(root, yaml.SequenceNode) or root.flow_style):
        raise CannotSplice("is not a list with an entry a paragraph")
    pad = " " * (root.start_mark.column if root is not None else 0)
    lines = _as_lines(record, pad + "  ")
    lines[0] = f"{pad}- {lines[0].lstrip()}"
    return _append(text, lines)


def append_key(text: str, key: str, values: Mapping[str, Any]) -> str:
    """`text`, a mapping or nothing yet, with one more key at its end that has keys and values of its own."""
    root = _root(text)
    if root is not None and (not isinstance(root, yaml.MappingNode) or root.flow_style):
        raise CannotSplice("is not keys and values, a line each")
    pad = " " * (root.start_mark.column if root is not None else 0)
    return _append(text, [f"{pad}{key}:", *_as_lines(values, pad + "  ")])


def remove_record(text: str, key: str, value: str) -> str:
    """`text`, a list of records, without the first that has this value for `key`."""
    root = _root(text)
    if not isinstance(root, yaml.SequenceNode) or root.flow_style:
        raise CannotSplice("is not a list with a record a paragraph")
    for record in root.value:
        found = _value(record, key) if isinstance(record, yaml.MappingNode) else None
        if isinstance(found, yaml.ScalarNode) and found.value.strip() == value:
            start = text.rfind("\n", 0, record.start_mark.index) + 1
            end = text.find("\n", _end(text, record))
            return text[:start] + (text[end + 1 :] if end >= 0 else "")
    raise CannotSplice(f'has no record with {key} "{value}"')


def scalar(value: Any) -> str:
    """A value on one line, plain where it reads as itself, otherwise in double quotes."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (date, int)):
        return str(value)
    is_plain = _PLAIN.fullmatch(value) and value == value.strip() and yaml.load(value, Loader=_LOADER) == value
    return value if is_plain else quoted(value)


def quoted(text: str) -> str:
    """A text on one line in double quotes, which say the same inside brackets and outside."""
    written: str = yaml.dump(text, default_style='"', allow_unicode=True, width=10**9)
    return written.rstrip("\n")


def _root(text: str) -> yaml.Node | None:
    loader = _LOADER(text)
    try:
        root: yaml.Node | None = loader.get_single_node()
        return root
    finally:
        loader.dispose()


def _record(text: str, entry: str) -> yaml.MappingNode:
    root = _root(text)
    for record in root.value if isinstance(root, yaml.SequenceNode) else ():
        found = _value(record, "id") if isinstance(record, yaml.MappingNode) else None
        if isinstance(found, yaml.ScalarNode) and found.value == entry:
            assert isinstance(record, yaml.MappingNode)
            return record
    raise CannotSplice(f'has no entry "{entry}"')


def _value(record: yaml.MappingNode, key: str) -> yaml.Node | None:
    return next((value for name, value in record.value if name.value == key), None)


def _end(text: str, node: yaml.Node) -> int:
    """Where the last character of a node stands, plus one. Marks of collections and blocks run on to what follows."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(text, last[1] if isinstance(last, tuple) else last)
    if isinstance(node, yaml.ScalarNode) and node.style in BLOCKS:
        return _end_of_block(text, node)
    return int(node.end_mark.index)


def _end_of_block(text: str, node: yaml.ScalarNode) -> int:
    _, end = _rest_of_line(text, node.start_mark.index)
    indent = _indent_of_block(text, node)
    for start, line in _lines_from(text, end):
        if line.strip() and _indent(line) < indent:
            break
        if line.strip():
            end = start + len(line.rstrip())
    return end


def _lines_from(text: str, index: int) -> list[tuple[int, str]]:
    """Each line behind the one that `index` is in: where it starts, and the line with its end."""
    start = text.find("\n", index) + 1
    lines = []
    for line in text[start:].split("\n") if start else ():
        lines.append((start, line))
        start += len(line) + 1
    return lines


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _indent_of_block(text: str, node: yaml.ScalarNode) -> int:
    """How far the lines of a block are indented: its first line says, where a figure in its header is relative."""
    for _, line in _lines_from(text, node.start_mark.index):
        if line.strip():
            return max(_indent(line), 1)
    return 1


def _into_flow(text: str, node: yaml.CollectionNode, written: str) -> str:
    """`written` as the last one between the brackets or braces of `node`."""
    if not node.value:
        inside = int(node.end_mark.index) - 1
        return text[:inside].rstrip() + written + text[inside:]
    last = node.value[-1]
    end = _end(text, last[1] if isinstance(last, tuple) else last)
    return f"{text[:end]}, {written}{text[end:]}"


def _with_key(text: str, record: yaml.MappingNode, after: str | None, key: str, value: Any) -> str:
    if record.flow_style:
        written = f"[{', '.join(map(quoted, value))}]" if isinstance(value, list) else scalar(value)
        return _into_flow(text, record, f"{key}: {written}")
    before = (_value(record, after) if after else None) or record
    lines = _as_lines({key: value}, " " * record.start_mark.column)
    return _insert_line(text, _end(text, before), "\n".join(lines))


def _insert_line(text: str, index: int, line: str) -> str:
    """`line` behind the line that `index` is in, with the ends of line that `text` has."""
    end = text.find("\n", index)
    if end < 0:
        return text + _ends_as(text, f"\n{line}")
    return text[: end + 1] + _ends_as(text, f"{line}\n") + text[end + 1 :]


def _append(text: str, lines: Sequence[str]) -> str:
    gap = "" if not text.strip() else ("\n" if text.endswith("\n") else "\n\n")
    return text + _ends_as(text, gap + "\n".join(lines) + "\n")


def _ends_as(text: str, added: str) -> str:
    return added.replace("\n", "\r\n") if "\r\n" in text else added


def _replace_text(text: str, record: yaml.MappingNode, old: yaml.ScalarNode, value: str) -> str:
    """A long text in the place of another, in its style; a comment behind the key stays, and so do equal paragraphs."""
    start, end = int(old.start_mark.index), _end(text, old)
    if record.flow_style:
        return text[:start] + quoted(value) + text[end:]
    is_block = old.style in BLOCKS
    pad = " " * (_indent_of_block(text, old) if is_block else record.start_mark.column + 2)
    old_lines = text[start:end].replace("\r\n", "\n").split("\n")
    if is_block:
        behind = _BLOCK_HEADER.sub("", old_lines[0], count=1)
    else:
        behind, end = _rest_of_line(text, end)
    header, *lines = _block(value, pad, "|" if old.style == "|" else ">", _paragraphs(old_lines[1:], old, pad))
    if is_block and header in (old_lines[0].removesuffix(behind) + "-", old_lines[0].removesuffix(behind)):
        header = old_lines[0].removesuffix(behind)
    if not lines:
        return text[:start] + header + behind + text[end:]
    return text[:start] + _ends_as(text, "\n".join([header + behind.rstrip(), *lines])) + text[end:]


def _rest_of_line(text: str, index: int) -> tuple[str, int]:
    """What follows on the line, and where the line ends."""
    end = text.find("\n", index)
    end = len(text) if end < 0 else end - text[:end].endswith("\r")
    return text[index:end], end


def _paragraphs(lines: Sequence[str], old: yaml.ScalarNode, pad: str) -> Mapping[str, list[str]]:
    """The lines that each paragraph of a folded text was written on."""
    if old.style != ">":
        return {}
    groups: list[list[str]] = [[]]
    for line in lines:
        if line.strip():
            groups[-1].append(line)
        else:
            groups.append([])
    return {" ".join(line.removeprefix(pad) for line in group): group for group in groups if group}


def _block(value: str, pad: str, style: str, written: Mapping[str, list[str]]) -> list[str]:
    """The header and the lines of a text as a block; one line in quotes where a block cannot hold it."""
    paragraphs = value.split("\n")
    if value != value.strip() or any(line != line.rstrip() or not line.isprintable() for line in paragraphs):
        return [quoted(value)]
    if style == "|" or any(line.startswith(("- ", " ")) for line in paragraphs):
        return ["|-", *(pad + line if line else "" for line in paragraphs)]
    lines = [">-"]
    for number, paragraph in enumerate(paragraphs):
        lines += [""] if number else []  # in a folded text an empty line is what a line end is elsewhere
        if paragraph:
            lines += written.get(paragraph) or _folded(paragraph, pad)
    return lines


def _folded(paragraph: str, pad: str) -> list[str]:
    """Lines that read as `paragraph` when single line ends are spaces."""
    if "  " in paragraph:
        return [pad + paragraph]
    return textwrap.wrap(
        paragraph, WIDTH, initial_indent=pad, subsequent_indent=pad, break_long_words=False, break_on_hyphens=False
    )


def _as_lines(values: Mapping[str, Any], pad: str) -> list[str]:
    """Keys and values as the shipped files have them: lists of ids in brackets, of texts a line each."""
    lines: list[str] = []
    for key, value in values.items():
        if isinstance(value, Mapping):
            inside = ", ".join(f"{name}: {scalar(item)}" for name, item in value.items())
            lines.append(f"{pad}{key}: {{{inside}}}")
        elif isinstance(value, (list, tuple)) and key == "also" and value:
            lines += [f"{pad}{key}:", *(f"{pad}  - {quoted(item)}" for item in value)]
        elif isinstance(value, (list, tuple)):
            lines.append(f"{pad}{key}: [{', '.join(map(scalar, value))}]")
        elif isinstance(value, str) and (key == "answer" or len(pad + key + value) > WIDTH):
            header, *rest = _block(value, pad + "  ", ">", {})
            lines += [f"{pad}{key}: {header}", *rest]
        else:
            lines.append(f"{pad}{key}: {scalar(value)}")
    return lines
