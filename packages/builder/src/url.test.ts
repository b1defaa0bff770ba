import { SecretError } from "@llm-orchestrator/secrets-core";
import { assertNoLeak } from "@llm-orchestrator/secrets-testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseStoreUrl } from "./url.js";

const plain = (url: string) => {
  const { scheme, host, path, parameters } = parseStoreUrl(url);
  return [scheme, host, path, Object.fromEntries(parameters)];
};

const thrownBy = (url: unknown): SecretError => {
  try {
    parseStoreUrl(url);
  } catch (error) {
    if (SecretError.isInstance(error)) return error;
  }
  throw new Error("it did not throw a SecretError");
};

test.each<[string, unknown[]]>([
  ["env:", ["env", "", [], {}]],
  ["env:?", ["env", "", [], {}]],
  ["env:?prefix=APP_", ["env", "", [], { prefix: "APP_" }]],
  ["ENV:?prefix=", ["env", "", [], { prefix: "" }]],
  [
    "vault://host:8200/secret/team?namespace=prod",
    ["vault", "host:8200", ["secret", "team"], { namespace: "prod" }],
  ],
  ["vault+http://127.0.0.1:8200/secret/", ["vault+http", "127.0.0.1:8200", ["secret"], {}]],
  ["vault://[::1]:8200/secret", ["vault", "[::1]:8200", ["secret"], {}]],
  ["aws://us-east-1/prod", ["aws", "us-east-1", ["prod"], {}]],
  ["aws://us-east-1/team@prod", ["aws", "us-east-1", ["team@prod"], {}]],
  ["x:///a/b%20c", ["x", "", ["a", "b c"], {}]],
  ["x:a/b", ["x", "", ["a", "b"], {}]],
  ["x:./a/b?c=1", ["x", "", [".", "a", "b"], { c: "1" }]],
  ["x:?a=1%2B2&b=../c?d=%25&c=a+b", ["x", "", [], { a: "1+2", b: "../c?d=%", c: "a+b" }]],
])("%s is taken apart", (url, expected) => {
  expect(plain(url)).toEqual(expected);
});

