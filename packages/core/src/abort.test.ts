import { expect, onTestFinished, test } from "vitest";
import { onAbort } from "./abort.js";
import { BaseSecretStore } from "./base-secret-store.js";
import { CallDeadline } from "./call-deadline.js";
import { pause } from "./pause.js";

/** A signal that counts who listens. */
function countedSignal() {
  const controller = new AbortController();
  const { signal } = controller;
  let listeners = 0;
  const counted = new Proxy(signal, {
    get: (target, name) => {
      if (name === "addEventListener") {
        return (type: "abort", listener: () => void) => {
          listeners++;
          target.addEventListener(type, listener);
        };
      }
      if (name === "removeEventListener") {
        return (type: "abort", listener: () => void) => {
          listeners--;
          target.removeEventListener(type, listener);
        };
      }
      return Reflect.get(target, name, target) as unknown;
    },
  });
  return { controller, signal: counted, listeners: () => listeners };
}

test("however many wait for a signal, it has one listener, and none when the last has stopped", () => {
  const { controller, signal, listeners } = countedSignal();
  const called: number[] = [];
  const callback = () => called.push(0);
  const stops = [1, 2, 3].map((index) => onAbort(signal, () => called.push(index)));
  stops.push(onAbort(signal, callback), onAbort(signal, callback));
  expect(listeners()).toBe(1);
  stops[1]?.();
  stops[1]?.();
  controller.abort();
  expect(called).toEqual([1, 3, 0, 0]);
  for (const stop of stops) stop();
  expect(listeners()).toBe(0);
  onAbort(signal, callback)();
  expect(listeners()).toBe(0);
  expect(onAbort(undefined, callback)()).toBeUndefined();
});

test("a pause ends with its time or with the signal's reason, and leaves nothing on the signal", async () => {
  const { controller, signal, listeners } = countedSignal();
  await pause(1, signal);
  await pause(1, undefined);
  expect(listeners()).toBe(0);
  const waiting = Array.from({ length: 20 }, () => pause(60_000, signal));
  expect(listeners()).toBe(1);
  controller.abort("enough");
  for (const each of waiting) await expect(each).rejects.toBe("enough");
  await expect(pause(60_000, signal)).rejects.toBe("enough");
  expect(listeners()).toBe(0);
  expect(process.getActiveResourcesInfo().filter((name) => name === "Timeout").length).toBeLessThan(
    20,
  );
});

test("200 reads that share a signal warn of no leak, and leave nothing on it", async () => {
  const warnings: Error[] = [];
  const listen = (warning: Error) => warnings.push(warning);
  process.on("warning", listen);
  onTestFinished(() => void process.off("warning", listen));
  const calls = new CallDeadline(5_000);
  class SlowStore extends BaseSecretStore {
    protected override read(_key: string, context: Parameters<BaseSecretStore["getSecret"]>[1]) {
      return calls.run(context as never, async () => {
        await new Promise((resolve) => setImmediate(resolve));
        return { value: "v" };
      });
    }
  }
  const { signal, listeners } = countedSignal();
  const store = new SlowStore({ name: "slow" });
  const keys = Array.from({ length: 200 }, (_, index) => `k${index}`);
  const reads = keys.map((key) => store.getSecret(key, { signal }));
  expect(listeners()).toBe(1);
  await Promise.all(reads);
  await new Promise((resolve) => setImmediate(resolve)); // a warning comes after the turn
  expect([listeners(), warnings]).toEqual([0, []]);
});
