import { expect, test } from "vitest";
import { VaultSecretStore } from "./index.js";

const address = "https://vault.example:8200";
const canary = "canary-credential-3f1b";
const make = (auth: object) => () => new VaultSecretStore({ address, auth: auth as never });

test.each<[what: string, auth: object, says: string]>([
  ["no method", {}, "auth.method"],
  ["an unknown method", { method: "github", token: canary }, "userpass"],
  ["a token that is none", { method: "token", token: 7 }, "auth.token"],
  ["lookUp that is text", { method: "token", token: canary, lookUp: "no" }, "auth.lookUp"],
  ["a missing role-id", { method: "approle", secretId: canary }, "auth.roleId is missing"],
  [
    "both secret-ids",
    { method: "approle", roleId: "r", secretId: canary, wrappedSecretId: canary },
    "both set",
  ],
  [
    "a wrapped secret-id of bytes",
    { method: "approle", roleId: "r", wrappedSecretId: [1] },
    "wrapped",
  ],
  ["a mount with dots", { method: "approle", roleId: "r", mountPath: "../sys" }, "auth.mountPath"],
  ["a user name that is none", { method: "userpass", username: {}, password: canary }, "username"],
  ["a role that is none", { method: "kubernetes", role: ["r"] }, "auth.role"],
  ["a JWT that is none", { method: "jwt", role: "r", jwt: 1 }, "auth.jwt"],
  ["fixed AWS credentials", { method: "aws", role: "r", credentials: { a: canary } }, "function"],
  ["a field of another method", { method: "cert", password: canary }, "no auth.password of cert"],
  ["a misspelt field", { method: "approle", roleId: "r", secretID: canary }, "secretId"],
])("%s is CONFIGURATION when the store is made, and quotes nothing", (_, auth, says) => {
  expect(make(auth)).toThrow(
    expect.objectContaining({ code: "CONFIGURATION", message: expect.stringContaining(says) }),
  );
  try {
    make(auth)();
  } catch (error) {
    expect(String(error)).not.toContain(canary);
  }
});

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
