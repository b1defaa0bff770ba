import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { SecretError } from "./secret-error.js";

const canary = "sk-canary-7f3a";

describe("SecretError", () => {
  test("starts with the guide's words and ends with what to do", () => {
    const error = new SecretError("NOT_FOUND", { key: "database/password" });
    expect(error.message).toMatch(/^Secret not found: database\/password\. Check the key, .*\.$/);
    expect(new SecretError("AUTHENTICATION_FAILED", { detail: "token expired" }).message).toMatch(
      /^Authentication failed: token expired\. /,
    );
    expect(
      new SecretError("BACKEND_UNAVAILABLE", { detail: "connection timeout" }).message,
    ).toMatch(/^Backend unavailable: connection timeout\. /);
  });

  test("is recognised across copies and not by look alone", () => {
    const error = new SecretError("CLOSED");
    expect(SecretError.isInstance(error)).toBe(true);
    expect(error).toBeInstanceOf(Error);
    for (const other of [new Error("x"), null, undefined, "CLOSED", { code: "CLOSED" }]) {
      expect(SecretError.isInstance(other)).toBe(false);
    }
    const foreign = Object.create({ [Symbol.for("llm-orchestrator.secrets.SecretError")]: true });
    expect(SecretError.isInstance(foreign)).toBe(true);
  });

  test("keeps nothing of a third party's error but a safe name, code and status", () => {
    const third = Object.assign(new Error(`token ${canary}`), {
      ...{ code: "ECONNRESET", status: 503, config: { headers: { token: canary } } },
    });
    const { cause } = new SecretError("BACKEND_UNAVAILABLE", { cause: third });
    expect(cause).toEqual({ name: "Error", code: "ECONNRESET", status: 503 });
    const hostile = { name: canary, code: canary, status: canary, message: canary };
    expect(new SecretError("UNKNOWN", { cause: hostile }).cause).toEqual({ name: "Error" });
    const throwing = Object.defineProperty({}, "name", {
      get: () => {
        throw new Error(canary);
      },
    });
    expect(new SecretError("UNKNOWN", { cause: throwing }).cause).toEqual({ name: "Error" });
  });

  test("keeps a SecretError as its cause", () => {
    const cause = new SecretError("THROTTLED");
    expect(new SecretError("UNKNOWN", { cause }).cause).toBe(cause);
  });

  test("is rewritten for another key with its message", () => {
    const inner = new SecretError("NOT_FOUND", { key: "team/db", store: "x", reason: "deleted" });
    const outer = SecretError.rewrite(inner, { key: "db" });
    expect(outer).toMatchObject({ code: "NOT_FOUND", key: "db", store: "x", reason: "deleted" });
    expect(outer.message).toMatch(/^Secret not found: db \(deleted\)\./);
  });

  test("keeps where it was made when it is rewritten", () => {
    const makeHere = () => new SecretError("NOT_FOUND", { key: "team/db" });
    const { stack } = SecretError.rewrite(makeHere(), { key: "db" });
    expect(stack).toMatch(/^SecretError: Secret not found: db\. .*\n\s+at makeHere /);
    expect(stack).not.toContain("team/db");
  });

  test("serialises to its message and fields", () => {
    const error = new SecretError("CONFLICT", { key: "a", reason: "stale" });
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      ...{ name: "SecretError", message: error.message, code: "CONFLICT" },
      ...{ retryable: false, key: "a", reason: "stale" },
    });
  });

  test("prints its code without saying the message twice", () => {
    const printed = inspect(new SecretError("NOT_FOUND", { key: "a" }));
    expect(printed).toContain("NOT_FOUND");
    expect(printed.split("Check the key")).toHaveLength(2);
  });

  test("calls only throttled and unavailable retryable", () => {
    const retryable = (code: "THROTTLED" | "BACKEND_UNAVAILABLE" | "CONFLICT" | "UNKNOWN") =>
      new SecretError(code).retryable;
    expect(retryable("THROTTLED") && retryable("BACKEND_UNAVAILABLE")).toBe(true);
    expect(retryable("CONFLICT") || retryable("UNKNOWN")).toBe(false);
  });
});
