// How the screens are loaded that a scan leads to: somebody waits for them, so they are here before they are shown. Asking
// for a module takes a slow tablet 60 ms, also where it has long been loaded.

export const BAG = () => import("./bag.tsx").then(({ BagScreen }) => BagScreen);
export const STEP = () => import("./step.tsx").then(({ StepScreen }) => StepScreen);
export const VERDICT = () => import("./verdict.tsx").then(({ Verdict }) => Verdict);
