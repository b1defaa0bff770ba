import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { sidebar } from "./navigation.mjs";
import { addressOf, readPages, titleOf } from "./pages.mjs";
import { repository } from "./places.mjs";
import { slug } from "./slug.mjs";

const pages = readPages(repository);

test("every document and every package has a page, under an address of its own", () => {
  const sources = pages.map(({ source }) => source);
  expect(sources).toEqual(expect.arrayContaining(["README.md", "docs/guide.md"]));
  const packages = readdirSync(join(repository, "packages"));
  const whole = packages.filter((name) =>
    existsSync(join(repository, "packages", name, "package.json")),
  );
  for (const name of whole) expect(sources).toContain(`packages/${name}/README.md`);
  expect(new Set(pages.map(({ path }) => path)).size).toBe(pages.length);
  for (const { source, title } of pages) expect(title, source).not.toBe(source); // each has a heading
});

test("every page stands in the side bar once, new ones too", () => {
  const unknown = [
    { path: "new-document.md", title: "A new document" },
    { path: "packages/new.md", title: "@llm-orchestrator/secrets-new" },
  ];
  const groups = sidebar([...pages, ...unknown], "/nowhere")["/"];
  const links = groups.flatMap(({ items }) => items.map(({ link }) => link));
  const expected = [...pages, ...unknown].map(({ path }) => addressOf(path));
  expect(links.toSorted()).toEqual([...expected, "/reference/", "/decisions/"].toSorted());
  expect(groups.flatMap(({ items }) => items)).toContainEqual({
    text: "new",
    link: "/packages/new",
  });
});

test.each([
  ["index.md", "/"],
  ["guide.md", "/guide"],
  ["decisions/index.md", "/decisions/"],
  ["packages/my-index.md", "/packages/my-index"],
])("%s is at %s", (path, address) => {
  expect(addressOf(path)).toBe(address);
});

test("a title is the first heading without its marks", () => {
  expect(titleOf("text\n\n# 3. `INVALID_KEY` says less\n\n# another\n")).toBe(
    "3. INVALID_KEY says less",
  );
  expect(titleOf("no heading")).toBe(undefined);
});

test.each([
  ["7. Use it", "7-use-it"],
  ["Vault, or OpenBao", "vault-or-openbao"],
  ["From `node-vault`", "from-node-vault"],
  ["a_b – c", "a_b--c"],
])("the anchor of %s is %s, as on GitHub", (heading, anchor) => {
  expect(slug(heading)).toBe(anchor);
});
