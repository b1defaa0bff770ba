import { AssertionError } from "node:assert";
import { SecretError } from "@llm-orchestrator/secrets-core";
import type { LeakChannel, LeakChannels } from "./channel.js";
import { conversionChannels } from "./conversion-channels.js";
import { copyChannels } from "./copy-channels.js";
import { type Needle, needlesOf } from "./encodings.js";
import { errorChannels } from "./error-channels.js";
import { type Haystack, type Hit, outputOf, search } from "./haystack.js";
import { memberChannels } from "./member-channels.js";
import { misuseChannels } from "./misuse-channels.js";
import { printChannels } from "./print-channels.js";
import { slowChannels } from "./slow-channels.js";
import { warningChannel } from "./warning-channel.js";

/** Shows the subject the way a third party does, as text: a logger's line, a formatter's diff. */
export type LeakPrinter = (subject: unknown) => string | Promise<string>;

/** How {@link assertNoLeak} looks. */
export interface LeakOptions {
  /** Printers of third parties by name, tried beside Node's own channels. */
  readonly printers?: Readonly<Record<string, LeakPrinter>>;
  /**
   * Also a worker thread and the diagnostic report, some 50 ms a subject beside the 10 ms of all
   * others. Default true; false for hundreds of subjects.
   */
  readonly slowChannels?: boolean;
}

/** Shorter ones occur by chance. */
const minimumCanaryBytes = 8;

const inProcessChannels: LeakChannels = {
  ...printChannels,
  ...conversionChannels,
  ...copyChannels,
  ...errorChannels,
  ...memberChannels,
  ...misuseChannels,
  "process.emitWarning": warningChannel,
};

/**
 * Fails when a secret can be seen in an object: prints, converts, copies, clones and throws it in
 * every way that Node offers, and looks for the canaries in what comes out: as they are, escaped,
 * URL-encoded, in base64, hex, as lists of bytes and so on. Works under any test runner.
 *
 * @param subject Any object: a store, an error, an event, a client. A function is called, and
 * what it throws or rejects with is searched; wrap one that is itself the subject in an object. Of a promise the outcome is searched.
 * @param canaries The secrets that must not be seen, at least 8 bytes each. Random ones: a text
 * that occurs elsewhere counts as a leak.
 * @throws AssertionError that names channel and encoding, and never shows the canary.
 * @throws SecretError `CONFIGURATION` for canaries that could not be found for certain.
 * @example
 * ```ts
 * import { assertNoLeak, MemorySecretStore } from "@llm-orchestrator/secrets-testing";
 *
 * const canary = "canary-5f0c3b9a71";
 * const store = MemorySecretStore.from({ "database/password": canary });
 * await assertNoLeak(store, [canary]);
 * await assertNoLeak(() => store.getSecret("database/user"), [canary]); // the error
 * ```
 */
export async function assertNoLeak(
  subject: unknown,
  canaries: readonly (string | Uint8Array)[],
  options: LeakOptions = {},
): Promise<void> {
  checkCanaries(canaries);
  await assertNoneOf(needlesOf(canaries), subject, options);
}

/** The same for who looks for them in many subjects: making the spellings takes a millisecond. */
export async function assertNoneOf(
  needles: readonly Needle[],
  subject: unknown,
  options: LeakOptions,
): Promise<void> {
  const haystacks = await gather(await targetOf(subject), options);
  const hits = search(haystacks, needles);
  if (hits.length > 0) throw new AssertionError({ message: describe(hits, haystacks.length) });
}

function checkCanaries(canaries: readonly (string | Uint8Array)[]): void {
  const isLongEnough = (canary: string | Uint8Array) =>
    Buffer.from(canary as string).length >= minimumCanaryBytes;
  if (Array.isArray(canaries) && canaries.length > 0 && canaries.every(isLongEnough)) return;
  throw new SecretError("CONFIGURATION", {
    reason: "bad-argument",
    detail: `the canaries of assertNoLeak are missing or shorter than ${minimumCanaryBytes} bytes`,
    fix: "Pass the secrets to look for in an array, such as random text of 16 characters",
  });
}

/** In an array, so that waiting for it does not unwrap a thenable subject. */
async function targetOf(subject: unknown): Promise<readonly [target: unknown]> {
  if (typeof subject === "function") return [await thrownBy(subject as () => unknown)];
  if (!(subject instanceof Promise)) return [subject];
  return subject.then(
    (value) => [value] as const,
    (error: unknown) => [error] as const,
  );
}

async function thrownBy(call: () => unknown): Promise<unknown> {
  try {
    await call();
  } catch (error) {
    return error;
  }
  throw new AssertionError({
    message: "assertNoLeak was given a function to search its error, and the function succeeded.",
  });
}

async function gather([subject]: readonly [unknown], options: LeakOptions): Promise<Haystack[]> {
  const { printers = {}, slowChannels: withSlow = true } = options;
  const channels = Object.entries({ ...inProcessChannels, ...(withSlow && slowChannels) });
  const haystacks: Haystack[] = [];
  for (const [channel, steps] of channels) {
    haystacks.push({ channel, text: await runChannel(steps, subject) });
  }
  for (const [channel, printer] of Object.entries(printers)) {
    haystacks.push({ channel, text: await runPrinter(channel, printer, subject) });
  }
  return haystacks;
}

async function runChannel(steps: LeakChannel, subject: unknown): Promise<string> {
  const outputs = new Set<string>();
  for (const step of steps) outputs.add(await outputOf(() => step(subject)));
  return [...outputs].join("\n");
}

/** One that fails or gives no text has shown nothing, which is no proof. */
async function runPrinter(name: string, printer: LeakPrinter, subject: unknown): Promise<string> {
  let printed: unknown;
  try {
    printed = await printer(subject);
  } catch {
    printed = undefined; // its error may quote the subject
  }
  if (typeof printed === "string") return printed;
  throw new AssertionError({ message: `The printer ${name} threw or returned no text.` });
}

function describe(hits: readonly Hit[], channelCount: number): string {
  const lines = new Map<string, Set<string>>();
  for (const { channel, canary, encoding } of hits) {
    const line = `${channel}: canary ${canary}`;
    lines.set(line, (lines.get(line) ?? new Set()).add(encoding));
  }
  const channels = new Set(hits.map(({ channel }) => channel));
  return [
    `A secret can be seen in ${channels.size} of ${channelCount} channels.`,
    ...[...lines].map(([line, encodings]) => `  ${line} (${[...encodings].join(", ")})`),
    "Keep values in a SecretValue, and build errors and events from fields that hold none.",
  ].join("\n");
}
