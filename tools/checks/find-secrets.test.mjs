import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { findSecrets } from "./find-secrets.mjs";

let folder;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tarball-"));
  mkdirSync(join(folder, "dist"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const plant = (file, text) => writeFileSync(join(folder, file), text);

// In pieces, so that no scanner takes this file for a leak; made up, so that none opens anything.
const letters = "aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3xY5zA7bC9dE1fG3hI5jK7lM9nO1pQ3rS5tU7vW9xY1";
const dashes = "-".repeat(5);
const planted = {
  AWSAccessKeyID: `AK${"IA"}Q3EGRKLNXV5JT7BD`,
  AWSSecretAccessKey: `aws_secret_access_key = "${letters.slice(0, 40)}"`,
  "private key": `${dashes}BEGIN ENCRYPTED PRIVATE KEY${dashes}\n${letters}\n${letters}\n${dashes}END ENCRYPTED PRIVATE KEY${dashes}`,
  "Vault token": `hvs${"."}${letters.slice(0, 28)}`,
  "Vault token of the old style": `"s${"."}${letters.slice(0, 24)}"`,
  OPENAI_TOKEN: `sk${"-"}${letters.slice(0, 20)}T3BlbkFJ${letters.slice(0, 20)}`,
  "OpenAI project key": `sk-${"proj"}-${letters.slice(0, 60)}`,
  ANTHROPIC_API_KEY: `sk-${"ant"}-api03-${letters}${letters.slice(0, 17)}AA`,
  NPM_ACCESS_TOKEN: `npm${"_"}${letters.slice(0, 36)}`,
  "npm token": `//registry.example.com/:${"_auth"}Token=${letters.slice(0, 36)}`,
  BasicAuth: `https://someone:${letters.slice(0, 12)}@example.com/`,
  GITHUB_TOKEN: `ghp${"_"}${letters.slice(0, 36)}`,
};

it.each(Object.entries(planted))(
  "finds a planted %s, and does not print it",
  async (kind, text) => {
    plant("dist/index.js", `// from somewhere\nconst planted = \`${text}\`;\n`);
    const messages = await findSecrets(folder);
    expect(messages).toEqual([
      expect.stringContaining(`dist/index.js: ${kind}. A real one: revoke`),
    ]);
    expect(messages.join()).not.toContain(letters.slice(0, 20));
  },
);

it("finds one among the sources of a source map, over several lines", async () => {
  plant("dist/index.js.map", JSON.stringify({ sourcesContent: [planted["private key"]] }));
  expect(await findSecrets(folder)).toEqual([
    expect.stringContaining("dist/index.js.map: private"),
  ]);
});

it("is not switched off by a comment in the file", async () => {
  plant("README.md", `<!-- secretlint-disable -->\n${planted.NPM_ACCESS_TOKEN}\n`);
  expect(await findSecrets(folder)).toHaveLength(1);
});

it("lets documented examples and ordinary code pass", async () => {
  plant("README.md", "AKIAIOSFODNN7EXAMPLE wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n");
  plant("package.json", '{ "integrity": "sha512-0000", "token": "hvs.example", "key": "sk-..." }');
  plant("dist/index.js", "this.s.connection = s.abcdefghijklmnopqrstuvwx.y; thing.s.b();\n");
  expect(await findSecrets(folder)).toEqual([]);
});
