import { beforeAll, describe, expect, test, vi } from "vitest";
import { compile } from "./compile.js";
import { aiSdkVersions, anthropicVersions, openAiVersions } from "./versions.js";

// npm and a compiler, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const clients = [
  ...openAiVersions.map((sdk) => ({ ...sdk, sdk, name: "openai" })),
  ...anthropicVersions.map((sdk) => ({ ...sdk, sdk, name: "anthropic" })),
];

describe.each(clients)("types with $name $version", ({ sdk, name, hasFetchOfItsOwn }) => {
  const spread = `${name}-spread.ts`;
  let problems: readonly string[];
  beforeAll(async () => {
    const packages = ["core", "live", name];
    problems = await compile({ files: [`${name}.ts`, spread], packages }, sdk);
  });

  test("L19: the client, the provider and the options compile", () => {
    expect(problems.filter((problem) => !problem.startsWith(spread))).toEqual([]);
  });

  const title = hasFetchOfItsOwn
    ? "L19: a spread of the options needs a cast of fetch, which has node-fetch's types there"
    : "L19: a spread of the options compiles as it is";
  test(title, () => {
    const ofSpread = problems.filter((problem) => problem.startsWith(spread));
    expect(ofSpread.length > 0).toBe(hasFetchOfItsOwn);
    for (const problem of ofSpread) expect(problem).toMatch(/TS2345.*fetch/);
  });
});

test.each(aiSdkVersions)("L19: the AI SDK's providers compile with ai $version", async (sdk) => {
  const packages = ["core", "live", "ai-sdk"];
  expect(await compile({ files: ["ai-sdk.ts"], packages }, sdk)).toEqual([]);
});
