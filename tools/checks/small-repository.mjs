import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { packageName } from "./layers.mjs";

/** A repository of three packages and tools that passes every check, to plant violations in. */
export function createSmallRepository() {
  const root = mkdtempSync(join(tmpdir(), "structure-"));
  const repository = {
    root,
    write(path, text) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    },
    editManifest(folder, edit) {
      const path = join(root, folder, "package.json");
      const manifest = JSON.parse(readFileSync(path, "utf8"));
      edit(manifest);
      writeFileSync(path, JSON.stringify(manifest));
    },
    remove() {
      rmSync(root, { recursive: true });
    },
  };

  const [core, env] = [packageName("core"), packageName("env")];
  addPackage(repository, "core", 'export * from "./errors.js";\n');
  repository.write("packages/core/src/errors.ts", "export const code = 1;\n");
  addPackage(repository, "env", `export { code } from "${core}";\nimport "node:fs";\n`);
  addPackage(
    repository,
    "builder",
    `import "${core}";\nexport const load = () => import("${env}");\n`,
  );
  repository.write("tools/package.json", JSON.stringify({ name: "secrets-tools", private: true }));
  for (const folder of ["env", "builder"]) {
    repository.editManifest(`packages/${folder}`, (manifest) => {
      manifest.dependencies = { [core]: "workspace:^" };
    });
  }
  repository.editManifest("packages/builder", (manifest) => {
    const peers = ["aws", "env", "file", "vault"].map(packageName);
    manifest.peerDependencies = Object.fromEntries(peers.map((name) => [name, "*"]));
    manifest.peerDependenciesMeta = Object.fromEntries(
      peers.map((name) => [name, { optional: true }]),
    );
  });
  return repository;
}

function addPackage(repository, folder, source) {
  const published = {
    ".": { types: "./dist/index.d.ts", default: "./dist/index.js" },
    "./package.json": "./package.json",
  };
  writeManifest(repository, folder, {
    files: ["dist", "!dist/types.tsbuildinfo", "CHANGELOG.md", "README.md"],
    exports: {
      ".": { "@llm-orchestrator/source": "./src/index.ts", ...published["."] },
      "./package.json": "./package.json",
    },
    publishConfig: { access: "public", provenance: true, exports: published },
  });
  repository.write(`packages/${folder}/src/index.ts`, source);
  writeBundle(repository, folder, "index", ["../src/index.ts"]);
}

/** The one package that is run and never imported. */
export function addProgram(repository) {
  const folder = "create-secrets-backend";
  const exports = { "./package.json": "./package.json" };
  writeManifest(repository, folder, {
    files: ["dist/*.js", "dist/*.js.map", "template", "CHANGELOG.md", "README.md"],
    bin: { [folder]: "dist/main.js" },
    exports,
    publishConfig: { access: "public", provenance: true, exports },
    devDependencies: { [packageName("core")]: "workspace:^" },
  });
  repository.write(`packages/${folder}/src/main.ts`, "");
  repository.write(`packages/${folder}/template/package/_gitignore`, "dist/\n");
  writeBundle(repository, folder, "main", ["../src/main.ts"]);
}

const home = "https://github.com/llm-orchestrator/secrets";

function writeManifest(repository, folder, fields) {
  const manifest = {
    name: packageName(folder),
    version: "1.0.0",
    description: "A package",
    keywords: ["secrets"],
    license: "MIT",
    homepage: `${home}/tree/main/packages/${folder}#readme`,
    bugs: `${home}/issues`,
    repository: {
      type: "git",
      url: `git+${home}.git`,
      directory: `packages/${folder}`,
    },
    type: "module",
    sideEffects: false,
    engines: { node: ">=20.19" },
    ...fields,
  };
  repository.write(`packages/${folder}/package.json`, JSON.stringify(manifest));
}

export function writeBundle(repository, folder, name, sources) {
  const map = { version: 3, sources, sourcesContent: sources.map(() => "") };
  repository.write(`packages/${folder}/dist/${name}.js`, "");
  repository.write(`packages/${folder}/dist/${name}.js.map`, JSON.stringify(map));
}
