import { installTimeoutMs, type OpenBaoServer, startOpenBao } from "secrets-tools/openbao";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type FakeAnswer, secretAnswer, startFakeVault } from "../support/fake-vault.ts";
import { ask, codeOf, openStore } from "../support/stores.ts";

/** Answers so, one after the other, then with a secret; and when each request came. */
async function startScript(...answers: FakeAnswer[]) {
  const times: number[] = [];
  const vault = await startFakeVault(({ path }) => {
    if (!path.startsWith("secret/")) return { status: 403, body: { errors: ["not asked for"] } };
    times.push(performance.now());
    return answers[times.length - 1] ?? secretAnswer("v");
  });
  const open = (options = {}) => openStore({ address: vault.address, rootToken: "t" }, options);
  return { vault, times, open };
}

/** From then on each request names that state. */
const secretWithIndex = {
  ...(secretAnswer("v") as { status: number; body: object }),
  headers: { "x-vault-index": "state" },
};
const quota = { errors: ['request path "secret/data/a": rate limit quota exceeded'] };
const down: FakeAnswer = { status: 502, body: "" };

describe("retries", () => {
  let server: OpenBaoServer;
  beforeAll(async () => {
    server = await startOpenBao();
    await ask(server, "PUT", "sys/quotas/config", { enable_rate_limit_response_headers: true });
    await openStore(server).putSecret("a", "v");
    const limit = { path: "secret/", rate: 1, interval: "1s" };
    await ask(server, "POST", "sys/quotas/rate-limit/one", limit);
  }, installTimeoutMs);
  afterAll(() => server?.stop());

  test("V33: a quota that says how long is waited for, and the read succeeds", async () => {
    const store = openStore(server);
    for (let count = 0; count < 3; count++) {
      expect((await store.getSecret("a")).value.expose()).toBe("v");
    }
  });

  test("V33: without retries it is THROTTLED, and retryable", async () => {
    const store = openStore(server, { maxRetries: 0 });
    const reads = Array.from({ length: 5 }, () => store.getSecret("a"));
    const outcomes = await Promise.allSettled(reads);
    const codes = outcomes.flatMap((each) => (each.status === "rejected" ? [each.reason] : []));
    expect(codes.length).toBeGreaterThan(2);
    for (const error of codes) expect(error).toMatchObject({ code: "THROTTLED", retryable: true });
  });

  test.each(["1", new Date(Math.ceil(Date.now() / 1_000) * 1_000 + 3_600_000).toUTCString()])(
    "V33: Retry-After %s is obeyed, or fails at once when that is past the deadline (fake)",
    async (after) => {
      const answer = { status: 429, headers: { "retry-after": after }, body: quota };
      const { vault, times, open } = await startScript(answer);
      const read = open().getSecret("a");
      if (after === "1") {
        await read;
        const [first = 0, second = 0] = times;
        expect(second - first).toBeGreaterThanOrEqual(990);
        expect(second - first).toBeLessThan(2_000);
      } else {
        expect(await codeOf(read)).toBe("THROTTLED");
        expect(times).toHaveLength(1);
      }
      await vault.stop();
    },
  );

  test("V33: a minute is past the deadline: it fails at once", async () => {
    const answer = { status: 429, headers: { "retry-after": "60" }, body: quota };
    const { vault, times, open } = await startScript(answer);
    const start = performance.now();
    expect(await codeOf(open().getSecret("a"))).toBe("THROTTLED");
    expect(performance.now() - start).toBeLessThan(2_000);
    expect(times).toHaveLength(1);
    await vault.stop();
  });

  test.each<[what: string, answer: FakeAnswer, reason: string]>([
    ["412", { status: 412, body: { errors: [] } }, "replica-behind"],
    ["a page with 429", { status: 429, body: "<html>Too many</html>" }, "server"],
    ["500", { status: 500, body: { errors: ["internal error"] } }, "server"],
    ["502", down, "server"],
    ["a dropped connection", "drop", "network"],
    [
      "a mount that prepares itself",
      {
        status: 400,
        body: {
          errors: [
            "Upgrading from non-versioned to versioned data. This backend will be unavailable for a brief period",
          ],
        },
      },
      "upgrading",
    ],
  ])("%s is tried again, three times in all", async (_, answer, reason) => {
    const once = await startScript(answer, answer);
    expect((await once.open().getSecret("a")).value.expose()).toBe("v");
    const always = await startScript(...Array.from({ length: 9 }, () => answer));
    expect(await codeOf(always.open().getSecret("a"))).toBe(`BACKEND_UNAVAILABLE ${reason}`);
    expect([once.times.length, always.times.length]).toEqual([3, 3]);
    await Promise.all([once.vault.stop(), always.vault.stop()]);
  });

  test("a 429 that says nothing is a limit, or a node that lags behind what the read names", async () => {
    const answer = { status: 429, body: { errors: [] } };
    const { vault, open } = await startScript(answer, secretWithIndex, answer);
    const store = open({ maxRetries: 0 });
    expect(await codeOf(store.getSecret("a"))).toBe("THROTTLED");
    await store.getSecret("a");
    expect(await codeOf(store.getSecret("a"))).toBe("BACKEND_UNAVAILABLE replica-behind");
    await vault.stop();
  });

  test.each<[status: number, errors: string[], code: string]>([
    [400, ["bad request"], "UNKNOWN status-400"],
    [403, ["1 error occurred:\n\t* permission denied\n\n"], "PERMISSION_DENIED"],
    [403, ["permission denied"], "AUTHENTICATION_FAILED token"],
    [404, [], "NOT_FOUND absent"],
    [405, ["1 error occurred:\n\t* unsupported operation\n\n"], "CONFIGURATION kv-version"],
    [503, ["Vault is sealed"], "BACKEND_UNAVAILABLE sealed"],
  ])("%i %j is sent once", async (status, errors, code) => {
    const { vault, open } = await startScript({ status, body: { errors } });
    expect(await codeOf(open().getSecretVersion("a", "1"))).toBe(code);
    const data = vault.requests.filter(({ path }) => path.startsWith("secret/data"));
    expect(data).toHaveLength(1);
    await vault.stop();
  });

  test("a server that always fails gets a fifth more requests than there are reads, at most", async () => {
    const vault = await startFakeVault(() => down);
    const store = openStore({ address: vault.address, rootToken: "t" });
    const reads = 1_000;
    let left = reads;
    const read = async () => {
      while (left-- > 0) expect(await codeOf(store.getSecret("a"))).toMatch(/^BACKEND_UNAVAILABLE/);
    };
    await Promise.all(Array.from({ length: 20 }, read));
    const sent = vault.requests.filter(({ path }) => path.startsWith("secret/")).length;
    expect(sent).toBeGreaterThan(reads);
    expect(sent).toBeLessThanOrEqual(1.2 * reads);
    await vault.stop();
  });

  test("V38: one attempt takes two seconds and a call five by default, against a black hole (fake)", async () => {
    const times: number[] = [];
    const vault = await startFakeVault(({ path }) => {
      if (path.startsWith("secret/")) times.push(performance.now());
      return "hang";
    });
    const start = performance.now();
    const store = openStore({ address: vault.address, rootToken: "t" });
    expect(await codeOf(store.getSecret("a"))).toBe("BACKEND_UNAVAILABLE timeout");
    const elapsed = performance.now() - start;
    const [first = 0, second = 0] = times;
    expect(second - first).toBeGreaterThan(1_950);
    expect(times).toHaveLength(3);
    expect(elapsed).toBeGreaterThan(4_900);
    expect(elapsed).toBeLessThan(6_500);
    await vault.stop();
  });

  test("V38: a login that is never answered ends with the call's deadline too", async () => {
    const vault = await startFakeVault(() => "hang");
    const auth = { method: "approle", roleId: "r", secretId: "s" } as const;
    const options = { auth, timeoutMs: 200, deadlineMs: 500, revokeOnClose: false };
    const store = openStore({ address: vault.address, rootToken: "" }, options);
    const start = performance.now();
    expect(await codeOf(store.getSecret("a"))).toBe("BACKEND_UNAVAILABLE timeout");
    expect(performance.now() - start).toBeLessThan(2_500);
    await vault.stop();
  });

  test("V38: many more reads than connections wait for their turn, and are not called slow", async () => {
    const vault = await startFakeVault(async () => {
      await new Promise((resolve) => setTimeout(resolve, 100)); // the server's own pace
      return secretAnswer("v");
    });
    const store = openStore(
      { address: vault.address, rootToken: "t" },
      { timeoutMs: 1_000, deadlineMs: 20_000, maxRetries: 0 },
    );
    const reads = Array.from({ length: 64 * 15 }, () => store.getSecret("a"));
    expect((await Promise.all(reads)).length).toBe(960);
    expect(vault.openConnections).toBeLessThanOrEqual(64);
    await vault.stop();
  });
});
