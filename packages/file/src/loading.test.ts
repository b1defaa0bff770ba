import { expect, test, vi } from "vitest";
import { failure, newFile } from "../test/support.js";
import { FileSecretStore, fileBackend } from "./index.js";

let isLoaded = false;

vi.mock("age-encryption", async (importOriginal) => {
  isLoaded = true;
  return importOriginal<typeof import("age-encryption")>();
});

const passphrase = "correct horse battery";

test("age-encryption is loaded by the first call that encrypts or decrypts, and not before", async () => {
  const { path } = newFile();
  const store = new FileSecretStore({ path, passphrase, scryptWorkFactor: 10 });
  fileBackend.create({ path, passphrase });
  await failure(store.getSecret("absent"));
  expect(isLoaded).toBe(false);
  await store.putSecret("key", "value");
  expect(isLoaded).toBe(true);
});
