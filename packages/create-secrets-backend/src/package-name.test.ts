import { expect, test } from "vitest";
import { choosePackageName } from "./package-name.js";

test.each([
  [{}, "secrets-doppler"],
  [{ scope: "@acme" }, "@acme/secrets-doppler"],
  [{ scope: "acme" }, "@acme/secrets-doppler"],
  [{ packageName: "@acme/doppler-store" }, "@acme/doppler-store"],
  [{ packageName: "doppler.store_2" }, "doppler.store_2"],
])("%j makes %s", (asked, expected) => {
  expect(choosePackageName("doppler", asked)).toBe(expected);
});

test.each([
  [{ scope: "" }, /scope "" is none/],
  [{ scope: "@Acme" }, /scope "@Acme" is none/],
  [{ scope: "a/b" }, /is none/],
  [{ packageName: "" }, /package name "" is none/],
  [{ packageName: "Doppler" }, /is none/],
  [{ packageName: ".hidden" }, /is none/],
  [{ packageName: "@acme" }, /is none/],
  [{ packageName: "@acme/a/b" }, /is none/],
  [{ packageName: `a${"b".repeat(214)}` }, /is none/],
  [{ packageName: "a b" }, /is none/],
  [{ scope: "acme", packageName: "a" }, /both passed/],
])("%j is refused", (asked, message) => {
  expect(() => choosePackageName("doppler", asked)).toThrow(message);
});