test.each<[string, unknown, string]>([
  ["nothing", "", "has no scheme"],
  ["no scheme", "//host/path", "has no scheme"],
  ["a scheme that starts with a digit", "1x://host", "has no scheme"],
  ["undefined", undefined, "is not a string"],
  ["a URL object", new URL("vault://host/secret"), "is not a string"],
  ["a string object", Object("env:"), "is not a string"],
  ["2,049 characters", `x:${"a".repeat(2047)}`, "is longer than 2048 characters"],
  ["a space", "vault://host/a b", "holds a space"],
  ["a leading space", " env:", "holds a space"],
  ["a line feed at the end", "env:\n", "holds a space"],
  ["a tab within the scheme", "e\tnv:", "holds a space"],
  ["a NUL", "env:\0", "holds a space"],
  ["a letter outside ASCII", "vault://hóst/", "holds a space"],
  ["a backslash", "vault://host\\@evil/", "holds a backslash"],
  ["a fragment", "vault://host/secret#a", "has a fragment"],
  ["a half percent-encoding", "x:a%2", "holds a % that is no percent-encoding"],
  ["a percent-encoding that is not UTF-8", "x:?a=%ff", "is not UTF-8"],
  ["an encoded NUL", "x:?a=%00", "holds an encoded control character"],
  ["an encoded line feed in the path", "x:a%0Ab", "holds an encoded control character"],
  ["a .. segment", "aws://r/prod/../x", 'has a "." or ".." path segment'],
  ["a . segment", "aws://r/./x", 'has a "." or ".." path segment'],
  ["an encoded .. segment", "aws://r/%2e%2E/x", 'has a "." or ".." path segment'],
  ["a . segment after one in front", "x:././a", 'has a "." or ".." path segment'],
  ["a .. segment after a . in front", "x:./../a", 'has a "." or ".." path segment'],
  ["an encoded . segment in front", "x:%2e/a", 'has a "." or ".." path segment'],
  ["a . segment in front, with a host", "x:///./a", 'has a "." or ".." path segment'],
  ["nothing but a . in front", "x:./", "has an empty path segment"],
  ["a slash after a . in front", "x:.//a", "has an empty path segment"],
  ["a credential after a . in front", "x:./user:pass@a", "holds a credential"],
  ["a half-encoded .. segment", "aws://r/.%2e", 'has a "." or ".." path segment'],
  ["a twice encoded .. segment", "aws://r/%252e%252e/x", "encoded /"],
  ["an encoded slash", "aws://r/a%2fb", "encoded /"],
  ["an encoded backslash", "aws://r/a%5Cb", "encoded /"],
  ["an empty segment", "aws://r/a//b", "has an empty path segment"],
  ["only empty segments", "aws://r//", "has an empty path segment"],
  ["a port above 65535", "vault://host:99999/x", "has a port above 65535"],
  ["a port of 0", "vault://host:0/x", "has a host that is no host"],
  ["an empty port", "vault://host:/x", "has a host that is no host"],
  ["a host of dots", "vault://../x", "has a host that is no host"],
  ["an encoded host", "vault://h%2eost/x", "has a host that is no host"],
  ["a parameter twice", "x:?a=1&a=2", "has a parameter twice"],
  ["a parameter without a value", "x:?a", "is not name=value"],
  ["a parameter without a name", "x:?=1", "is not name=value"],
  ["an empty parameter", "x:?a=1&&b=2", "is not name=value"],
  ["an encoded parameter name", "x:?%61=1", "is not name=value"],
  ["a user and a password", "vault://user:pass@host/secret", "holds a credential"],
  ["a token before the host", "vault://hvs.token@host:99999/x", "holds a credential"],
  ["an empty user", "vault://@host/x", "holds a credential"],
  ["a token without slashes", "vault:token@host", "holds a credential"],
  ["a credential in the path", "vault:///user:pass@host/x", "holds a credential"],
  ["a token parameter", "vault://host/secret?token=hvs.x", "holds a credential"],
  ["a key parameter", "aws://r?Secret-Access_Key=x", "holds a credential"],
])("a URL with %s is refused", (_, url, fault) => {
  const error = thrownBy(url);
  expect(error.code).toBe("CONFIGURATION");
  expect(error.message).toContain(fault);
  expect(error.fix).not.toBe("");
});

test("a refused URL is in no error in any form", async () => {
  const canary = "canary-Qx7Rz81LmN";
  const urls = [
    `vault://user:${canary}@host/x`,
    `vault://host/${canary}/../x`,
    `vault://host/secret?token=${canary}`,
    `vault://host:99999/${canary}`,
    `${canary}//host`,
    `vault://host/x?${canary}`,
    `vault://host/%ff${canary}`,
  ];
  for (const url of urls) {
    expect(thrownBy(url).cause).toBeUndefined();
    await assertNoLeak(() => parseStoreUrl(url), [canary], { slowChannels: false });
  }
});

test("any text is taken apart without traversal, or refused as CONFIGURATION", () => {
  const pieces = fc.constantFrom("vault:", "//", "/", "..", "%2e", "@", "?", "a=", "&", "\\", "é");
  const urls = fc.oneof(
    fc.string({ unit: "binary", maxLength: 60 }),
    fc
      .array(fc.oneof(pieces, fc.string({ maxLength: 6 })), { maxLength: 12 })
      .map((parts) => ["vault:", ...parts].join("")),
  );
  let parsed = 0;
  fc.assert(
    fc.property(urls, (url) => {
      try {
        const { host, path } = parseStoreUrl(url);
        parsed++;
        expect(host).not.toMatch(/[@%\\/]/);
        const below = /^[a-z]+:\.\//i.test(url) ? path.slice(1) : path;
        for (const segment of below) expect(segment).not.toMatch(/^\.{0,2}$|[/\\%]/);
      } catch (error) {
        if (!SecretError.isInstance(error)) throw error;
        expect(error.code).toBe("CONFIGURATION");
      }
    }),
    { seed: 4, numRuns: 1_000 },
  );
  expect(parsed).toBeGreaterThan(50);
});

test("a URL with a credential is not left in RegExp.input", () => {
  expect(() => parseStoreUrl("vault://user:canary-5f0c3b9a71@host/secret")).toThrow();
  expect((RegExp as unknown as { input: string }).input).not.toContain("canary");
});
