// Who may have stood beside an act, and so may have one to countersign: everybody but those who only look or administer.
const NOT_BESIDE: ReadonlySet<string> = new Set(["auditor", "admin"]);

export function mayStandBeside(roles: readonly string[]): boolean {
  return roles.some((role) => !NOT_BESIDE.has(role));
}
