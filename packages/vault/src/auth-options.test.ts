import { expect, test } from "vitest";
import { checkAuth } from "./auth-options.js";
import { VaultSecretStore } from "./index.js";

const address = "https://vault.example:8200";
const canary = "canary-credential-3f1b";
const aws = { method: "aws", role: "r", credentials: () => ({}) };
const make = (auth: unknown) => () => new VaultSecretStore({ address, auth: auth as never });

test.each<[what: string, auth: object | string, says: string]>([
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
  ["a user name with a slash", { method: "ldap", username: "a/b", password: canary }, "username"],
  ["a user name of dots", { method: "userpass", username: "..", password: canary }, "username"],
  ["a user name that is none", { method: "userpass", username: {}, password: canary }, "username"],
  ["a role that is none", { method: "kubernetes", role: ["r"] }, "auth.role"],
  ["a JWT that is none", { method: "jwt", role: "r", jwt: 1 }, "auth.jwt"],
  ["fixed AWS credentials", { method: "aws", role: "r", credentials: { a: canary } }, "function"],
  ["a field of another method", { method: "cert", password: canary }, "no auth.password of cert"],
  ["a password that is none", { method: "ldap", username: "u", password: 1 }, "auth.password"],
  ["a JWT of Kubernetes that is none", { method: "kubernetes", role: "r", jwt: {} }, "auth.jwt"],
  ["an AWS region that is none", { ...aws, region: 1 }, "auth.region"],
  ["an AWS server-id that is none", { ...aws, serverId: [] }, "auth.serverId"],
  ["a role of certificates that is none", { method: "cert", role: 1 }, "auth.role"],
  ["a file that is none", { method: "token-file", path: 1 }, "auth.path"],
  ["a list", [], "auth.method"],
  ["text", canary, "how to log in"],
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

test("a misspelt field is named, and so are those that there are", () => {
  expect(make({ method: "approle", roleId: "r", secretID: canary })).toThrow(
    /no auth\.secretID of approle.*It takes method, roleId, secretId, wrappedSecretId, mountPath/,
  );
});

test.each<[options: object, says: string]>([
  [{ token: 7 }, "token cannot be used"],
  [{ token: "" }, "token cannot be used"],
  [{ token: canary, auth: { method: "cert" } }, "token and auth are both set"],
  [{ token: canary, revokeOnClose: "no" }, "revokeOnClose"],
  [{ token: canary, address: "http://vault.example", dangerouslyAllowPlainHttp: "yes" }, "Plain"],
])("%j is CONFIGURATION too", (options, says) => {
  const open = () => new VaultSecretStore({ address, ...options } as never);
  expect(open).toThrow(
    expect.objectContaining({ code: "CONFIGURATION", message: expect.stringContaining(says) }),
  );
  expect(open).not.toThrow(canary);
});

test("a field is looked at once, so that what was checked is what is used", () => {
  let reads = 0;
  const auth = {
    method: "userpass",
    password: canary,
    get username() {
      return ++reads === 1 ? "ann" : "../sys";
    },
  };
  make(auth)();
  expect(reads).toBe(1);
});

test("fields that are undefined are as those that are left out", () => {
  const secretId = undefined;
  const auth = {
    method: "approle",
    roleId: "r",
    secretId,
    wrappedSecretId: "w",
    mountPath: "a/b/",
  };
  expect(make(auth)().name).toBe("vault");
});

test("a mount may end in a slash, as Vault writes it, and is used without", () => {
  const method = "approle";
  const auth = { method, roleId: "r", mountPath: "team/approle/" } as const;
  expect(checkAuth({ address, auth })).toEqual({ ...auth, mountPath: "team/approle" });
});
