// Server-sent events as they come in pieces (WHATWG HTML, 9.2.6), as far as the board's stream uses them.

export interface Told {
  readonly name: string;
  /** Where to go on after it; "" where it says nothing of that. */
  readonly id: string;
}

/** The whole events in what has come so far, and what is left for the next piece. Comments are the line's own pulse. */
export function eventsIn(text: string): { readonly events: readonly Told[]; readonly rest: string } {
  const blocks = text.replaceAll("\r\n", "\n").split("\n\n");
  const rest = blocks.pop() ?? "";
  const events = blocks.flatMap((block) => {
    const fields = new Map(block.split("\n").map((line) => fieldOf(line)));
    return fields.has("data") ? [{ name: fields.get("event") ?? "message", id: fields.get("id") ?? "" }] : [];
  });
  return { events, rest };
}

function fieldOf(line: string): readonly [string, string] {
  const colon = line.indexOf(":");
  return colon < 0 ? [line, ""] : [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, "")];
}
