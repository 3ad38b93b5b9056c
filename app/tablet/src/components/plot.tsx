// One probe as a picture: its line, its limit, what happened, and above all what nobody knows. Loaded when it is needed.
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import type { Curve } from "../core/curves/picture.ts";
import { lineOf } from "../core/curves/picture.ts";
import { language } from "../i18n/index.ts";
import { dark } from "./theme.ts";

const HEIGHT = 300;
/** However short something lasts, and however long the picture: nothing that is unknown or warm is thinner than this. */
const THINNEST = 4;
const DAY = 86_400_000;

export interface Picture {
  readonly curve: Curve;
  readonly span: readonly [number, number];
  readonly scale: readonly [number, number];
  readonly limit: number | null;
  readonly limitText: string;
  readonly timeText: string;
  readonly events: readonly number[];
  readonly label: string;
}

export function Plot(picture: Picture) {
  const place = useRef<HTMLDivElement>(null);
  const { curve, limit, events } = picture;
  useEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    const plot = drawn(picture, element);
    const watch = new ResizeObserver(() => {
      const width = element.clientWidth;
      if (width > 0 && width !== plot.width) plot.setSize({ width, height: HEIGHT });
    });
    watch.observe(element);
    return () => {
      watch.disconnect();
      plot.destroy();
    };
  }, [curve, limit, events, language.value, dark.value]);
  return <div class="plot" role="img" aria-label={picture.label} ref={place} />;
}

function drawn(picture: Picture, element: HTMLElement): uPlot {
  const { curve, span, scale, limit } = picture;
  const ink = inks(element);
  const line = lineOf(curve, limit);
  const font = "16px system-ui, sans-serif";
  const axis = { stroke: ink.ink, font, grid: { stroke: ink.hair, width: 1 }, ticks: { stroke: ink.hair, width: 1 } };
  const degrees = new Intl.NumberFormat(language.value, { maximumFractionDigits: 2 });
  const moment = new Intl.DateTimeFormat(language.value === "fr" ? "fr-FR" : "en-GB", { dateStyle: "short", timeStyle: "medium" });
  const shown = (value: number | null): string => (value === null ? "–" : `${degrees.format(value)} °C`);
  return new uPlot(
    {
      width: element.clientWidth || 600,
      height: HEIGHT,
      ms: 1,
      scales: { x: { time: true, range: [span[0], span[1]] }, y: { range: [scale[0], scale[1]] } },
      axes: [
        { ...axis, space: 90, values: (_plot, splits, _axis, _space, step) => splits.map((at) => tick(at, step)) },
        { ...axis, size: 72, values: (_plot, splits) => splits.map((at) => degrees.format(at)) },
      ],
      series: [
        { label: picture.timeText, value: (_plot, at) => (at === null ? "–" : moment.format(at)) },
        { label: curve.name, stroke: ink.accent, width: 2, spanGaps: false, points: { show: false }, value: (_plot, at) => shown(at) },
      ],
      cursor: { drag: { x: false, y: false } },
      hooks: {
        drawClear: [(plot) => bands(plot, curve, ink)],
        draw: [
          (plot) => {
            if (limit !== null) border(plot, limit / 1000, picture.limitText, ink);
            picture.events.forEach((at) => mark(plot, at, ink));
            line.alone.forEach((at) => dot(plot, line.times[at] ?? 0, line.degrees[at] ?? 0, ink.bad));
            curve.excursions.forEach(({ peak_ms, peak_mC }) => dot(plot, peak_ms, peak_mC / 1000, ink.bad));
          },
        ],
      },
    },
    [[...line.times], [...line.degrees]],
    element,
  );
}

type Inks = Readonly<Record<"ink" | "hair" | "accent" | "warn" | "warn-ground" | "bad" | "bad-ground" | "surface", string>>;

/** A canvas knows no variables of a style sheet: what they are here and now. */
function inks(element: HTMLElement): Inks {
  const sample = document.createElement("span");
  element.append(sample);
  const of = (name: keyof Inks): string => {
    sample.style.color = `var(--${name})`;
    return getComputedStyle(sample).color;
  };
  const found: Inks = {
    ink: of("ink"),
    hair: of("hair"),
    accent: of("accent"),
    warn: of("warn"),
    "warn-ground": of("warn-ground"),
    bad: of("bad"),
    "bad-ground": of("bad-ground"),
    surface: of("surface"),
  };
  sample.remove();
  return found;
}

