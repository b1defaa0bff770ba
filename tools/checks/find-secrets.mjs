import { readdirSync, readFileSync } from "node:fs";
import { extname, join, relative } from "node:path";
import { lintSource } from "@secretlint/core";
import { creator as pattern } from "@secretlint/secretlint-rule-pattern";
import { rules } from "@secretlint/secretlint-rule-preset-recommend";

/** Documented examples that have a secret's shape and open nothing. */
const examples = ["/AKIA[A-Z0-9]{9}EXAMPLE/", "/wJalrXUtnFEMI[A-Za-z0-9/+]+EXAMPLEKEY/"];

/** What the preset does not know. */
const patterns = {
  "Vault token": "/\\bhv[sbr]\\.[\\w-]{24,}/",
  "Vault token of the old style":
    "/(?<![\\w.])[sbr]\\.(?=[A-Za-z]*\\d)(?=[a-z\\d]*[A-Z])[A-Za-z\\d]{24}\\b/",
  "OpenAI project key": "/\\bsk-(?:proj|svcacct)-[\\w-]{40,}/",
  "npm token": "/_authToken\\s*=\\s*[\\w-]{30,}/",
  // The preset's rule misses short keys (Ed25519) and encrypted ones.
  "private key": "/-----BEGIN [A-Z ]*PRIVATE KEY-----(?:\\s|\\\\n)*[A-Za-z\\d+\\/=]{16,}/",
};

const advice =
  "A real one: revoke it first. An example: write one that nobody can take for a key, or add it to " +
  "the examples in tools/checks/find-secrets.mjs.";

const config = {
  rules: [
    ...rules
      // A file must not be able to switch its own scan off.
      .filter(({ meta }) => !meta.id.endsWith("-filter-comments"))
      .map((rule) => ({ id: rule.meta.id, rule, options: optionsOf(rule.meta.id) })),
    {
      id: "@secretlint/secretlint-rule-pattern",
      rule: pattern,
      options: {
        patterns: Object.entries(patterns).map(([name, text]) => ({ name, patterns: [text] })),
      },
    },
  ],
};

function optionsOf(id) {
  return id.endsWith("-aws") ? { enableIDScanRule: true, allows: examples } : {};
}

/**
 * Strings with the shape of a credential in the files of an unpacked tarball. Returns messages without them.
 *
 * @param unpacked The folder to scan: every file of it, and the sources within source maps.
 */
export async function findSecrets(unpacked) {
  const files = readdirSync(unpacked, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const found = await Promise.all(files.map(async (file) => [file, await kindsIn(file)]));
  return found.flatMap(([file, kinds]) =>
    [...kinds].map((kind) => `${relative(unpacked, file)}: ${kind}. ${advice}`),
  );
}

/** Names of what was found, such as "AWSSecretAccessKey"; the messages would hold it. */
async function kindsIn(file) {
  const kinds = new Set();
  for (const content of textsOf(file)) {
    const source = { filePath: file, content, contentType: "text", ext: extname(file) };
    const { messages } = await lintSource({ source, options: { config } });
    for (const { messageId, data } of messages) kinds.add(data?.PATTERN_NAME ?? messageId);
  }
  return kinds;
}

/** In a source map, line breaks are escapes: a key of several lines would not be seen. */
function textsOf(file) {
  const text = readFileSync(file, "utf8");
  return file.endsWith(".map") ? [text, ...(JSON.parse(text).sourcesContent ?? [])] : [text];
}
