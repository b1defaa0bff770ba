import { existsSync, statSync } from "node:fs";
import { join, posix } from "node:path";
import { github } from "./places.mjs";

/**
 * The same Markdown with its links leading where the site has what they name, and to GitHub where it has not.
 * Fences and inline code stay as they are.
 *
 * @throws Error that names file and target, for a link to a file that the repository does not have.
 */
export function rewriteLinks(markdown, source, pages, repository) {
  const code = /^(`{3,}).*?^\1|`+[^`]*`+/gms;
  const kept = [...markdown.matchAll(code)];
  // Code is put aside while links are looked for: it may stand within a link's own words.
  const text = markdown.replace(code, "\0");
  const rewritten = text.replace(
    /\]\(([^()\s]+)\)|^(\[[^\]]+\]: )(\S+)/gm,
    (_all, inline, label, reference) => {
      const target = linkTarget(inline ?? reference, source, pages, repository);
      return inline === undefined ? `${label}${target}` : `](${target})`;
    },
  );
  return rewritten.replaceAll("\0", () => kept.shift()[0]);
}

/** One target: `../packages/aws/README.md#logins` → `/packages/aws.md#logins`. */
function linkTarget(target, source, pages, repository) {
  const [address, anchor] = splitAt(target, "#");
  const path = repositoryPath(address, source);
  if (path === undefined) return target;

  const page = pages.find((each) => [path, `${path}/README.md`].includes(each.source));
  if (page) return `/${page.path}${anchor}`;
  if (path === "docs/decisions") return `/decisions/index.md${anchor}`;
  const file = join(repository, path);
  if (path.startsWith("..") || !existsSync(file)) {
    throw new Error(`${source}: a link leads to ${path}, which does not exist`);
  }
  return `${github}/${statSync(file).isDirectory() ? "tree" : "blob"}/main/${path}${anchor}`;
}

/** Undefined for what leads out of the repository, or stays on the page. */
function repositoryPath(address, source) {
  const onGithub = /\/(?:blob|tree)\/main\/(.+)$/.exec(address);
  if (address.startsWith(`${github}/`) && onGithub) return onGithub[1];
  if (address === "" || /^[a-z]+:/.test(address)) return undefined;
  return posix.join(posix.dirname(source), address).replace(/\/$/, "");
}

function splitAt(text, mark) {
  const index = text.indexOf(mark);
  return index < 0 ? [text, ""] : [text.slice(0, index), text.slice(index)];
}
