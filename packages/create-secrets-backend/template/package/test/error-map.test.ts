import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { codeMeanings, connectionError, meanings } from "../src/error-map.js";
import { MyServiceSecretStore } from "../src/index.js";
import { sampleKey } from "./keys.js";
import { StubService } from "./stub-service.js";

let service: StubService;
beforeAll(async () => {
  service = await StubService.start();
});
afterAll(() => service.stop());

async function readWith(status: number, body?: unknown) {
  service.fault = { status, body };
  const { address, token } = service;
  await new MyServiceSecretStore({ address, token }).getSecret(sampleKey);
}

/** Written down once more, by hand: a changed meaning is a change for every user. */
const rows = [
  [200, "UNKNOWN", "malformed", false],
  [301, "CONFIGURATION", "address", false],
  [302, "CONFIGURATION", "address", false],
  [307, "CONFIGURATION", "address", false],
  [308, "CONFIGURATION", "address", false],
  [401, "AUTHENTICATION_FAILED", "token", false],
  [403, "PERMISSION_DENIED", "token-rights", false],
  [404, "CONFIGURATION", "address", false],
  [408, "BACKEND_UNAVAILABLE", "server", true],
  [409, "CONFLICT", "version", false],
  [413, "INVALID_SECRET", "too-large", false],
  [418, "UNKNOWN", "status-418", false],
  [429, "THROTTLED", "rate-limit", true],
  [500, "BACKEND_UNAVAILABLE", "server", true],
  [502, "BACKEND_UNAVAILABLE", "server", true],
  [503, "BACKEND_UNAVAILABLE", "server", true],
  [504, "BACKEND_UNAVAILABLE", "server", true],
] as const;

describe("the status", () => {
  test.each(rows)("%d is %s (%s)", async (status, code, reason, retryable) => {
    await expect(readWith(status)).rejects.toMatchObject({ code, reason, retryable });
  });

  test("404 is NOT_FOUND only where the service says that the secret is absent", async () => {
    const absent = { error: "no-such-secret" };
    await expect(readWith(404, absent)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(readWith(404, {})).rejects.toMatchObject({ code: "CONFIGURATION" });
  });

  test("is in the table above whenever the map has it", () => {
    const listed = rows.map(([status]) => status as number);
    expect(Object.keys(meanings).filter((status) => !listed.includes(Number(status)))).toEqual([]);
  });
});

/** As above, by status and the code in the body. */
const codeRows = [[403, "token-expired", "AUTHENTICATION_FAILED", "token-expired", false]] as const;

describe("the code in the body", () => {
  test.each(codeRows)("%d %s is %s (%s)", async (status, error, code, reason, retryable) => {
    await expect(readWith(status, { error })).rejects.toMatchObject({ code, reason, retryable });
  });

  test.each([
    [403, "token-rights", { error: "unheard-of" }],
    [403, "token-rights", { error: ["token-expired"] }],
    [500, "server", { error: "token-expired" }],
  ])("changes nothing where it is not known with %d", async (status, reason, body) => {
    await expect(readWith(status, body)).rejects.toMatchObject({ reason });
  });

  test("is in the table above whenever the map has it", () => {
    const listed = codeRows.map(([status, error]) => `${status} ${error}`);
    expect([...codeMeanings.keys()]).toEqual(listed);
  });
});

describe("a connection", () => {
  test.each([
    [{ cause: { code: "ECONNREFUSED" } }, false, "BACKEND_UNAVAILABLE", "network"],
    [{ cause: { code: "DEPTH_ZERO_SELF_SIGNED_CERT" } }, false, "CONFIGURATION", "tls"],
    [{ name: "TimeoutError" }, true, "BACKEND_UNAVAILABLE", "timeout"],
    [undefined, false, "BACKEND_UNAVAILABLE", "network"],
  ])("that ends with %o is told apart", (error, isTimeout, code, reason) => {
    expect(connectionError(error, isTimeout)).toMatchObject({ code, reason });
  });

  test("that nobody answers ends after timeoutMs", async () => {
    service.fault = "nothing";
    const { address, token } = service;
    const store = new MyServiceSecretStore({ address, token, timeoutMs: 20 });
    await expect(store.getSecret(sampleKey)).rejects.toMatchObject({ reason: "timeout" });
  });
});
