import { relative } from "node:path";
import type { Plan } from "./plan.js";

const page = "https://github.com/llm-orchestrator/secrets/blob/main/docs/writing-a-backend.md";

/** What to type now, for the package manager that ran this. */
export function nextSteps(plan: Plan, workingFolder: string, userAgent = ""): string {
  const steps = plan.repository
    ? stepsInRepository(plan.service.kebab, plan.repository.packageManager)
    : stepsOutside(relative(workingFolder, plan.folder), userAgent);
  return `Next:\n${steps.map((step) => `  ${step}\n`).join("")}\nThen: ${page}\n`;
}

function stepsOutside(folder: string, userAgent: string): readonly string[] {
  const manager = /^(?:npm|pnpm|yarn|bun)(?=\/)/.exec(userAgent)?.[0] ?? "npm";
  const path = /^[\w./\\@-]*$/.test(folder) ? folder : JSON.stringify(folder);
  const run = manager === "bun" ? "bun run test" : `${manager} test`; // `bun test` is a runner of its own
  return [
    ...(folder === "" ? [] : [`cd ${path}`]),
    `${manager} install`,
    `${run}   # green already: the stub in test/ stands for your service`,
    "src/client.ts   # send your service's requests",
    "src/error-map.ts   # say what its answers mean",
  ];
}

function stepsInRepository(kebab: string, packageManager: string): readonly string[] {
  const key = kebab.includes("-") ? `"${kebab}"` : kebab;
  return [
    `tools/checks/layers.mjs   # add: ${key}: { mayImport: ["core"] },`,
    `docs/architecture.md   # add packages/${kebab} to the table`,
    "docs/errors.md   # add the reasons of src/error-map.ts",
    `npx ${packageManager} install   # writes the lockfile`,
    `node_modules/.bin/vitest run packages/${kebab}`,
    `packages/${kebab}/src/client.ts   # send your service's requests`,
  ];
}
