import { channel } from "node:diagnostics_channel";
import { expect, test, vi } from "vitest";
import { type AuditEvent, auditChannelName, isAudited, onAudit, publishAudit } from "./audit.js";
import { onWarning } from "./warnings.js";

const event = (): AuditEvent => ({
  ...{ operation: "getSecret", store: "s", startTime: 1, durationMs: 2 },
  ...{ source: "backend", outcome: "success", attempts: 1 },
});

test("nobody listens at first, and nobody after the listener is taken off", () => {
  expect(isAudited()).toBe(false);
  const stop = onAudit(() => {});
  expect(isAudited()).toBe(true);
  stop();
  expect(isAudited()).toBe(false);
});

test("an event reaches the diagnostics channel", () => {
  const seen: unknown[] = [];
  const subscriber = (message: unknown) => void seen.push(message);
  const events = channel(auditChannelName);
  events.subscribe(subscriber);
  expect(isAudited()).toBe(true);
  publishAudit(event());
  events.unsubscribe(subscriber);
  expect(seen).toEqual([event()]);
});

test("a listener that throws or rejects breaks nothing, and a warning says so", async () => {
  const warn = vi.fn();
  const after = vi.fn();
  const stops = [
    onWarning(warn),
    onAudit(() => {
      throw new Error("x");
    }),
    onAudit(async () => {
      throw new Error("y");
    }),
    onAudit(after),
  ];
  publishAudit(event());
  await vi.waitFor(() => expect(warn).toHaveBeenCalledTimes(2));
  for (const stop of stops) stop();
  expect(after).toHaveBeenCalledOnce();
  expect(warn.mock.calls[0]?.[0]).toMatchObject({ code: "AUDIT_LISTENER_THREW" });
});

test("a listener cannot change the event for the next one", () => {
  const stop = onAudit((seen) => {
    expect(() => Object.assign(seen, { key: "forged" })).toThrow(TypeError);
  });
  publishAudit(event());
  stop();
});
