// Two copies of every package in one process, the application's own and the plugin's.
import { SecretManagerBuilder } from "@llm-orchestrator/secrets-builder";
import * as own from "@llm-orchestrator/secrets-core";
import { EnvSecretStore, envBackend } from "@llm-orchestrator/secrets-env";
import { assertNoLeak, MemorySecretStore } from "@llm-orchestrator/secrets-testing";
import * as other from "./plugin/plugin.js";

export type { Interchangeable } from "./types.js";

declare const console: { log(text: string): void };

const key = "openai/api_key";
const canary = "canary-2e7a90c4d8";
const environment = { OPENAI_API_KEY: canary };

async function thrownBy(work: () => Promise<unknown>): Promise<unknown> {
  return work().then(
    () => undefined,
    (error: unknown) => error,
  );
}

/** Of `unknown`, since types of two copies have "no overlap" to a compiler. */
const differ = (left: unknown, right: unknown) => left !== right;

const checks: Record<string, () => Promise<boolean>> = {
  "there are two copies": async () =>
    differ(own.SecretError, other.SecretError) &&
    differ(own.BaseSecretStore, other.BaseSecretStore) &&
    differ(MemorySecretStore, other.MemorySecretStore),

  "getSecret through a wrapper of the other copy": async () => {
    const theirs = new other.ForwardingSecretStore(new EnvSecretStore({ environment }));
    const ours = new own.ForwardingSecretStore(other.MemorySecretStore.from({ [key]: canary }));
    const [first, second] = await Promise.all([theirs.getSecret(key), ours.getSecret(key)]);
    return first.value.expose() === canary && second.value.expose() === canary;
  },

  "a builder of the other copy, over a store, a backend object and a fallback": async () => {
    const store = await new other.SecretManagerBuilder(MemorySecretStore.from({}))
      .withFallback(new SecretManagerBuilder(other.envBackend, { environment }))
      .readOnly()
      .build();
    const theirs = await new other.SecretManagerBuilder(envBackend, { environment }).build();
    const [first, second] = await Promise.all([store.getSecret(key), theirs.getSecret(key)]);
    await Promise.all([store.close(), theirs.close()]);
    return first.store === "env" && first.value.equals(second.value);
  },

  "SecretError.isInstance": async () => {
    const mine = await thrownBy(() => new MemorySecretStore().getSecret("absent"));
    const theirs = await thrownBy(() => new other.MemorySecretStore().getSecret("absent"));
    return (
      !(theirs instanceof own.SecretError) &&
      own.SecretError.isInstance(theirs) &&
      other.SecretError.isInstance(mine) &&
      !own.SecretError.isInstance(new Error("absent")) &&
      own.SecretError.rewrite(theirs, { key: "mine" }).code === "NOT_FOUND"
    );
  },

  "a wrapper of the other copy keeps an error's code and key": async () => {
    const store = new own.ForwardingSecretStore(new other.MemorySecretStore());
    const error = await thrownBy(() => own.requireSecrets(store, { it: key }));
    return own.SecretError.isInstance(error) && error.errors?.it?.key === key;
  },

  "an error of the other copy that leaves a hook": async () => {
    class Denied extends own.BaseSecretStore {
      constructor() {
        super({ name: "denied" });
      }
      protected override async read(): Promise<never> {
        throw new other.SecretError("PERMISSION_DENIED", { reason: "policy" });
      }
    }
    const error = await thrownBy(() => new Denied().getSecret(key));
    return own.SecretError.isInstance(error) && error.reason === "policy" && error.key === key;
  },

  equals: async () => {
    const [mine, theirs] = [own.secretValue(canary), other.secretValue(canary)];
    return (
      own.isSecretValue(theirs) &&
      mine.equals(theirs) &&
      theirs.equals(mine) &&
      !mine.equals(other.secretValue(`${canary}.`)) &&
      mine.id !== theirs.id
    );
  },

  "a put of a foreign value, as text and as bytes": async () => {
    const store = new MemorySecretStore();
    const bytes = new Uint8Array([0, 255, 128]);
    await store.putSecret(key, other.secretValue(canary));
    await store.putSecret("bytes", other.secretValue(bytes));
    const [text, binary] = await Promise.all([store.getSecret(key), store.getSecret("bytes")]);
    return text.value.expose() === canary && String(binary.value.exposeBytes()) === String(bytes);
  },

  "a foreign secret passed on as rejected": async () => {
    const rejected = await other.MemorySecretStore.from({ [key]: canary }).getSecret(key);
    const { value } = await MemorySecretStore.from({ [key]: "rotated" }).getSecret(key, {
      rejected,
    });
    return !value.equals(rejected.value);
  },

  "a foreign value from generate, shown to verify": async () => {
    const store = MemorySecretStore.from({ [key]: "before" });
    const secret = await store.rotateSecret(key, {
      generate: ({ current }) => other.secretValue(`${current.expose()} and after`),
      verify: (candidate) => other.isSecretValue(candidate),
    });
    return secret.value.expose() === "before and after";
  },

  "onAudit hears both copies, each call once": async () => {
    const heard: string[] = [];
    const stops = [
      own.onAudit(({ store }) => heard.push(`own ${store}`)),
      other.onAudit(({ store }) => heard.push(`other ${store}`)),
    ];
    await MemorySecretStore.from({ [key]: canary }, { name: "a" }).getSecret(key);
    await other.MemorySecretStore.from({ [key]: canary }, { name: "b" }).getSecret(key);
    for (const stop of stops) stop();
    await MemorySecretStore.from({ [key]: canary }, { name: "c" }).getSecret(key);
    return heard.join() === "own a,other a,own b,other b";
  },

  "onWarning hears both copies": async () => {
    const heard: string[] = [];
    const stop = own.onWarning(({ code }) => heard.push(code));
    const texts = [`${own.secretValue(canary)}`, `${other.secretValue(canary)}`];
    stop();
    return heard.length === 2 && texts.every((text) => text === "[redacted]");
  },

  "no value of the other copy leaks": async () => {
    const secret = await other.MemorySecretStore.from({ [key]: canary }).getSecret(key);
    await assertNoLeak(secret, [canary]);
    await other.assertNoLeak(own.secretValue(canary), [canary]);
    return true;
  },
};

async function main(): Promise<void> {
  const report: Record<string, boolean> = {};
  const stop = other.onWarning(() => {}); // keeps the warnings of both copies off the screen
  for (const [name, check] of Object.entries(checks)) report[name] = await check();
  stop();
  console.log(JSON.stringify(report));
}

void main();
