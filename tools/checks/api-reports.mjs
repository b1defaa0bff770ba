import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { CompilerState, Extractor, ExtractorConfig } from "@microsoft/api-extractor";

// For the few declarations that name Node's types.
const typeRoot = fileURLToPath(new URL("../../node_modules/@types", import.meta.url));

/**
 * The public interface of each library as text, by file name (`env.api.md`): every export and each type
 * that an export needs, from the declarations that are shipped, without comments.
 *
 * @param workspaces Published packages; a program without entries gives nothing.
 * @throws Error where declarations are missing.
 */
export function apiReports(workspaces) {
  const folder = mkdtempSync(join(tmpdir(), "api-"));
  try {
    const entries = workspaces.flatMap(entriesOf);
    const configs = entries.map((entry) => configOf(folder, entry));
    if (configs.length === 0) return new Map();
    // One program for all: each package's declarations are parsed once.
    const compilerState = CompilerState.create(configs[0], {
      additionalEntryPoints: entries.map(({ declarations }) => declarations),
    });
    return new Map(
      configs.map((config) => {
        extract(config, compilerState);
        return [
          basename(config.reportFilePath),
          withoutComments(readFileSync(config.reportFilePath, "utf8")),
        ];
      }),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A package with several entries has a report for each: "ai-sdk.api.md", "ai-sdk-openai.api.md". */
function entriesOf({ folder, path, manifest }) {
  return Object.entries(manifest.exports)
    .filter(([, target]) => target.types)
    .map(([subpath, { types }]) => ({
      path,
      declarations: join(path, types),
      name: [folder, ...subpath.split("/").slice(1)].join("-"),
    }));
}

function configOf(folder, { path, declarations, name }) {
  const compilerOptions = {
    ...{ target: "ES2022", lib: ["ES2022"], module: "NodeNext", moduleResolution: "NodeNext" },
    ...{ strict: true, skipLibCheck: true },
    ...{ types: ["node"], typeRoots: [typeRoot] },
  };
  const none = { default: { logLevel: "none" } };
  return ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: join(path, "package.json"),
    configObject: {
      projectFolder: path,
      mainEntryPointFilePath: declarations,
      compiler: { overrideTsconfig: { compilerOptions, files: [declarations] } },
      apiReport: {
        ...{ enabled: true, reportFileName: name, includeForgottenExports: true },
        ...{ reportFolder: folder, reportTempFolder: join(folder, "temporary") },
      },
      ...{ docModel: { enabled: false }, dtsRollup: { enabled: false } },
      tsdocMetadata: { enabled: false },
      newlineKind: "lf",
      // What a comment should hold is for people to judge.
      messages: {
        compilerMessageReporting: { default: { logLevel: "error" } },
        ...{ extractorMessageReporting: none, tsdocMessageReporting: none },
      },
    },
  });
}

function extract(config, compilerState) {
  const errors = [];
  Extractor.invoke(config, {
    ...{ compilerState, localBuild: true },
    messageCallback(message) {
      if (message.logLevel === "error") errors.push(message.text);
      message.handled = true;
    },
  });
  if (errors.length > 0)
    throw new Error(`${basename(config.reportFilePath)}: ${errors.join("\n")}`);
}

/** "// @public" and "// (undocumented)": whether a symbol has a comment is no part of its interface. */
function withoutComments(report) {
  return report.replace(/^ *\/\/ (?:@public.*|\(undocumented\))\n/gm, "");
}
