import type { Case, Concern } from "./case.js";
import { ConformanceError, Mismatch } from "./failure.js";
import { Lab } from "./lab.js";
import type { SecretStoreConformanceOptions } from "./options.js";

const defaultTimeoutMs = 4_500;

/** Runs one case on a store of its own, looks for leaks, and puts what fails into words. */
export async function runCase(
  concern: Concern,
  { name, run }: Case,
  options: SecretStoreConformanceOptions,
  shapes: Set<string>,
): Promise<void> {
  try {
    const lab = new Lab(options, await options.create(), shapes);
    try {
      const limitMs = options.timeoutMs ?? defaultTimeoutMs;
      await within(limitMs, lab.pending, () => checkPrototype(() => run(lab)));
      await lab.checkNoLeak();
    } finally {
      await lab.dispose();
    }
  } catch (failure) {
    throw new ConformanceError(concern.title, name, failure);
  }
}

async function checkPrototype(work: () => Promise<void>): Promise<void> {
  const before = Reflect.ownKeys(Object.prototype).length;
  await work();
  const after = Reflect.ownKeys(Object.prototype).length;
  if (before !== after) throw new Mismatch("Object.prototype stays as it is", "it was changed");
}

/** A runner without a limit of its own would wait for ever for a call that hangs. */
async function within(
  limitMs: number,
  pending: readonly string[],
  work: () => Promise<void>,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const expiry = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const waiting = pending.join(", ") || "nothing of the store";
      reject(new Mismatch(`a case ends within ${limitMs} ms`, `${waiting} had not settled`));
    }, limitMs);
  });
  try {
    await Promise.race([work(), expiry]);
  } finally {
    clearTimeout(timer);
  }
}
