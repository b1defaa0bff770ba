import { expect, test } from "vitest";
import { rewriteLinks } from "./links.mjs";
import { readPages } from "./pages.mjs";
import { github, repository } from "./places.mjs";

const pages = readPages(repository);
const rewrite = (markdown, source = "docs/guide.md") =>
  rewriteLinks(markdown, source, pages, repository);

test.each([
  ["errors.md", "/errors.md"],
  ["../packages/aws/README.md#permissions", "/packages/aws.md#permissions"],
  ["../packages/aws", "/packages/aws.md"],
  ["../README.md", "/index.md"],
  ["decisions/", "/decisions/index.md"],
  ["../CONTRIBUTING.md", "/contributing.md"],
  [`${github}/blob/main/docs/errors.md#codes`, "/errors.md#codes"],
  ["../tools/run.mjs", `${github}/blob/main/tools/run.mjs`],
  ["../packages", `${github}/tree/main/packages`],
  ["https://example.com/a.md", "https://example.com/a.md"],
  ["#caching", "#caching"],
])("a link of the guide to %s leads to %s", (target, expected) => {
  expect(rewrite(`a [link](${target}).`)).toBe(`a [link](${expected}).`);
});

test("a target that stands below the text is rewritten too", () => {
  expect(rewrite("See [errors].\n\n[errors]: errors.md\n")).toMatch(/^\[errors\]: \/errors\.md$/m);
});

test("code stays as it is, also within the words of a link", () => {
  const code = "```md\n[a](errors.md)\n```\n\n`[a](errors.md)`\n";
  expect(rewrite(code)).toBe(code);
  expect(rewrite("[`errors`](errors.md)")).toBe("[`errors`](/errors.md)");
});

test.each(["nowhere.md", "../test/nowhere.ts", "../../outside", `${github}/blob/main/nowhere.md`])(
  "a link to %s, which does not exist, is refused",
  (target) => {
    expect(() => rewrite(`[a](${target})`)).toThrow(/docs\/guide\.md: a link leads to .*not exist/);
  },
);
