import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { execute } from "./execute.js";

const require = createRequire(import.meta.url);

/** The manifests of the compilers that consumers have. */
const manifests = {
  "typescript-5": require.resolve("typescript-5/package.json"),
  typescript: require.resolve("typescript/package.json"),
};

export const compilers = ["typescript-5", "typescript"] as const;

export const resolutions = ["nodenext", "bundler"] as const;

export interface TypeCheck {
  readonly compiler: (typeof compilers)[number];
  readonly resolution: (typeof resolutions)[number];
}

/** Checks `main.ts` of a project as strictly as a consumer may; `nodenext` also writes `main.js`. */
export async function compile(project: string, { compiler, resolution }: TypeCheck): Promise<void> {
  const isForNode = resolution === "nodenext";
  const config = join(project, `tsconfig.${compiler}-${resolution}.json`);
  const compilerOptions = {
    ...{ strict: true, skipLibCheck: false, lib: ["ES2022"], types: [], target: "ES2022" },
    ...{ module: isForNode ? resolution : "preserve", moduleResolution: resolution },
    noEmit: !isForNode,
  };
  await writeFile(config, JSON.stringify({ compilerOptions, files: ["main.ts"] }));
  await execute(process.execPath, [compilerPath(compiler), "-p", config], { cwd: project });
}

function compilerPath(compiler: TypeCheck["compiler"]): string {
  const manifest = manifests[compiler];
  const { bin } = require(manifest) as { bin: { tsc: string } };
  return join(dirname(manifest), bin.tsc);
}
