import { expect, test, vi } from "vitest";
import { onWarning, publishWarning } from "./warnings.js";

test("a warning goes to process.emitWarning once for each code, store and key", () => {
  const emit = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
  for (const store of ["a", "a", "b"]) publishWarning({ code: "ONCE", message: "m", store });
  expect(emit.mock.calls).toEqual([
    ["m", { type: "SecretWarning", code: "ONCE" }],
    ["m", { type: "SecretWarning", code: "ONCE" }],
  ]);
  emit.mockRestore();
});

test("a listener gets every warning in place of the process", () => {
  const emit = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
  const seen = vi.fn();
  const stop = onWarning(seen);
  const stopBroken = onWarning(() => {
    throw new Error("x");
  });
  for (let count = 0; count < 2; count++) publishWarning({ code: "TWICE", message: "m" });
  stop();
  stopBroken();
  expect(seen).toHaveBeenCalledTimes(2);
  expect(emit).not.toHaveBeenCalled();
  emit.mockRestore();
});
