// Where things are: in the repository, on GitHub, and in this folder. What is made lands below dist/.
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const repository = fileURLToPath(new URL("../..", import.meta.url));
export const site = join(repository, "site");

/** Markdown that VitePress builds from: the repository's own with links rewritten, and the reference. */
export const pagesFolder = join(site, "dist", "pages");
/** The site itself, ready to be served. */
export const builtFolder = join(site, "dist", "site");

export const github = "https://github.com/llm-orchestrator/secrets";
