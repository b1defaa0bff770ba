import { readFileSync, writeFileSync } from "node:fs";
import { assertNoLeak } from "@llm-orchestrator/secrets-testing";
import { expect, test } from "vitest";
import { FileSecretStore, generateIdentity } from "../src/index.js";
import { newFile } from "./support.js";

const value = "canary-value-8f3a61c07b";
const passphrase = "canary-phrase-25d9e4170c";
const identity = await generateIdentity();
const canaries = [value, passphrase, identity.expose()];

test.each([{ identity }, { passphrase, scryptWorkFactor: 10 }])(
  "a value and what opens the file cannot be seen in a store or a secret, case %#",
  async (key) => {
    const store = new FileSecretStore({ path: newFile().path, ...key });
    await store.putSecret("db/password", value);
    const secret = await store.getSecret("db/password");
    expect(secret.value.expose()).toBe(value);
    await assertNoLeak({ store, secret, identity }, canaries);
  },
);

test("nor in the file", async () => {
  const { path } = newFile();
  await new FileSecretStore({ path, identity }).putSecret("db/password", value);
  const bytes = readFileSync(path);
  for (const canary of [...canaries, "db/password"]) expect(bytes.includes(canary)).toBe(false);
});

test("nor in an error, whatever is wrong with the file", async () => {
  const { path } = newFile();
  await new FileSecretStore({ path, identity }).putSecret("db/password", value);
  const sealed = readFileSync(path);
  const read = () => new FileSecretStore({ path, identity }).getSecret("db/password");
  const wrong = () => new FileSecretStore({ path, passphrase }).getSecret("db/password");
  await assertNoLeak(wrong, canaries, { slowChannels: false });
  for (const bytes of [Buffer.from(value), sealed.subarray(0, -1), sealed.subarray(0, 40)]) {
    writeFileSync(path, bytes);
    await assertNoLeak(read, canaries, { slowChannels: false });
  }
});

test("nor in an error about options or arguments", async () => {
  const path = "secrets.age";
  const wrong = [
    { path, identity: `${identity.expose()}!` },
    { path, identity, passphrase },
    { path, passphrase, [passphrase]: 1 },
    { path, identity: [identity.expose()] },
    identity.expose(),
  ];
  for (const options of wrong) {
    await assertNoLeak(() => new FileSecretStore(options as never), canaries);
  }
  const store = new FileSecretStore({ path: newFile().path, identity });
  await store.putSecret("key", value);
  const late = () => store.putSecret("key", value, { expectedVersion: null });
  await assertNoLeak(late, canaries, { slowChannels: false });
});
