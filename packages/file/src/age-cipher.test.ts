import { readFileSync, writeFileSync } from "node:fs";
import { secretValue } from "@llm-orchestrator/secrets-core";
import { Decrypter, Encrypter, identityToRecipient } from "age-encryption";
import { afterEach, describe, expect, test, vi } from "vitest";
import { failure, newFile } from "../test/support.js";
import { FileSecretStore, type FileSecretStoreOptions, generateIdentity } from "./index.js";

/** What scrypt, and the engine while it decrypts, fails with. */
let scryptError: Error | undefined;
let decryptError: Error | undefined;

vi.mock("node:crypto", async (importOriginal) => {
  const original = await importOriginal<typeof import("node:crypto")>();
  const scrypt = (...call: unknown[]) => {
    if (!scryptError) return (original.scrypt as (...call: unknown[]) => void)(...call);
    (call.at(-1) as (error: Error) => void)(scryptError);
  };
  return { ...original, scrypt };
});

vi.mock("age-encryption", async (importOriginal) => {
  const original = await importOriginal<typeof import("age-encryption")>();
  class Failing extends original.Decrypter {
    override decrypt = (async (...call: [Uint8Array]) => {
      if (decryptError) throw decryptError;
      return super.decrypt(...call);
    }) as InstanceType<typeof original.Decrypter>["decrypt"];
  }
  return { ...original, Decrypter: Failing };
});

afterEach(() => {
  scryptError = undefined;
  decryptError = undefined;
});

const identity = await generateIdentity();
const phrase = { passphrase: "correct horse battery", scryptWorkFactor: 10 };

type Key = Omit<FileSecretStoreOptions, "path">;

async function written(key: Key) {
  const { path } = newFile();
  await new FileSecretStore({ path, ...key }).putSecret("key", "value");
  return path;
}

const readBy = async (path: string, key: Key) =>
  (await new FileSecretStore({ path, ...key }).getSecret("key")).value.expose();

describe("the file is one of age's", () => {
  test.each<[string, Key, (decrypter: Decrypter) => void]>([
    ["an identity", { identity }, (age) => age.addIdentity(identity.expose())],
    ["a passphrase", phrase, (age) => age.addPassphrase(phrase.passphrase)],
  ])("that age opens with %s", async (_, key, addTo) => {
    const decrypter = new Decrypter();
    addTo(decrypter);
    const text = await decrypter.decrypt(readFileSync(await written(key)), "text");
    expect(text).toMatch(/^\{"format":"llm-orchestrator\.secrets\.file",.*\}\nvalue$/);
  });

  test.each<[string, Key, (encrypter: Encrypter) => Promise<void>]>([
    [
      "an identity",
      { identity },
      async (age) => age.addRecipient(await identityToRecipient(identity.expose())),
    ],
    [
      "a passphrase",
      phrase,
      async (age) => {
        age.setPassphrase(phrase.passphrase);
        age.setScryptWorkFactor(11);
      },
    ],
  ])("that is read when age encrypted it with %s", async (_, key, addTo) => {
    const path = await written(key);
    const decrypter = new Decrypter();
    decrypter.addIdentity(identity.expose());
    decrypter.addPassphrase(phrase.passphrase);
    const encrypter = new Encrypter();
    await addTo(encrypter);
    writeFileSync(path, await encrypter.encrypt(await decrypter.decrypt(readFileSync(path))));
    expect(await readBy(path, key)).toBe("value");
  });
});

test("recipients open it, too, and the identity's own is always among them", async () => {
  const other = await generateIdentity();
  const recipients = [await identityToRecipient(other.expose())];
  const path = await written({ identity, recipients });
  expect(await readBy(path, { identity: other })).toBe("value");
  expect(await readBy(path, { identity })).toBe("value");
});

test.each<[string, Key, Key, string, string]>([
  [
    "another identity",
    { identity },
    { identity: await generateIdentity() },
    "wrong-identity",
    "does not open",
  ],
  [
    "another passphrase",
    phrase,
    { ...phrase, passphrase: "another phrase" },
    "wrong-passphrase",
    "does not open",
  ],
  [
    "an identity, of a passphrase's file,",
    phrase,
    { identity },
    "wrong-identity",
    "for a passphrase",
  ],
  [
    "a passphrase, of an identity's file,",
    { identity },
    phrase,
    "wrong-passphrase",
    "for an identity",
  ],
])("%s is AUTHENTICATION_FAILED", async (_, key, wrong, reason, words) => {
  const store = new FileSecretStore({ path: await written(key), ...wrong });
  const error = await failure(store.getSecret("key"));
  expect(error).toMatchObject({ code: "AUTHENTICATION_FAILED", reason });
  expect(error.message).toContain(words);
  expect(await failure(store.putSecret("key", "new"))).toMatchObject({ reason });
});

test("an identity with a wrong letter is CONFIGURATION at the first call", async () => {
  const text = identity.expose();
  const wrong = text.slice(0, -1) + (text.endsWith("Q") ? "P" : "Q");
  const store = new FileSecretStore({ path: await written({ identity }), identity: wrong });
  const expected = { code: "CONFIGURATION", reason: "bad-identity" };
  expect(await failure(store.getSecret("key"))).toMatchObject(expected);
  const empty = new FileSecretStore({ path: newFile().path, identity: wrong });
  expect(await failure(empty.putSecret("key", "value"))).toMatchObject(expected);
});

test("a recipient with a wrong letter is CONFIGURATION at the first write", async () => {
  const recipients = [`age1${"q".repeat(58)}`];
  const store = new FileSecretStore({ path: newFile().path, identity, recipients });
  expect(await failure(store.putSecret("key", "value"))).toMatchObject({ code: "CONFIGURATION" });
});

test("what age-keygen writes is taken as it is, and so is a SecretValue", async () => {
  const path = await written({ identity });
  const file = `# created: 2026-01-01\n# public key: age1x\n${identity.expose()}\n`;
  expect(await readBy(path, { identity: file })).toBe("value");
  expect(await readBy(path, { identity: secretValue(file) })).toBe("value");
});

describe("a file that is whole is not called damaged", () => {
  test("when scrypt gets no memory", async () => {
    const path = await written(phrase);
    scryptError = Object.assign(new Error("canary"), { code: "ERR_CRYPTO_OPERATION_FAILED" });
    const error = await failure(readBy(path, phrase));
    expect(error).toMatchObject({ code: "BACKEND_UNAVAILABLE", reason: "out-of-memory" });
    expect(error.message).toContain("scrypt with the work factor 10 takes more memory");
    expect(error.message).not.toMatch(/Restore it|canary/);
    const put = new FileSecretStore({ path: newFile().path, ...phrase }).putSecret("key", "value");
    expect(await failure(put)).toMatchObject({ reason: "out-of-memory" });
  });

  test("when the engine gets none", async () => {
    const path = await written({ identity });
    decryptError = new RangeError("Array buffer allocation failed");
    const error = await failure(readBy(path, { identity }));
    expect(error).toMatchObject({ code: "BACKEND_UNAVAILABLE", reason: "out-of-memory" });
    expect(error.message).toContain("keep fewer secrets");
  });

  test("when its work factor is too high", async () => {
    const path = await written(phrase);
    const text = readFileSync(path).toString("latin1");
    writeFileSync(path, text.replace(/^(-> scrypt \S+) 10$/m, "$1 21"), "latin1");
    const error = await failure(readBy(path, phrase));
    expect(error).toMatchObject({ code: "CONFIGURATION", reason: "work-factor" });
    expect(error.message).toContain("the work factor 21, and 20 is the most");
  });
});
