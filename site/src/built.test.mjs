import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { brokenLinks } from "./built-links.mjs";
import { draw } from "./diagrams.mjs";
import { sectionsWith } from "./search-index.mjs";
import { serveSite } from "./serve.mjs";

const folder = mkdtempSync(join(tmpdir(), "built-site-"));
const files = {
  "index.html": `<a href="/guide#caching">a</a> <a href="#here">b</a> <h2 id="here">c</h2>`,
  "guide.html": `<h2 id="caching">a</h2> <a href="./reference/">b</a>`,
  "reference/index.html": `<a class="x" href="../guide">a</a>`,
  "404.html": "nothing here",
  "assets/a.js": "",
};
let server;
let origin;

beforeAll(async () => {
  write(files);
  server = await serveSite(folder, 0);
  origin = `http://127.0.0.1:${server.address().port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

function write(pages) {
  for (const [path, text] of Object.entries(pages)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

test("whole links are passed, a page or a heading that is not there is reported", () => {
  expect(brokenLinks(folder)).toEqual([]);
  write({ "broken.html": `<a href="./nowhere">a</a> <a href="/guide#nowhere">b</a>` });
  expect(brokenLinks(folder).toSorted()).toEqual([
    "/broken: a link leads to ./nowhere, which does not exist",
    "/broken: a link leads to /guide#nowhere, which does not exist",
  ]);
  write({ "broken.html": `<link rel="stylesheet" href="https://fonts.example/a.css">` });
  expect(brokenLinks(folder)).toEqual(["/broken: loads https://fonts.example/a.css"]);
  rmSync(join(folder, "broken.html"));
});

test.each([
  ["/", 200, "text/html; charset=utf-8"],
  ["/guide?from=search", 200, "text/html; charset=utf-8"],
  ["/assets/a.js", 200, "text/javascript"],
  ["/reference", 302, null],
  ["/reference/", 200, "text/html; charset=utf-8"],
  ["/nowhere", 404, "text/html; charset=utf-8"],
  ["/..%2f..%2fetc%2fpasswd", 404, "text/html; charset=utf-8"],
  ["/%", 404, "text/html; charset=utf-8"],
])("%s is served with %i", async (path, status, type) => {
  const response = await fetch(origin + path, { redirect: "manual" });
  await response.text();
  expect([response.status, response.headers.get("content-type")]).toEqual([status, type]);
});

test("while the site is built anew, the server lives on", async () => {
  rmSync(join(folder, "404.html"));
  const response = await fetch(`${origin}/nowhere`);
  expect([response.status, await response.text()]).toEqual([503, expect.stringMatching(/built/)]);
  write(files);
});

test("it is served to this machine alone", () => {
  expect(server.address().address).toBe("127.0.0.1");
});

test("a word is found in the sections that hold it", () => {
  const index = {
    documentIds: { 0: "/guide#caching", 1: "/errors" },
    index: [["ttlms", { 2: { 0: 3 }, 1: { 1: 1 } }]],
  };
  expect(sectionsWith(index, "ttlMs").toSorted()).toEqual(["/errors", "/guide#caching"]);
  expect(sectionsWith(index, "nowhere")).toEqual([]);
});

test("a diagram has the theme's colours, loads nothing and holds its last label whole", () => {
  const label = "a label that reaches far to the right of all boxes";
  const svg = draw(`sequenceDiagram\n  participant A\n  A->>A: ${label}\n`);
  expect(svg).toContain("var(--vp-c-text-1)");
  expect(svg).not.toMatch(/@import|<style|googleapis/);
  const [, x] = new RegExp(`<text x="([\\d.]+)"[^>]*>${label}`).exec(svg);
  const [, width] = /viewBox="0 0 (\d+)/.exec(svg);
  expect(Number(width) - Number(x)).toBeGreaterThan(label.length * 6);
});

test("a diagram that cannot be drawn is refused", () => {
  expect(() => draw("no such diagram")).toThrow(/mermaid/);
});
