import { inspect } from "node:util";
import { assertNoLeak } from "@llm-orchestrator/secrets-testing";
import { size } from "secrets-tools/test-size";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { isRefusal } from "../acceptance/errors.js";
import { askIn, errorOf } from "../acceptance/every-way.js";
import { subjects } from "../acceptance/subjects.js";
import { key, makeWorld, newKey, oldKey } from "../acceptance/world.js";
import { answer, startMockService } from "./mock-service.js";

const ways = ["plain", "stream"] as const;

/** One way of ours to make a client of each SDK, and header; `npm run test:deep` has every way. */
const chosen = [
  ...["createOpenAIClient", "createAnthropicClient"],
  ...["createOpenAI of ai-sdk", "createAnthropic of ai-sdk"],
];
const tried = subjects.filter(({ name }) => size(0, 1) === 1 || chosen.includes(name));

// The AI SDK warns of a model that it does not know.
beforeAll(() => void vi.stubGlobal("AI_SDK_LOG_WARNINGS", false));
afterAll(() => void vi.unstubAllGlobals());

test("the chosen ways exist", () => {
  expect(tried.length).toBeGreaterThanOrEqual(chosen.length);
});

describe.each(tried)("$name against @copilotkit/aimock", (subject) => {
  async function begin() {
    const service = await startMockService(oldKey);
    const world = await makeWorld();
    const { store } = world;
    const { url, fetch, seen } = service;
    const client = await subject.connect({ store, key, url, fetch });
    return { service, world, client, seen };
  }

  test.each(ways)("L01: a key rotated in the store is used with no restart (%s)", async (way) => {
    const { service, world, client, seen } = await begin();
    await service.accept(oldKey, newKey);
    expect(await askIn(way, client)).toBe(answer);
    await world.put(newKey);
    world.store.invalidate(key);
    expect(await askIn(way, client)).toBe(answer);
    expect(seen).toEqual(["old 200", "new 200"]);
    expect(world.forcedReads()).toBe(0);
  });

  test.each(ways)("L02: a revoked key costs one refusal and one forced read (%s)", async (way) => {
    const { service, world, client, seen } = await begin();
    expect(await askIn(way, client)).toBe(answer);
    await world.put(newKey);
    await service.accept(newKey);
    expect(await askIn(way, client)).toBe(answer);
    expect(await askIn(way, client)).toBe(answer);
    expect(seen).toEqual(["old 200", "old 401", "new 200", "new 200"]);
    expect(world.forcedReads()).toBe(1);
  });

  test.each(ways)("L03: two bad keys are two requests, and the SDK's error (%s)", async (way) => {
    const { service, world, client, seen } = await begin();
    await askIn(way, client);
    await world.put(newKey);
    await service.accept("sk-of-somebody-else");
    const error = await errorOf(askIn(way, client));
    expect(isRefusal(subject, error)).toBe(true);
    expect(seen).toEqual(["old 200", "old 401", "new 401"]);
    expect(world.forcedReads()).toBe(1);
  });

  test.each(ways)("L07: fifty calls on a revoked key share one forced read (%s)", async (way) => {
    const { service, world, client, seen } = await begin();
    await askIn(way, client);
    await world.put(newKey);
    await service.accept(newKey);
    const texts = await Promise.all(Array.from({ length: 50 }, () => askIn(way, client)));
    expect(new Set(texts)).toEqual(new Set([answer]));
    expect(world.forcedReads()).toBe(1);
    expect(seen.filter((each) => each === "new 200")).toHaveLength(50);
    expect(seen.length).toBeLessThanOrEqual(101);
  });

  test("L13: neither key shows in what is thrown and what is held then", async () => {
    const { service, world, client } = await begin();
    await client.plain();
    await world.put(newKey);
    await service.accept("sk-of-somebody-else");
    const error = await errorOf(client.plain());
    await assertNoLeak(error, [oldKey, newKey], { slowChannels: false });
    expect(inspect(client.held, { depth: 8 })).not.toContain("sk-canary");
  });
});
