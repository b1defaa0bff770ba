import { join } from "node:path";
import { build } from "vitepress";
import { gather } from "./gather.mjs";
import { builtFolder, pagesFolder, repository, site } from "./places.mjs";
import { writeReference } from "./reference.mjs";

/**
 * Builds the whole site into `site/dist/site`: pages from the repository's Markdown, the reference from TSDoc.
 *
 * @throws Error for a dead link, a diagram that cannot be drawn, or what TypeDoc complains about.
 */
export async function buildSite() {
  gather(repository, pagesFolder);
  await writeReference(repository, join(pagesFolder, "reference"));
  await buildPages(pagesFolder, builtFolder);
}

/** Builds a folder of Markdown, with the site's configuration. */
export async function buildPages(pages, outDir) {
  process.env.SITE_PAGES = pages;
  await build(site, { outDir, logLevel: "warn" });
}
