import { onWarning } from "@llm-orchestrator/secrets-core";
import fc from "fast-check";
import { size } from "secrets-tools/test-size";
import { afterAll, beforeAll, test } from "vitest";
import { SecretCache } from "../../src/index.js";
import { modelProperty } from "./perform.js";

let stop = () => {};
beforeAll(() => {
  stop = onWarning(() => {});
});
afterAll(() => stop());

test("no answer but those that the model allows, whatever is done to cache, backend and clocks", async () => {
  const property = modelProperty((store, options) => new SecretCache(store, options));
  await fc.assert(property, { seed: 1, numRuns: size(1_000, 10_000) });
}, 600_000);
