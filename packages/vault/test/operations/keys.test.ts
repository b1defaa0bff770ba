import { isKey } from "@llm-orchestrator/secrets-core";
import fc from "fast-check";
import { installTimeoutMs, type OpenBaoServer, startOpenBao } from "secrets-tools/openbao";
import { size } from "secrets-tools/test-size";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkBelow, encodePath, vaultKeySyntax } from "../../src/secret-path.ts";
import { type RequestLog, startRequestLog } from "../support/request-log.ts";
import { codeOf, openStore } from "../support/stores.ts";

let server: OpenBaoServer;
let log: RequestLog;
beforeAll(async () => {
  server = await startOpenBao();
  log = await startRequestLog(server.address);
}, installTimeoutMs);
afterAll(async () => {
  await log?.stop();
  await server?.stop();
});

describe("keys", () => {
  test.each([
    ...["..", ".", "../../sys/mounts", "a/../b", "a/./b", "a/..", "/a", "a/", "a//b", "/", ""],
    ...["%2e%2e", "%2E%2e/sys/mounts", "a/%2e/b", ".%2e/x", "a/%2e."],
    ...["a\nb", "a\u0000", "\u007f", "a\u0085b", "a\r\nX-Vault-Token: x"],
    ...["a\u00a0b", "a\u200bb", "\ufeffa", "a\u2028b", "a\u00adb", "\ud800"],
    "x".repeat(513),
  ])("V02: the key %j is refused before any request", async (key) => {
    const store = openStore({ address: log.address, rootToken: server.rootToken });
    log.take();
    expect(await codeOf(store.getSecret(key))).toBe("INVALID_KEY");
    expect(await codeOf(store.putSecret(key, "value"))).toBe("INVALID_KEY");
    expect(await codeOf(store.deleteSecret(key, { mode: "permanent" }))).toBe("INVALID_KEY");
    expect(await codeOf(store.finalizeRotation(key))).toBe("INVALID_KEY");
    expect(log.take()).toEqual([]);
  });

  test.each(["..", "a/../b", "a//b", "%2e%2e/", "a\nb"])(
    "V02: the prefix %j is refused before any request, or finds nothing",
    async (prefix) => {
      const store = openStore({ address: log.address, rootToken: server.rootToken });
      log.take();
      const first = store.listSecrets(prefix)[Symbol.asyncIterator]().next();
      const outcome = await first.then(
        ({ done }) => done,
        ({ code }) => code,
      );
      expect(["INVALID_KEY", true]).toContain(outcome);
      for (const request of log.take()) expect(request).toMatch(/^\w+ (?:secret|sys\/internal)\//);
    },
  );

  test("V02: whatever the key, the path of its request stays below the mount, or is refused", () => {
    const dangerous = [
      "..",
      ".",
      "%2e",
      "%2E%2e",
      "%252e",
      "/",
      "//",
      "\\",
      "#",
      "?",
      "%2f",
      "%00",
    ];
    const part = fc.oneof(
      fc.constantFrom(...dangerous, "sys", "v1", "secret", "data", "&#x2F;"),
      fc.string({ unit: "binary", maxLength: 3 }),
    );
    const keys = fc.array(part, { minLength: 1, maxLength: 8 }).map((parts) => parts.join(""));
    let accepted = 0;
    fc.assert(
      fc.property(keys, (key) => {
        if (!isKey(key, vaultKeySyntax)) return;
        accepted++;
        const url = new URL(`http://127.0.0.1/v1/secret/data/${encodePath(key)}`);
        checkBelow(url, "/v1/secret");
        const segments = url.pathname.split("/").slice(4).map(decodeURIComponent);
        expect(segments.join("/")).toBe(key);
        expect([url.search, url.hash]).toEqual(["", ""]);
      }),
      { seed: 1, numRuns: size(5_000, 200_000) },
    );
    expect(accepted).toBeGreaterThan(500);
  });

  test.each([
    ...[
      "/v1/secret/../sys",
      "/v1/secret/%2e%2e/sys",
      "/v1/secrets/a",
      "/v1/secret//a",
      "/v1/sys/mounts",
    ],
    ...["/v1/secret/a/", "/v1/secret/", "/"],
  ])("V02: the last look refuses the path %s", (path) => {
    const look = () => checkBelow(new URL(`http://127.0.0.1${path}`), "/v1/secret");
    expect(look).toThrow(expect.objectContaining({ code: "INVALID_KEY" }));
  });
});
