import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type FakeVault, startFakeVault } from "../support/fake-vault.ts";
import { codeOf, openStore } from "../support/stores.ts";

const token = "s.canary-of-redirects";
const value = "canary-value-of-redirects";
let other: FakeVault;
let vault: FakeVault;
let status = 0;
let location = "";
beforeAll(async () => {
  other = await startFakeVault(() => ({ status: 200, body: { data: { version: 1 } } }));
  vault = await startFakeVault(({ path }) => {
    return {
      status,
      headers: { location: location || `${other.address}/v1/${path}` },
      body: "<a>",
    };
  });
});
afterAll(async () => {
  await Promise.all([other?.stop(), vault?.stop()]);
});

const open = () => openStore({ address: vault.address, rootToken: token }, { maxRetries: 0 });

describe("redirects", () => {
  test.each([301, 302, 303, 308])(
    "V36: %i to another host is not followed, for reads and writes, and is CONFIGURATION",
    async (code) => {
      status = code;
      location = "";
      expect(await codeOf(open().getSecret("a"))).toBe("CONFIGURATION redirect");
      expect(await codeOf(open().putSecret("a", value))).toBe("CONFIGURATION redirect");
      expect(other.requests).toEqual([]);
    },
  );

  test("V36: 307 to the same path elsewhere is a standby that does not forward: not followed, retryable", async () => {
    status = 307;
    location = "";
    expect(await codeOf(open().getSecret("a"))).toBe("BACKEND_UNAVAILABLE standby");
    expect(await codeOf(open().deleteSecret("a"))).toBe("BACKEND_UNAVAILABLE standby");
    const store = openStore({ address: vault.address, rootToken: token });
    const before = vault.requests.length;
    await store.getSecret("a").catch(() => {});
    expect(vault.requests.length - before).toBe(3);
    expect(other.requests).toEqual([]);
  });

  test.each([
    "/v1/sys/mounts",
    "//elsewhere.example/v1/secret/data/a/",
    "https://127.0.0.1/",
    "garbage",
  ])("V36: 307 to %s is CONFIGURATION", async (target) => {
    status = 307;
    location = target;
    expect(await codeOf(open().getSecret("a"))).toBe("CONFIGURATION redirect");
    expect(other.requests).toEqual([]);
  });
});

describe("addresses", () => {
  test.each([
    ...["http://vault.example:8200", "http://10.0.0.1", "http://127.0.0.1.example", "http://[::2]"],
    ...["ftp://vault.example", "vault.example", "", "https://user:password@vault.example"],
    ...["https://vault.example/?token=x", "https://vault.example/#x", "https://vault.example/ui"],
    ...["file:///etc/passwd", "https://", 5],
  ])("%j is refused when the store is made, and not quoted", (address) => {
    const make = () => openStore({ address: address as string, rootToken: token });
    let message = "";
    try {
      make();
    } catch (error) {
      expect(error).toMatchObject({ code: "CONFIGURATION" });
      message = (error as Error).message;
    }
    expect(message).toContain("address");
    expect(message).not.toMatch(/password|vault\.example:8200\/|passwd|10\.0/);
  });

  test.each([
    "http://localhost:8200",
    "http://127.1.2.3:8200",
    "http://[::1]:8200",
    "https://a.example",
  ])("%s is taken", (address) => {
    expect(openStore({ address, rootToken: token }).name).toBe("vault");
  });

  test("plain HTTP to another machine needs the option named so", () => {
    const address = "http://vault.example:8200";
    const allowed = { dangerouslyAllowPlainHttp: true };
    expect(openStore({ address, rootToken: token }, allowed).name).toBe("vault");
    for (const dangerouslyAllowPlainHttp of [false, undefined, "true", 1]) {
      const options = { dangerouslyAllowPlainHttp: dangerouslyAllowPlainHttp as boolean };
      expect(() => openStore({ address, rootToken: token }, options)).toThrow(
        /plain http|dangerouslyAllowPlainHttp/,
      );
    }
  });
});

describe("tokens", () => {
  test.each(["s.a\nx-y: z", "s.a b", "“s.a”", "s.é", "\u0000"])(
    "%j is AUTHENTICATION_FAILED, and nothing is sent",
    async (odd) => {
      const before = vault.requests.length;
      const store = openStore({ address: vault.address, rootToken: odd });
      expect(await codeOf(store.getSecret("a"))).toBe("AUTHENTICATION_FAILED credential");
      expect(vault.requests.length).toBe(before);
    },
  );
});
