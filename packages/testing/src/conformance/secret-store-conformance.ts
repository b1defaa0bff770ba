import { SecretError, type SecretStore } from "@llm-orchestrator/secrets-core";
import { concerns } from "./concerns.js";
import type {
  ConformanceSubject,
  ConformanceSummary,
  SecretStoreConformanceOptions,
} from "./options.js";
import { faultNames, planRun, type RunPlan } from "./plan.js";
import { runCase } from "./run-case.js";

/**
 * Defines the tests that every store of this contract must pass. Call it once in a backend's own
 * test file, under vitest, `node:test` or whatever has a `test(name, body)`. What is declared is
 * proven, what is not declared must be refused. Every failure says what the contract says, what
 * came, and where to read on.
 *
 * @returns What will be checked, and what cannot be shown with this harness.
 * @throws SecretError `CONFIGURATION` for a harness that lacks something.
 * @example
 * ```ts
 * import { test } from "node:test";
 * import { MemorySecretStore, secretStoreConformance } from "@llm-orchestrator/secrets-testing";
 *
 * const { notShown } = secretStoreConformance({
 *   test,
 *   create: () => new MemorySecretStore(),
 *   capabilities: {
 *     ...{ write: true, delete: true, restore: true, list: true, describe: true },
 *     ...{ versions: true, rotate: true, compareAndSet: true, binary: true, metadata: true },
 *     maxBatchSize: 20,
 *   },
 *   faults: {
 *     unavailable: (store) => {
 *       store.simulate("BACKEND_UNAVAILABLE");
 *       return () => store.simulate(undefined);
 *     },
 *   },
 * });
 * console.log(notShown); // the other faults
 * ```
 */
export function secretStoreConformance<Subject extends SecretStore | ConformanceSubject>(
  options: SecretStoreConformanceOptions<Subject>,
): ConformanceSummary {
  const harness = options as unknown as SecretStoreConformanceOptions;
  checkHarness(harness);
  const { selected, notShown } = planRun(concerns, harness);
  defineCases(selected, harness);
  const checked = selected.flatMap(({ concern: { title }, cases }) =>
    cases.map(({ name }) => `${title}: ${name}`),
  );
  return Object.freeze({ checked: Object.freeze(checked), notShown: Object.freeze(notShown) });
}

function defineCases(selected: RunPlan["selected"], harness: SecretStoreConformanceOptions): void {
  const { test, describe, title = "SecretStore contract" } = harness;
  const shapes = new Set<string>();
  const group = describe ?? ((_name: string, body: () => void) => body());
  group(title, () => {
    for (const { concern, cases } of selected) {
      group(concern.title, () => {
        for (const one of cases) {
          const name = describe ? one.name : `${concern.title}: ${one.name}`;
          test(name, () => runCase(concern, one, harness, shapes));
        }
      });
    }
  });
}

const optionNames: Readonly<Record<keyof SecretStoreConformanceOptions, true>> = {
  ...{ test: true, describe: true, title: true, capabilities: true, create: true, seed: true },
  ...{ faults: true, limits: true, keyFor: true, listedAs: true, timeoutMs: true },
};

function checkHarness(harness: SecretStoreConformanceOptions): void {
  const { test, create, capabilities, seed, faults = {} } = harness;
  if (typeof test !== "function") throw wrong("lacks test", "Pass the runner's own test or it");
  if (typeof create !== "function") {
    throw wrong("lacks create", "Pass () => new YourSecretStore()");
  }
  if (typeof capabilities !== "object") {
    throw wrong("lacks capabilities", "Write down what the store is meant to be able to do");
  }
  if (!capabilities.write && !seed) {
    throw wrong("lacks seed", "A store that cannot write needs secrets put by other means");
  }
  const option = Object.keys(harness).find((name) => !Object.hasOwn(optionNames, name));
  if (option !== undefined) {
    throw wrong(`has no option "${option}"`, `It takes ${Object.keys(optionNames).join(", ")}`);
  }
  const fault = Object.keys(faults).find((name) => !Object.hasOwn(faultNames, name));
  if (fault === undefined) return;
  throw wrong(`has no fault "${fault}"`, `It knows ${Object.keys(faultNames).join(", ")}`);
}

function wrong(what: string, fix: string): SecretError {
  return new SecretError("CONFIGURATION", {
    reason: "bad-argument",
    detail: `secretStoreConformance ${what}`,
    fix,
  });
}
