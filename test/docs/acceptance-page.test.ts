import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const docs = join(root, "docs");
const page = readFileSync(join(docs, "acceptance.md"), "utf8");

/** `| L01 | what it shows | [file](../test/…) |` */
const rows = [...page.matchAll(/^\| ([A-Z]\d\d) +\|([^|]+)\| (.+?) +\|$/gm)].map(
  ([, id = "", shows = "", where = ""]) => ({
    ...{ id, shows: shows.trim() },
    files: [...where.matchAll(/\]\(([^)]+)\)/g)].map(([, path = ""]) => resolve(docs, path)),
  }),
);

/** The letters of the tables on the page. */
const letters = [...new Set(rows.map(({ id }) => id[0]))];
const named = new RegExp(`["'\`]([${letters.join("")}]\\d\\d)[:,] `, "g");

const files = ["test", "packages", "examples"].flatMap((folder) => testFiles(join(root, folder)));
const cases = new Map(files.map((file) => [file, casesOf(file)]));

function testFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === "node_modules" || entry.name === "dist") return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return testFiles(path);
    return /\.test\.(ts|mjs)$/.test(entry.name) ? [path] : [];
  });
}

function casesOf(file: string): ReadonlySet<string> {
  const text = readFileSync(file, "utf8");
  return new Set([...text.matchAll(named)].map(([, id = ""]) => id));
}

test.each([
  ["L", 21],
  ["V", 45],
  ["A", 43],
] as const)("docs/acceptance.md lists the cases of %s, %i of them, each once", (letter, count) => {
  const expected = Array.from({ length: count }, (_, index) => {
    return `${letter}${String(index + 1).padStart(2, "0")}`;
  });
  expect(rows.map(({ id }) => id).filter((id) => id.startsWith(letter))).toEqual(expected);
});

test.each(rows)(
  "docs/acceptance.md says truly where $id is shown",
  ({ id, shows, files: listed }) => {
    expect(shows).not.toBe("");
    expect(listed.length).toBeGreaterThan(0);
    for (const file of listed) {
      expect(existsSync(file), relative(root, file)).toBe(true);
      expect([...casesOf(file)], relative(root, file)).toContain(id);
    }
  },
);

test("every case that a test is named after is listed, with that test's file", () => {
  const unlisted = [...cases].flatMap(([file, ids]) =>
    [...ids]
      .filter((id) => !rows.some((row) => row.id === id && row.files.includes(file)))
      .map((id) => `${id} in ${relative(root, file)}`),
  );
  expect(unlisted).toEqual([]);
  expect([...cases.values()].flatMap((ids) => [...ids]).length).toBeGreaterThan(20);
});
