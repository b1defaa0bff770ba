import { relative } from "node:path";
import type { Plan } from "./plan.js";

const page = "https://github.com/llm-orchestrator/secrets/blob/main/docs/writing-a-backend.md";

/** What to type now, for the package manager that ran this, and what to edit. */
export function nextSteps(plan: Plan, workingFolder: string, userAgent = ""): string {
  const { service, folder, repository } = plan;
  const [commands, edits] = repository
    ? stepsInRepository(service.kebab, repository.packageManager)
    : stepsOutside(relative(workingFolder, folder), userAgent);
  return [
    ...["Next:", ...commands.map((command) => `  ${command}`), ""],
    ...["The tests are green as it is. Then edit:", ...edits.map((edit) => `  ${edit}`), ""],
    `How: ${page}\n`,
  ].join("\n");
}

type Steps = readonly [commands: readonly string[], edits: readonly string[]];

function stepsOutside(folder: string, userAgent: string): Steps {
  const manager = /^(?:npm|pnpm|yarn|bun)(?=\/)/.exec(userAgent)?.[0] ?? "npm";
  const test = manager === "bun" ? "bun run test" : `${manager} test`; // `bun test` is a runner of its own
  const path = /^[\w./\\@-]*$/.test(folder) ? folder : JSON.stringify(folder);
  return [
    [...(folder === "" ? [] : [`cd ${path}`]), `${manager} install`, test],
    [
      "src/client.ts         the requests that your service takes",
      "src/error-map.ts      what its answers mean",
      "test/stub-service.ts  answers as your service does, or start the service itself",
      'package.json          add "repository" before you publish',
    ],
  ];
}

function stepsInRepository(kebab: string, packageManager: string): Steps {
  const key = kebab.includes("-") ? `"${kebab}"` : kebab;
  return [
    [
      `npx ${packageManager} install`,
      "npm run format",
      `node_modules/.bin/vitest run packages/${kebab}`,
    ],
    [
      `tools/checks/layers.mjs  add the line  ${key}: { mayImport: ["core"] },`,
      `docs/architecture.md     add ${kebab} to the table of packages`,
      "docs/errors.md           add the reasons of src/error-map.ts",
      `packages/${kebab}/src/client.ts and error-map.ts, as the page below says`,
    ],
  ];
}
