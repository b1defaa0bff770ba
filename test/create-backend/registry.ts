import { createHash, randomUUID } from "node:crypto";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { execute } from "../packed/execute.js";
import type { PackedPackage } from "../packed/pack.js";

interface Version {
  readonly manifest: { readonly name: string; readonly version: string };
  readonly tarball: Buffer;
}

/** What `npm publish` sends. */
interface Publication {
  readonly name: string;
  readonly versions: Readonly<Record<string, Version["manifest"]>>;
  readonly _attachments: Readonly<Record<string, { readonly data: string }>>;
}

/**
 * As much of an npm registry as `npm create`, `npm install` and `npm publish` ask for, on a free port. Its
 * address is new each time, so that no cache of npm's knows it.
 */
export class LoopbackRegistry {
  readonly versions = new Map<string, Version>();
  readonly #server: Server;
  readonly #path = `/${randomUUID()}/`;

  private constructor() {
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch(() => response.writeHead(500).end("{}"));
    });
  }

  /** A registry that has these packages. Close it. */
  static async serve(packages: readonly PackedPackage[]): Promise<LoopbackRegistry> {
    const registry = new LoopbackRegistry();
    for (const { name, tarball } of packages) {
      const { stdout } = await execute("tar", ["-xzOf", tarball, "package/package.json"]);
      registry.versions.set(name, {
        manifest: JSON.parse(stdout) as Version["manifest"],
        tarball: await readFile(tarball),
      });
    }
    registry.#server.listen(0, "127.0.0.1");
    await once(registry.#server, "listening");
    return registry;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}${this.#path}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = decodeURIComponent(request.url ?? "");
    const name = path.slice(this.#path.length).replace(/\.tgz$/, "");
    if (request.method === "PUT") this.#publish((await json(request)) as Publication);
    const found = path.startsWith(this.#path) ? this.versions.get(name) : undefined;
    if (found === undefined) response.writeHead(404).end("{}");
    else if (path.endsWith(".tgz")) response.end(found.tarball);
    else response.end(JSON.stringify(this.#describe(found)));
  }

  #publish({ name, versions, _attachments }: Publication): void {
    const [manifest] = Object.values(versions);
    const [attachment] = Object.values(_attachments);
    if (manifest === undefined || attachment === undefined) return;
    this.versions.set(name, { manifest, tarball: Buffer.from(attachment.data, "base64") });
  }

  #describe({ manifest, tarball }: Version): object {
    const { name, version } = manifest;
    const integrity = `sha512-${createHash("sha512").update(tarball).digest("base64")}`;
    const dist = { tarball: `${this.url}${name}.tgz`, integrity };
    return {
      ...{ name, "dist-tags": { latest: version } },
      versions: { [version]: { ...manifest, dist } },
    };
  }
}
