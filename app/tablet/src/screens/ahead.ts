// How a screen is loaded that must be here before it is shown.

export const VERDICT = () => import("./verdict.tsx").then(({ Verdict }) => Verdict);
