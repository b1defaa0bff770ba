import { readFileSync } from "node:fs";

/** What somebody installs and nothing else: a row in the tables of docs/footprint.md. */
export interface Install {
  /** As the page writes it. */
  readonly title: string;
  /** Folders of our packages that are asked for; what they need comes with them. */
  readonly asked: readonly [string, ...string[]];
  /** Vendor SDKs that are asked for, with the range. */
  readonly others?: Readonly<Record<string, string>>;
  /** The entry that is imported, `/openai`; default: the main one. */
  readonly entry?: string;
  /** The name of the call in `projects/selective/first-calls.js`, and its argument. */
  readonly call: readonly string[];
}

/** Installed in each `npm test`. */
export const installs: readonly Install[] = [
  { title: "`env`", asked: ["env"], call: ["env"] },
  { title: "`file`", asked: ["file"], call: ["file"] },
  { title: "`vault`", asked: ["vault"], call: ["vault"] },
  { title: "`aws`", asked: ["aws"], call: ["aws"] },
  { title: "`builder`", asked: ["builder"], call: ["builder", "env"] },
  { title: "`builder` and `env`", asked: ["builder", "env"], call: ["builder", "env"] },
];

/** Installed on every Node that is supported alone. The vendor SDKs' majors run on each of them. */
export const furtherInstalls: readonly Install[] = [
  { title: "`core`", asked: ["core"], call: ["core"] },
  { title: "`cache`", asked: ["cache"], call: ["cache"] },
  { title: "`live`", asked: ["live"], call: ["live"] },
  { title: "`testing`", asked: ["testing"], call: ["testing"] },
  { title: "`ai-sdk`", asked: ["ai-sdk"], call: ["live"] },
  {
    ...{ title: "`openai`, `openai@6`", asked: ["openai"], call: ["openai"] },
    others: { openai: "6" },
  },
  {
    ...{ title: "`anthropic`, `@anthropic-ai/sdk@1`", asked: ["anthropic"], call: ["anthropic"] },
    others: { "@anthropic-ai/sdk": "1" },
  },
  {
    ...{ title: "`ai-sdk`, `@ai-sdk/openai@3`", asked: ["ai-sdk"], call: ["ai-sdk"] },
    ...{ others: { "@ai-sdk/openai": "3" }, entry: "/openai" },
  },
];

export const packageName = (folder: string) => `@llm-orchestrator/secrets-${folder}`;

/** What is imported: `@llm-orchestrator/secrets-ai-sdk/openai`. */
export const specifierOf = ({ asked: [folder], entry = "" }: Install) =>
  packageName(folder) + entry;

/** Those packages and what they need of ours: none is on a registry, so that npm is given each. */
export function withDependencies(folders: readonly string[]): readonly string[] {
  const found = new Set(folders);
  for (const folder of found) {
    const manifest = new URL(`../../packages/${folder}/package.json`, import.meta.url);
    const { dependencies = {} } = JSON.parse(readFileSync(manifest, "utf8")) as {
      dependencies?: Readonly<Record<string, string>>;
    };
    for (const name of Object.keys(dependencies)) {
      const [, needed] = /^@llm-orchestrator\/secrets-(.+)$/.exec(name) ?? [];
      if (needed) found.add(needed); // which this loop then comes to
    }
  }
  return [...found];
}
