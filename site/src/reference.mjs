import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Application } from "typedoc";
import { readEntries } from "./entries.mjs";
import { github, site } from "./places.mjs";

/**
 * Writes a page for each entry and for each of its exports into `folder`, from TSDoc.
 *
 * @throws Error when the sources do not compile, or a `{@link}` leads nowhere.
 */
export async function writeReference(repository, folder) {
  const entries = readEntries(repository);
  const app = await Application.bootstrapWithPlugins(options(repository, folder, entries));
  const project = await app.convert();
  if (!project) throw new Error("TypeDoc could not read the packages; what it printed says why.");
  for (const module of project.children) {
    const source = module.sources[0].fullFileName;
    module.name = entries.find(({ file }) => file === source).name;
  }
  app.validate(project);
  await app.generateOutputs(project);
  writeFileSync(join(folder, "index.md"), overview(project, entries));
  if (app.logger.hasErrors() || app.logger.hasWarnings()) {
    throw new Error("TypeDoc has complaints, printed above.");
  }
}

/** In place of TypeDoc's, which lists names alone. */
function overview(project, entries) {
  const rows = project.children.map(({ name, comment }) => {
    const { specifier } = entries.find((entry) => entry.name === name);
    const summary = comment.summary.map(({ text }) => text).join("");
    const words = summary.replace(/\s+/g, " ").trim();
    return `| [\`${specifier}\`](/reference/${name}/index.md) | ${words} |`;
  });
  const table = ["| package | holds |", "| --- | --- |", ...rows].join("\n");
  return `# API reference\n\nEvery export of every package, from the comments in its source.\n\n${table}\n`;
}

const options = (repository, folder, entries) => ({
  ...{ name: "API reference", readme: "none", out: folder, router: "member" },
  entryPoints: entries.map(({ file }) => file),
  tsconfig: join(site, "tsconfig.json"),
  plugin: ["typedoc-plugin-markdown"],
  ...{ logLevel: "Warn", excludeInternal: true, excludeExternals: true, excludePrivate: true },
  // From the files alone, so that a build needs no git and a commit changes no page.
  ...{ disableGit: true, basePath: repository, displayBasePath: repository },
  sourceLinkTemplate: `${github}/blob/main/{path}#L{line}`,
  ...{ hideBreadcrumbs: true, hidePageHeader: true, entryFileName: "index.md" },
  pageTitleTemplates: {
    index: "{projectName}",
    module: ({ name }) => entries.find((entry) => entry.name === name).specifier,
  },
  ...{ indexFormat: "table", parametersFormat: "table", interfacePropertiesFormat: "table" },
  ...{ typeAliasPropertiesFormat: "table", typeDeclarationFormat: "table" },
  tableColumnSettings: { hideSources: true, hideModifiers: true },
  useHTMLEncodedBrackets: true, // Vue would take `<T>` for a component
});
