import { AwsSecretStore } from "@llm-orchestrator/secrets-aws";
import { SecretCache } from "@llm-orchestrator/secrets-cache";
import type { Secret, SecretStore, SecretValue } from "@llm-orchestrator/secrets-core";
import { startMiniStack } from "secrets-tools/ministack";
import { type AwsEmulator, installTimeoutMs, startMoto } from "secrets-tools/moto";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { type KeyService, startKeyService } from "./key-service.js";

const servers: Record<string, AwsEmulator> = {};
beforeAll(async () => {
  const [moto, miniStack] = await Promise.all([startMoto(), startMiniStack()]);
  Object.assign(servers, { Moto: moto, MiniStack: miniStack });
}, installTimeoutMs);
afterAll(async () => {
  await Promise.all(Object.values(servers).map((server) => server.stop()));
});

const key = "provider/key";
const wanted = 1_000;
const callers = 20;

function openAws(title: string): AwsSecretStore {
  const { region, endpoint, credentials } = servers[title] as AwsEmulator;
  const store = new AwsSecretStore({ region, endpoint, credentials });
  onTestFinished(() => store.close());
  return store;
}

/** An application that holds its key in a cache, and asks past it once a key is refused. */
async function call(store: SecretStore, service: KeyService): Promise<boolean> {
  const send = async ({ value }: Secret) => {
    const headers = { authorization: `Bearer ${value.expose()}` };
    const { ok } = await fetch(service.url, { headers });
    return ok;
  };
  const secret = await store.getSecret(key);
  return (await send(secret)) || send(await store.getSecret(key, { rejected: secret }));
}

/** Calls, many at once, until so many were made and `done` says so. */
async function callAll(store: SecretStore, service: KeyService, done: () => boolean) {
  const answers: boolean[] = [];
  const worker = async () => {
    while (answers.length < wanted || !done()) answers.push(await call(store, service));
  };
  await Promise.all(Array.from({ length: callers }, worker));
  return answers;
}

test.each(["Moto", "MiniStack"])(
  "a rotation on %s in four steps fails no call of a thousand that are made during it",
  async (title) => {
    const store = openAws(title);
    await store.putSecret(key, "key-1");
    const service = await startKeyService("key-1");
    onTestFinished(() => service.close());
    const cache = new SecretCache(openAws(title), { ttlMs: 3_600_000 });
    onTestFinished(() => cache.close());
    let isRefusing = false;
    const calls = callAll(cache, service, () => isRefusing);

    await service.untilCalls(100);
    const before = service.calls;
    const rotated = await store.rotateSecret(key, {
      generate: () => "key-2",
      set: (candidate) => void service.keys.add(candidate.expose()),
      verify: async (candidate: SecretValue) => {
        await service.untilCalls(before + 300); // they go on meanwhile
        const headers = { authorization: `Bearer ${candidate.expose()}` };
        return (await fetch(service.url, { headers })).ok;
      },
    });
    const during = service.calls - before;
    service.keys.delete("key-1");
    isRefusing = true;

    const answers = await calls;
    expect(answers.length).toBeGreaterThanOrEqual(wanted);
    expect(answers.filter((isGood) => !isGood)).toEqual([]);
    expect(during).toBeGreaterThanOrEqual(300);
    expect(service.refusals).toBeGreaterThan(0); // the old key was in use when it ended
    expect(service.refusals).toBeLessThanOrEqual(callers);
    const { value, version } = await cache.getSecret(key);
    expect([value.expose(), version]).toEqual(["key-2", rotated.version]);
  },
);

test.each(["Moto", "MiniStack"])(
  "control: on %s calls do fail when a key ends that was not rotated",
  async (title) => {
    const store = openAws(title);
    await store.putSecret(key, "key-1");
    const service = await startKeyService("key-1");
    onTestFinished(() => service.close());
    const cache = new SecretCache(store, { ttlMs: 3_600_000 });
    let isRefusing = false;
    const calls = callAll(cache, service, () => isRefusing);
    await service.untilCalls(100);
    service.keys.delete("key-1");
    isRefusing = true;
    expect((await calls).filter((isGood) => !isGood).length).toBeGreaterThan(0);
  },
);
