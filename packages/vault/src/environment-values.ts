import { invalid } from "./invalid-option.js";

/** One that is set to more than blanks. */
export interface Variable {
  readonly name: string;
  readonly text: string;
}

/** Go's `ParseBool` in any case, and yes and no. */
export function readFlag(variable: Variable | undefined): boolean {
  if (variable === undefined || /^(?:0|f|false|no)$/i.test(variable.text)) return false;
  if (/^(?:1|t|true|yes)$/i.test(variable.text)) return true;
  throw wrong(variable, "true or false");
}

const unitsMs: Readonly<Record<string, number>> = {
  ...{ ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1_000, m: 60_000, h: 3_600_000 },
};
const part = /(\d+\.?\d*|\.\d+)(ns|us|µs|ms|[smh])/g;
const duration = new RegExp(`^(?:${part.source})+$`);
/** Longest timer of Node's. */
const longestMs = 2_147_483_647;

/** Milliseconds: seconds without a unit, or what Go's `ParseDuration` takes. */
export function readDuration(variable: Variable | undefined): number | undefined {
  if (variable === undefined) return undefined;
  const durationMs = Math.round(toMs(variable.text));
  if (durationMs >= 1 && durationMs <= longestMs) return durationMs;
  throw wrong(variable, 'seconds from 1 on, or a time such as "1m30s", of 24 days at most');
}

function toMs(text: string): number {
  if (/^\d+$/.test(text)) return Number(text) * 1_000;
  if (!duration.test(text)) return Number.NaN;
  const parts = [...text.matchAll(part)];
  return parts.reduce((sum, [, count, unit = ""]) => sum + Number(count) * (unitsMs[unit] ?? 0), 0);
}

export function readRetries(variable: Variable | undefined): number | undefined {
  if (variable === undefined) return undefined;
  if (/^(?:\d|10)$/.test(variable.text)) return Number(variable.text);
  throw wrong(variable, "a whole number from 0 to 10");
}

/** The text is not quoted: a token may have been put there. */
function wrong({ name }: Variable, expected: string): Error {
  return invalid(`the variable ${name} cannot be used`, `Set it to ${expected}`);
}
