import { defineConfig } from "vitepress";
import { diagrams } from "../src/diagrams.mjs";
import { nav, sidebar } from "../src/navigation.mjs";
import { readPages } from "../src/pages.mjs";
import { github, pagesFolder, repository } from "../src/places.mjs";
import { slug } from "../src/slug.mjs";

// The check of dead links builds another folder with this same configuration.
const srcDir = process.env.SITE_PAGES ?? pagesFolder;

export default defineConfig({
  ...{ title: "Secrets for LLM applications", titleTemplate: ":title · secrets", lang: "en" },
  description:
    "One SecretStore interface for TypeScript, over any secret manager that has a backend.",
  vite: { build: { chunkSizeWarningLimit: 2000 } }, // the search index, loaded when a search begins
  ...{ srcDir, outDir: "dist/site", cacheDir: "dist/cache", cleanUrls: true },
  markdown: {
    anchor: { slugify: slug },
    toc: { slugify: slug },
    config: (markdownIt) => markdownIt.use(diagrams),
  },
  head: [["link", { rel: "icon", href: "data:," }]], // none, and no request for one
  // Pages of the reference have no file of their own to edit: they name their sources.
  transformPageData: ({ frontmatter }) => {
    if (!frontmatter.source) frontmatter.editLink = false;
  },
  themeConfig: {
    siteTitle: "Secrets",
    ...{ nav, sidebar: sidebar(readPages(repository), srcDir) },
    outline: { level: [2, 3] },
    search: {
      provider: "local",
      options: {
        miniSearch: {
          // A guide explains what the reference lists, so it comes first.
          searchOptions: { boostDocument: (id) => (id.startsWith("/reference/") ? 0.5 : 1) },
        },
      },
    },
    socialLinks: [{ icon: "github", link: github }],
    editLink: {
      // Runs in the browser, as this text: it can use nothing from outside.
      pattern: ({ frontmatter }) =>
        `https://github.com/llm-orchestrator/secrets/edit/main/${frontmatter.source}`,
      text: "Edit this page on GitHub",
    },
    notFound: {
      title: "No such page",
      quote: "The search finds what there is.",
      linkText: "Overview",
    },
    footer: { message: "MIT licence" },
  },
});