function bands(plot: uPlot, { unknown, excursions }: Curve, ink: Inks): void {
  const hatch = hatched(plot, ink);
  for (const [start, end] of unknown) band(plot, start, end, ink["warn-ground"]);
  for (const { start_ms, end_ms } of excursions) band(plot, start_ms, end_ms, ink["bad-ground"]);
  // Over both: what was warm and badly watched is red and hatched.
  if (hatch) for (const [start, end] of unknown) band(plot, start, end, hatch);
}

function band(plot: uPlot, start: number, end: number | null, fill: string | CanvasPattern): void {
  const { left, top, width, height } = plot.bbox;
  const least = THINNEST * devicePixelRatio;
  const from = Math.max(left, plot.valToPos(start, "x", true));
  const to = Math.min(left + width, end === null ? left + width : plot.valToPos(end, "x", true));
  if (to < left || from > left + width) return;
  const wide = Math.max(least, to - from);
  plot.ctx.fillStyle = fill;
  plot.ctx.fillRect(Math.min(from - (wide - (to - from)) / 2, left + width - wide), top, wide, height);
}

function hatched(plot: uPlot, ink: Inks): CanvasPattern | null {
  const size = Math.round(12 * devicePixelRatio);
  const tile = document.createElement("canvas");
  tile.width = tile.height = size;
  const pen = tile.getContext("2d");
  if (!pen) return null;
  pen.strokeStyle = ink.warn;
  pen.lineWidth = 2 * devicePixelRatio;
  // Three strokes, so that the pattern goes on from tile to tile.
  for (const shift of [-size, 0, size]) {
    pen.moveTo(shift, size);
    pen.lineTo(shift + size, 0);
  }
  pen.stroke();
  return plot.ctx.createPattern(tile, "repeat");
}

function border(plot: uPlot, degrees: number, text: string, ink: Inks): void {
  const { left, width } = plot.bbox;
  const { ctx } = plot;
  const at = plot.valToPos(degrees, "y", true);
  ctx.save();
  ctx.strokeStyle = ctx.fillStyle = ink.bad;
  ctx.lineWidth = 2 * devicePixelRatio;
  ctx.setLineDash([10 * devicePixelRatio, 6 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(left, at);
  ctx.lineTo(left + width, at);
  ctx.stroke();
  ctx.font = `600 ${16 * devicePixelRatio}px system-ui, sans-serif`;
  ctx.textAlign = "right";
  const above = at - plot.bbox.top > 28 * devicePixelRatio;
  ctx.textBaseline = above ? "bottom" : "top";
  const line = at + (above ? -6 : 8) * devicePixelRatio;
  // A word is read on any ground: over a hatched one it stands on its own.
  ctx.lineWidth = 6 * devicePixelRatio;
  ctx.setLineDash([]);
  ctx.strokeStyle = ink.surface;
  ctx.lineJoin = "round";
  ctx.strokeText(text, left + width - 12 * devicePixelRatio, line);
  ctx.fillText(text, left + width - 12 * devicePixelRatio, line);
  ctx.restore();
}

function mark(plot: uPlot, at: number, ink: Inks): void {
  const { left, top, width, height } = plot.bbox;
  const { ctx } = plot;
  const x = plot.valToPos(at, "x", true);
  if (x < left || x > left + width) return;
  const size = 7 * devicePixelRatio;
  ctx.save();
  ctx.fillStyle = ctx.strokeStyle = ink.ink;
  ctx.lineWidth = devicePixelRatio;
  ctx.beginPath();
  ctx.moveTo(x, top);
  ctx.lineTo(x, top + height);
  ctx.stroke();
  ctx.beginPath();
  ctx.moveTo(x - size, top);
  ctx.lineTo(x + size, top);
  ctx.lineTo(x, top + 1.6 * size);
  ctx.fill();
  ctx.restore();
}

function dot(plot: uPlot, at: number, degrees: number, fill: string): void {
  const { ctx } = plot;
  ctx.save();
  ctx.fillStyle = fill;
  ctx.beginPath();
  ctx.arc(plot.valToPos(at, "x", true), plot.valToPos(degrees, "y", true), 5 * devicePixelRatio, 0, 2 * Math.PI);
  ctx.fill();
  ctx.restore();
}

/** What stands below a tick: the hour, the day at midnight, the month and its year in January. */
function tick(at: number, step: number): string {
  const when = new Date(at);
  const midnight = when.getHours() === 0 && when.getMinutes() === 0;
  const parts: Intl.DateTimeFormatOptions =
    step < DAY && !midnight
      ? { hour: "2-digit", minute: "2-digit" }
      : step < 28 * DAY
        ? { day: "numeric", month: "short" }
        : when.getMonth() === 0
          ? { month: "short", year: "numeric" }
          : { month: "short" };
  return new Intl.DateTimeFormat(language.value === "fr" ? "fr-FR" : "en-GB", parts).format(when);
}
