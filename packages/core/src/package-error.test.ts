import { expect, test } from "vitest";
import { packageError } from "./package-error.js";

const notFound = (message: string, code = "ERR_MODULE_NOT_FOUND") =>
  Object.assign(new Error(message), { code });

test.each([
  notFound("Cannot find package 'the-sdk' imported from /app/main.js"),
  notFound("Cannot find module 'the-sdk'", "MODULE_NOT_FOUND"),
  new Error('Could not resolve "the-sdk" imported by "secrets-x". Is it installed?'),
])("a package that is absent names the command, case %#", (error) => {
  expect(packageError("the-sdk", error)).toMatchObject({
    ...{ code: "CONFIGURATION", reason: "package-absent" },
    message: expect.stringContaining("the-sdk is not installed. Install it: npm install the-sdk."),
  });
});

test.each([
  notFound("Cannot find package 'zod' imported from /app/node_modules/the-sdk/index.js"),
  new SyntaxError("Unexpected token"),
  undefined,
  "text",
])("one that is there and does not load does not look absent, case %#", (error) => {
  expect(packageError("the-sdk", error)).toMatchObject({
    ...{ code: "CONFIGURATION", reason: "package-broken" },
    message: expect.stringContaining("the-sdk is installed but does not load"),
  });
});

test.each([
  new Error('Dynamic require of "http" is not supported'),
  new ReferenceError("require is not defined in ES module scope"),
])("a bundle without require() is told how to have it, case %#", (error) => {
  expect(packageError("the-sdk", error)).toMatchObject({
    reason: "package-broken",
    message: expect.stringContaining("createRequire"),
  });
});
