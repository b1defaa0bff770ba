import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { execute } from "./execute.js";

const require = createRequire(import.meta.url);

/** The compilers that consumers have, by the name of the installed package. */
export const compilers = ["typescript-5", "typescript"] as const;

export const resolutions = ["nodenext", "bundler"] as const;

export interface TypeCheck {
  readonly compiler: (typeof compilers)[number];
  readonly resolution: (typeof resolutions)[number];
}

/** Compiles `main.ts` of a project as strictly as a consumer may, into the returned folder. */
export async function compile(
  project: string,
  { compiler, resolution }: TypeCheck,
): Promise<string> {
  const name = `${compiler}-${resolution}`;
  const module = resolution === "bundler" ? "preserve" : "nodenext";
  const config = join(project, `tsconfig.${name}.json`);
  const compilerOptions = {
    ...{ strict: true, skipLibCheck: false, lib: ["ES2022"], types: [], target: "ES2022" },
    ...{ module, moduleResolution: resolution, rootDir: ".", outDir: name },
  };
  await writeFile(config, JSON.stringify({ compilerOptions, files: ["main.ts"] }));
  await execute(process.execPath, [compilerPath(compiler), "-p", config], { cwd: project });
  return join(project, name);
}

function compilerPath(compiler: TypeCheck["compiler"]): string {
  const manifest = require.resolve(`${compiler}/package.json`);
  const { bin } = require(manifest) as { bin: { tsc: string } };
  return join(dirname(manifest), bin.tsc);
}
