import { expect, test } from "vitest";
import { readArguments, UsageError } from "./read-arguments.js";

test("what is asked for, in any order", () => {
  const all = [
    "--apply",
    "openai/",
    "--to",
    "env:?writable=true",
    "--from=aws://eu-central-1",
    "db/",
  ];
  expect(readArguments(all)).toEqual({
    ...{ from: "aws://eu-central-1", to: "env:?writable=true" },
    ...{ prefixes: ["openai/", "db/"], apply: true },
  });
  expect(readArguments(["--to", "env:", "openai/"])).toMatchObject({ from: "env:", apply: false });
});

test("the sample is for no argument at all", () => {
  expect(readArguments([])).toBe("sample");
  expect(readArguments(["--help"])).toBe("help");
});

test.each([
  [["--from", "env:", "openai/", "--apply"], /--to is missing/],
  [["openai/"], /--to is missing/],
  [["--apply"], /--to is missing/],
  [["--to", "env:?writable=true"], /prefix is missing/],
  [["--to", "env:", "openai/", "--aply"], /^Unknown option '--aply'$/],
  [["openai/", "--to"], /'--to <value>' argument missing$/],
])("%j is refused", (args, message) => {
  expect(() => readArguments(args)).toThrow(UsageError);
  expect(() => readArguments(args)).toThrow(message);
});
