import { onWarning } from "@llm-orchestrator/secrets-core";
import fc from "fast-check";
import { size } from "secrets-tools/test-size";
import { afterAll, beforeAll, test } from "vitest";
import type { SecretCacheOptions } from "../../src/index.js";
import { SecretCache } from "../../src/index.js";
import { abortProperty } from "./aborts.js";
import type { ScheduledStore } from "./scheduled-store.js";
import { replicaProperty, scheduleProperty } from "./schedules.js";

let stop = () => {};
beforeAll(() => {
  stop = onWarning(() => {});
});
afterAll(() => stop());

const make = (store: ScheduledStore, options: SecretCacheOptions) =>
  new SecretCache(store, options);
const runs = { seed: 1, numRuns: size(1_000, 10_000) };

test("no read shows what a write replaced, however requests and answers overtake each other", async () => {
  await fc.assert(scheduleProperty(make), runs);
}, 600_000);

test("nor when a replica answers that has not seen the last write", async () => {
  await fc.assert(replicaProperty(make), runs);
}, 600_000);

test("who cancels a read leaves alone; the last one takes it along", async () => {
  await fc.assert(abortProperty(make), runs);
}, 600_000);
