import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, sep } from "node:path";

const types = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".json": "application/json",
};

/**
 * Serves a built site on loopback; VitePress' own preview would listen on every address of the machine.
 * Resolves to the server, once it listens. Port 0 takes any that is free.
 */
export function serveSite(folder, port) {
  const server = createServer((request, response) => {
    try {
      const { status, headers, file } = answer(folder, request.url);
      const body = file && readFileSync(file);
      response.writeHead(status, { "cache-control": "no-cache", ...headers }).end(body);
    } catch {
      response.writeHead(503).end("The site is being built anew.\n"); // its files are away meanwhile
    }
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}

/** `/guide?x` → guide.html, `/reference/` → reference/index.html, `/reference` → the address with its slash. */
function answer(folder, url) {
  const pathname = pathOf(url);
  const path = join(folder, pathname ?? "404.html");
  const inside = path === folder || path.startsWith(folder + sep);
  const file = inside && [path, `${path}.html`, join(path, "index.html")].find(isFile);
  if (!file || pathname === undefined) return page(404, join(folder, "404.html"));
  // Links of an index page are relative to its folder.
  if (file === join(path, "index.html") && !pathname.endsWith("/")) {
    return { status: 302, headers: { location: `${encodeURI(pathname)}/` } };
  }
  return page(200, file);
}

const page = (status, file) => ({
  ...{ status, file },
  headers: { "content-type": types[extname(file)] ?? "application/octet-stream" },
});

const isFile = (path) => existsSync(path) && statSync(path).isFile();

/** Undefined for what is no address at all. */
function pathOf(url) {
  try {
    return decodeURIComponent(new URL(url, "http://localhost").pathname);
  } catch {
    return undefined;
  }
}
