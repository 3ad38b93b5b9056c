"""What a new contract takes away from those who rely on the old one.

A request may ask for less and an answer may say more; the other way round, somebody's program stops working.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Document = Mapping[str, Any]
Schema = Mapping[str, Any] | bool

_METHODS = ("get", "put", "post", "delete", "patch", "options", "head", "trace")
_LOWER_IS_NARROWER = ("maxLength", "maxItems", "maximum", "exclusiveMaximum", "maxProperties")
_HIGHER_IS_NARROWER = ("minLength", "minItems", "minimum", "exclusiveMinimum", "minProperties")


def breaking_changes(old: Document, new: Document) -> list[str]:
    """Return every change that can break a caller, in words; empty when each of them can go on as before."""
    return list(_Comparison(old, new).paths())


@dataclass
class _Comparison:
    old: Document
    new: Document
    _seen: set[tuple[str, str, bool]] = field(default_factory=set)

    def paths(self) -> Iterator[str]:
        for path, operations in self.old["paths"].items():
            if path not in self.new["paths"]:
                yield f"{path} is gone"
                continue
            for method in _METHODS:
                if method not in operations:
                    continue
                where = f"{method.upper()} {path}"
                if method not in self.new["paths"][path]:
                    yield f"{where} is gone"
                else:
                    yield from self._operation(where, operations[method], self.new["paths"][path][method])

    def _operation(self, where: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
        if new.get("security") and not old.get("security"):
            yield f"{where} asks for a token now"
        yield from self._parameters(where, old, new)
        yield from self._request(where, old.get("requestBody"), new.get("requestBody"))
        for status, response in old["responses"].items():
            if status not in new["responses"]:
                yield f"{where} no longer answers {status}"
            else:
                yield from self._response(f"{where} → {status}", response, new["responses"][status])

    def _parameters(self, where: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
        before = {(one["in"], one["name"]): one for one in map(self._old, old.get("parameters", ()))}
        after = {(one["in"], one["name"]): one for one in map(self._new, new.get("parameters", ()))}
        for place, name in before.keys() - after.keys():
            yield f"{where} no longer reads {place} {name}"
        for key, parameter in after.items():
            label = f"{where} {key[0]} {key[1]}"
            if parameter.get("required") and not before.get(key, {}).get("required"):
                yield f"{label} is required now"
            if key in before:
                yield from self._narrowed(label, before[key].get("schema", {}), parameter.get("schema", {}))

    def _request(self, where: str, old: Any, new: Any) -> Iterator[str]:
        if old is None or new is None:
            if new is not None and self._new(new).get("required"):
                yield f"{where} needs a body now"
            if old is not None:
                yield f"{where} no longer reads a body"
            return
        old, new = self._old(old), self._new(new)
        if new.get("required") and not old.get("required"):
            yield f"{where} needs a body now"
        for media, content in old["content"].items():
            if media not in new["content"]:
                yield f"{where} no longer reads {media}"
            else:
                yield from self._narrowed(
                    f"{where} body", content.get("schema", {}), new["content"][media].get("schema", {})
                )

    def _response(self, where: str, old: Any, new: Any) -> Iterator[str]:
        old, new = self._old(old), self._new(new)
        for name in old.get("headers", {}).keys() - new.get("headers", {}).keys():
            yield f"{where} no longer has the header {name}"
        for media, content in old.get("content", {}).items():
            if media not in new.get("content", {}):
                yield f"{where} is no longer given as {media}"
            else:
                yield from self._widened(where, content.get("schema", {}), new["content"][media].get("schema", {}))
        for code in _codes(old) - _codes(new):
            yield f"{where} lost the code {code}"

    def _narrowed(self, where: str, old: Schema, new: Schema) -> Iterator[str]:
        """What was accepted must still be."""
        yield from self._compared(where, old, new, sent=True)

    def _widened(self, where: str, old: Schema, new: Schema) -> Iterator[str]:
        """What is answered must be something that was answered before."""
        yield from self._compared(where, old, new, sent=False)

    def _compared(self, where: str, old: Schema, new: Schema, *, sent: bool) -> Iterator[str]:
        refs = (_ref(old), _ref(new))
        if any(refs):
            key = (*refs, sent)
            if key in self._seen and all(refs):
                return
            self._seen.add(key)
        old, new = self._old(old), self._new(new)
        narrow, wide = (new, old) if sent else (old, new)  # what must not be the narrower of the two comes first
        if old.get("anyOf") or new.get("anyOf"):
            yield from self._branches(where, old, new, sent=sent)
            return
        gone = _types(wide) - _types(narrow)
        if gone:
            yield f"{where}: {'no longer takes' if sent else 'may now be'} {', '.join(sorted(gone))}"
        yield from _enumerated(where, narrow, wide, sent=sent)
        if sent:
            yield from _bounded(where, old, new)
        yield from self._members(where, old, new, sent=sent)
        if "items" in old and "items" in new:
            yield from self._compared(f"{where}[]", old["items"], new["items"], sent=sent)

    def _branches(self, where: str, old: Mapping[str, Any], new: Mapping[str, Any], *, sent: bool) -> Iterator[str]:
        before, after = old.get("anyOf") or [old], new.get("anyOf") or [new]
        for branch in before if sent else after:
            others = after if sent else before
            pairs = ((branch, one) if sent else (one, branch) for one in others)
            if all(self._differ(where, *pair, sent=sent) for pair in pairs):
                yield f"{where}: {'no longer takes' if sent else 'may now be'} {_ref(branch) or _types(branch)}"

    def _differ(self, where: str, old: Schema, new: Schema, *, sent: bool) -> bool:
        # On a copy: a trial that leads nowhere must leave no trace in what was seen.
        trial = _Comparison(self.old, self.new, set(self._seen))
        return any(True for _ in trial._compared(where, old, new, sent=sent))

    def _members(self, where: str, old: Mapping[str, Any], new: Mapping[str, Any], *, sent: bool) -> Iterator[str]:
        before, after = old.get("properties", {}), new.get("properties", {})
        needed, given = set(old.get("required", ())), set(new.get("required", ()))
        if sent:
            for name in sorted(given - needed):
                yield f"{where}.{name} is required now"
            if new.get("additionalProperties", True) is False:
                for name in sorted(before.keys() - after.keys()):
                    yield f"{where}.{name} is no longer read"
                if old.get("additionalProperties", True) is not False:
                    yield f"{where} no longer takes unknown members"
        else:
            for name in sorted(needed - given):
                yield f"{where}.{name} is no longer always there"
            for name in sorted(before.keys() - after.keys() - needed):
                yield f"{where}.{name} is no longer there"
        for name in sorted(before.keys() & after.keys()):
            yield from self._compared(f"{where}.{name}", before[name], after[name], sent=sent)

    def _old(self, value: Any) -> Any:
        return _resolved(value, self.old)

    def _new(self, value: Any) -> Any:
        return _resolved(value, self.new)


def _ref(value: Any) -> str:
    return str(value.get("$ref", "")) if isinstance(value, Mapping) else ""


def _resolved(value: Any, document: Document) -> Any:
    if isinstance(value, bool):
        return {} if value else {"not": {}}
    while "$ref" in value:
        target: Any = document
        for part in value["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        value = target
    return value


def _codes(response: Mapping[str, Any]) -> set[str]:
    return {code for content in response.get("content", {}).values() for code in content.get("examples", {})}


_EVERY_TYPE = frozenset({"string", "integer", "number", "boolean", "object", "array", "null"})


def _types(schema: Mapping[str, Any]) -> frozenset[str]:
    named = schema.get("type")
    if named is None:
        return _EVERY_TYPE
    types = frozenset({named} if isinstance(named, str) else named)
    return types | {"integer"} if "number" in types else types


def _enumerated(where: str, narrow: Mapping[str, Any], wide: Mapping[str, Any], *, sent: bool) -> Iterator[str]:
    few, many = _values(narrow), _values(wide)
    if few is None:
        return
    if many is None:
        yield f"{where}: {'only takes' if sent else 'may now be other than'} {sorted(map(str, few))}"
    elif many - few:
        yield f"{where}: {'no longer takes' if sent else 'may now be'} {sorted(map(str, many - few))}"


def _values(schema: Mapping[str, Any]) -> set[Any] | None:
    if "const" in schema:
        return {schema["const"]}
    return set(schema["enum"]) if "enum" in schema else None


def _bounded(where: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for name in _LOWER_IS_NARROWER:
        if name in new and (name not in old or new[name] < old[name]):
            yield f"{where}: {name} is {new[name]} now"
    for name in _HIGHER_IS_NARROWER:
        if name in new and (name not in old or new[name] > old[name]):
            yield f"{where}: {name} is {new[name]} now"
    for name in ("pattern", "format"):
        if name in new and new[name] != old.get(name):
            yield f"{where}: {name} is {new[name]} now"
