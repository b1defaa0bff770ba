import { expect, test } from "vitest";
import { builtChild } from "../support/built-child.js";

const run = builtChild(new URL("../support/absent-child.ts", import.meta.url), false);

test("A39: importing the package and making a store load no SDK; without it a call says what to install", async () => {
  const { code, printed } = await run({});
  expect(code).toBe(0);
  const line =
    "CONFIGURATION package-absent Install it: npm install @aws-sdk/client-secrets-manager";
  expect(printed.trim().split("\n")).toEqual([line, line, line]);
});
