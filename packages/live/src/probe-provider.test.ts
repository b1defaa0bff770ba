import { SecretError } from "@llm-orchestrator/secrets-core";
import { assertNoLeak } from "@llm-orchestrator/secrets-testing";
import { expect, onTestFinished, test, vi } from "vitest";
import { loadPeer, probeProvider } from "./index.js";

const rejecting = (error: unknown) => () => Promise.reject(error);
const status = (code: number) => Object.assign(new Error(`status ${code}`), { status: code });

test.each([
  [401, false, "unauthenticated", "AUTHENTICATION_FAILED"],
  [403, false, "denied", "PERMISSION_DENIED"],
  [429, false, "throttled", "THROTTLED"],
  [500, false, "unavailable", "BACKEND_UNAVAILABLE"],
  [503, false, "unavailable", "BACKEND_UNAVAILABLE"],
  [307, false, "unavailable", "BACKEND_UNAVAILABLE"],
  [404, true, "unknown", undefined],
  [400, true, "unknown", undefined],
])("a service that answers %i: ok is %s, the state %s", async (code, ok, state, errorCode) => {
  const report = await probeProvider("sample", rejecting(status(code)));
  expect(report).toMatchObject({ ok, state });
  expect(report.error?.code).toBe(errorCode);
  expect(Object.isFrozen(report)).toBe(true);
});

test("a store that fails is what the report says, however deep the SDK has wrapped it", async () => {
  const own = new SecretError("PERMISSION_DENIED", { key: "k", store: "vault" });
  const wrapped = new Error("Connection error.", { cause: new Error("fetch", { cause: own }) });
  expect(await probeProvider("sample", rejecting(wrapped))).toMatchObject({
    ...{ ok: false, state: "denied", error: own },
  });
  const missing = new SecretError("NOT_FOUND", { key: "k" });
  expect(await probeProvider("sample", rejecting(missing))).toMatchObject({
    state: "misconfigured",
  });
});

test("a service that cannot be reached is unavailable, and nothing of its error gets out", async () => {
  const canary = "canary-0pKd81z";
  const report = await probeProvider("sample", rejecting(new Error(`refused ${canary}`)));
  expect(report).toMatchObject({ ok: false, state: "unavailable" });
  await assertNoLeak(report, [canary]);
});

test("an abort rejects with the signal's own reason", async () => {
  const reason = new Error("enough");
  const probe = probeProvider("sample", rejecting(new Error("x")), AbortSignal.abort(reason));
  await expect(probe).rejects.toBe(reason);
});

test("an abort ends it whatever the request does, and nothing is asked after it", async () => {
  const reason = new Error("enough");
  const controller = new AbortController();
  const probe = probeProvider("sample", () => new Promise(() => {}), controller.signal);
  controller.abort(reason);
  await expect(probe).rejects.toBe(reason);
  const request = vi.fn(async () => 7);
  await expect(probeProvider("sample", request, controller.signal)).rejects.toBe(reason);
  expect(request).not.toHaveBeenCalled();
});

test("a request that does not end is unavailable after ten seconds, and is told to end", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  let told: AbortSignal | undefined;
  const probe = probeProvider("sample", (signal) => {
    told = signal;
    return new Promise(() => {});
  });
  await vi.advanceTimersByTimeAsync(9_999);
  expect(told?.aborted).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(await probe).toMatchObject({ ok: false, state: "unavailable" });
  expect((await probe).error?.message).toContain("nothing within ten seconds");
  expect(told?.aborted).toBe(true);
  await probeProvider("sample", async () => 7);
  expect(vi.getTimerCount()).toBe(0);
});

test("a peer that is absent names the command, one that is broken does not look absent", async () => {
  const name = "a-package-that-nobody-has";
  await expect(loadPeer(name, () => import(/* @vite-ignore */ name))).rejects.toMatchObject({
    ...{ code: "CONFIGURATION", reason: "package-absent" },
    message: expect.stringContaining(`npm install ${name}`),
  });
  const further = Object.assign(new Error("Cannot find package 'zod' imported from sdk"), {
    code: "ERR_MODULE_NOT_FOUND",
  });
  await expect(loadPeer("openai", rejecting(further))).rejects.toMatchObject({
    reason: "package-broken",
  });
  expect(await loadPeer("x", async () => 7)).toBe(7);
});
