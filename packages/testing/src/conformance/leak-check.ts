import { inspect } from "node:util";
import { assertNoneOf } from "../leak/assert-no-leak.js";
import { deepText } from "../leak/deep-text.js";
import { type Needle, needlesOf } from "../leak/encodings.js";
import { search } from "../leak/haystack.js";
import { Mismatch } from "./failure.js";

const rule = "no error, event, warning, result or printed line holds a value";
const everything = {
  ...{ depth: 12, showHidden: true, maxArrayLength: null, maxStringLength: null },
};

/** Everything that came out of a store in one case. */
export interface Findings {
  readonly seen: readonly unknown[];
  readonly events: readonly unknown[];
  readonly printed: readonly string[];
}

/**
 * Looks for the canaries in all of it at once, and sends the first object of each kind through
 * every channel of the probe: all objects through all channels would take minutes.
 *
 * @param shapes The kinds that went through before, and now.
 */
export async function checkFindings(
  findings: Findings,
  canaries: readonly string[],
  shapes: Set<string>,
): Promise<void> {
  const text = `${deepText(findings)}\n${inspect(findings, everything)}`;
  const needles = needlesOf(canaries);
  const hits = search([{ channel: "output", text }], needles);
  for (const subject of [...findings.seen, ...findings.events]) {
    if (hits.length > 0 || isNew(shapeOf(subject), shapes)) await probe(subject, needles);
  }
  if (hits.length === 0) return;
  throw new Mismatch(rule, `a value, ${hits.map(({ encoding }) => encoding).join(", ")}`);
}

async function probe(subject: unknown, needles: readonly Needle[]): Promise<void> {
  try {
    await assertNoneOf(needles, subject, { slowChannels: false });
  } catch (error) {
    const { code, operation } = subject as Record<string, unknown>;
    const what = [code, operation, subject?.constructor?.name].find(Boolean) ?? "an object";
    throw new Mismatch(rule, `in ${String(what)}: ${(error as Error).message}`);
  }
}

function isNew(shape: string, shapes: Set<string>): boolean {
  const { size } = shapes;
  return shapes.add(shape).size > size;
}

function shapeOf(subject: unknown): string {
  const { code, reason } = subject as Record<string, unknown>;
  const kind = subject?.constructor?.name;
  const names = Array.isArray(subject) ? [] : Reflect.ownKeys(subject as object).map(String);
  return JSON.stringify([kind, code, reason, names]);
}
