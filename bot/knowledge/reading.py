"""Read one YAML file without trusting it: no aliases, no tags, no repeated keys, bounded in size and depth."""

from pathlib import Path

import yaml

MOST_BYTES = 2_000_000
DEEPEST = 12
LONGEST_NUMBER = 64  # characters; YAML reads 1:59:59… to the base of 60, which takes a minute for a megabyte of it
_PLAIN = {f"tag:yaml.org,2002:{kind}" for kind in ("bool", "float", "int", "map", "null", "seq", "str", "timestamp")}

# The C loader reads the shipped knowledge in a tenth of the time; some platforms' wheels come without it.
_Loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Unreadable(Exception):
    """The file cannot be used at all; the text says why, and on which line where that is known."""


def read_yaml(path: Path) -> object:
    """What `path` holds, as plain lists, dicts, texts, numbers and dates. Raises `Unreadable`."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror}") from error
    if len(raw) > MOST_BYTES:
        raise Unreadable(f"is {len(raw):,} bytes, and {MOST_BYTES:,} is the most")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Unreadable(f"is not UTF-8 text (byte {error.start})") from error
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return None
        _inspect(node)
        return loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        raise Unreadable(f"is not valid YAML{_line(error)}: {error.problem or error.context}") from error
    except (yaml.YAMLError, ValueError, RecursionError, OverflowError, KeyError, AttributeError) as error:
        # The last two are what PyYAML makes of a word that is marked as a yes or no, or as a date.
        raise Unreadable(f"is not valid YAML: {' '.join(str(error).split())}") from error
    finally:
        loader.dispose()


def _line(error: yaml.MarkedYAMLError) -> str:
    mark = error.problem_mark or error.context_mark
    return f" (line {mark.line + 1})" if mark else ""


def _inspect(root: yaml.Node) -> None:
    """Refuse aliases (a few can stand for billions of items), tags, endless numbers, repeated keys and deep nesting."""
    seen: set[int] = set()
    waiting: list[tuple[yaml.Node, int]] = [(root, 1)]
    while waiting:
        node, depth = waiting.pop()
        line = node.start_mark.line + 1
        if id(node) in seen:
            raise Unreadable(f"uses a YAML alias (line {line}); write the value out instead")
        seen.add(id(node))
        if depth > DEEPEST:
            raise Unreadable(f"is nested more than {DEEPEST} deep (line {line})")
        if node.tag not in _PLAIN:
            raise Unreadable(f"uses a YAML tag or a merge key (line {line}), which is not read")
        if isinstance(node, yaml.ScalarNode) and not node.tag.endswith(":str") and len(node.value) > LONGEST_NUMBER:
            raise Unreadable(f"has a number of {len(node.value):,} characters (line {line}); quotes make it a text")
        if isinstance(node, yaml.SequenceNode):
            waiting += [(child, depth + 1) for child in node.value]
        elif isinstance(node, yaml.MappingNode):
            keys: set[str] = set()
            for key, value in node.value:
                if isinstance(key, yaml.ScalarNode):
                    if key.value in keys:
                        raise Unreadable(f'has the key "{key.value}" twice (line {key.start_mark.line + 1})')
                    keys.add(key.value)
                waiting += [(key, depth + 1), (value, depth + 1)]
