// A countdown: what is left in big digits, and in words and shape as well as in colour when it runs out.
import { signal } from "@preact/signals";
import { t } from "../i18n/index.ts";

/** This device's clock, once a second; one ticker for every countdown there is. */
export const now = signal(Date.now());
if (typeof document !== "undefined") setInterval(() => (now.value = Date.now()), 1_000);

/** Below this much (milliseconds) a countdown is amber. */
const SOON = 15 * 60_000;

export function Countdown({ until }: { readonly until: string }) {
  const left = Date.parse(until) - now.value;
  const urgency = left < 0 ? "over" : left < SOON ? "soon" : "calm";
  return (
    <span class={`countdown ${urgency}`}>
      <small>{t(left < 0 ? "clock.over" : "clock.left")}</small> <time dateTime={until}>{length(Math.abs(left) / 1000)}</time>
    </span>
  );
}

/** Seconds as people read them: 4:09, 1:04:09, 3 days; what began after the last tick has lasted for none. */
export function length(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (value: number): string => String(value).padStart(2, "0");
  if (whole >= 2 * 86_400) return `${Math.floor(whole / 86_400)} ${t("clock.days")}`;
  const hours = Math.floor(whole / 3_600);
  const rest = `${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest.replace(/^0/, "");
}
