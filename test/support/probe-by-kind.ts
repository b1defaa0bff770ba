import { AssertionError } from "node:assert";
import { inspect } from "node:util";
import { assertNoLeak } from "@llm-orchestrator/secrets-testing";
import { size } from "secrets-tools/test-size";

/** Of each kind this many go through the whole probe; in `npm run test:deep` all do. */
const wholeProbes = size(3, Number.POSITIVE_INFINITY);
const probed = new Map<string, number>();

const everything = { depth: 20, showHidden: true, maxArrayLength: null, maxStringLength: null };

/**
 * As `assertNoLeak`, for hundreds of subjects of which many are of the same class and have the same
 * properties: the first of a kind are probed, of the others all that is in them is printed.
 *
 * @throws AssertionError
 */
export async function probeByKind(
  kind: string,
  subject: unknown,
  canaries: readonly string[],
): Promise<void> {
  const count = (probed.get(kind) ?? 0) + 1;
  probed.set(kind, count);
  if (count <= wholeProbes) return assertNoLeak({ subject }, canaries, { slowChannels: false });
  const prints = printsOf(subject);
  if (!canaries.flatMap(spellings).some((text) => prints.includes(text))) return;
  throw new AssertionError({ message: `A secret can be seen in what is printed of: ${kind}` });
}

function printsOf(subject: unknown): string {
  return [
    inspect(subject, everything),
    inspect(subject, { ...everything, customInspect: false, getters: true }),
    jsonOf(subject),
  ].join("\n");
}

function jsonOf(subject: unknown): string {
  try {
    return JSON.stringify({ subject });
  } catch {
    return ""; // a circle, of which nobody sees anything
  }
}

function spellings(canary: string): string[] {
  const inText = [canary, JSON.stringify(canary).slice(1, -1), inspect(canary).slice(1, -1)];
  return [...inText, encodeURIComponent(canary), btoa(encodeURIComponent(canary)).slice(0, -4)];
}
