// The package table of docs/architecture.md as data. Arrows point down only.
//
// mayImport    packages of ours that the source imports, listed in `dependencies`
// mayLoad      packages of ours that it reaches by import() only, listed as optional peers
// portable     no static `node:` import: also runs on workers, Deno and Bun
// selfContained  no runtime dependency that is not ours
// program      has a bin and no exports: it is run and never imported, so it ships no declarations
// testsNeed    what its tests import beside that: its template is a package that stands on them

export const layers = {
  core: { mayImport: [], portable: true, selfContained: true },
  testing: { mayImport: ["core"] },
  env: { mayImport: ["core"] },
  vault: { mayImport: ["core"] },
  aws: { mayImport: ["core"] },
  file: { mayImport: ["core"] },
  cache: { mayImport: ["core"], portable: true, selfContained: true },
  builder: {
    mayImport: ["core", "cache"],
    mayLoad: ["aws", "env", "file", "vault"],
    selfContained: true,
  },
  live: { mayImport: ["core"], portable: true },
  openai: { mayImport: ["core", "live"] },
  anthropic: { mayImport: ["core", "live"] },
  "ai-sdk": { mayImport: ["core", "live"] },
  "create-secrets-backend": {
    ...{ mayImport: [], selfContained: true },
    ...{ program: true, testsNeed: ["core"] },
  },
};

/** What test files import beside what the package itself may. Tests of core that need a store live in `testing`. */
export function testsMayImport(folder) {
  const more = (layers[folder]?.testsNeed ?? []).map(packageName);
  return folder === "core" ? [] : [packageName("testing"), "secrets-tools", ...more];
}

export function packageName(folder) {
  // `npm create @llm-orchestrator/secrets-backend` looks up this name.
  if (folder === "create-secrets-backend") return "@llm-orchestrator/create-secrets-backend";
  return `@llm-orchestrator/secrets-${folder}`;
}
