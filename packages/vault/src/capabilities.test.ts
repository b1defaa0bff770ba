import { expect, test } from "vitest";
import { VaultSecretStore } from "./index.js";

const address = "https://vault.example:8200";

test("capabilities are those of the mount's version, each literally", () => {
  const token = "token";
  const both = { write: true, delete: true, list: true };
  const all = {
    ...{ ...both, restore: true, describe: true, versions: true, rotate: true },
    ...{ compareAndSet: true, metadata: true },
  };
  const of = (options: object) => new VaultSecretStore({ address, token, ...options }).capabilities;
  expect(of({})).toEqual({ ...all, binary: false });
  expect(of({ binaryEncoding: "base64" })).toEqual({ ...all, binary: true });
  expect(of({ kvVersion: 1 })).toEqual({ ...both, binary: false });
  expect(of({ kvVersion: "detect", binaryEncoding: "base64" })).toEqual({ ...both, binary: true });
});
