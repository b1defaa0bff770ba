import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { runServer } from "verdaccio";

/** A registry on loopback that has what was published to it and nothing else. Close it. */
export class Registry {
  readonly url: string;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  }

  /** @param folder An empty folder that it may write to. */
  static async start(folder: string): Promise<Registry> {
    const configuration = join(folder, "config.yaml");
    const settings = {
      ...{ storage: join(folder, "storage"), uplinks: {}, web: { enable: false } },
      packages: { "**": { access: "$all", publish: "$all", unpublish: "$all" } },
      logs: { type: "stdout", format: "pretty", level: "error" },
    };
    await writeFile(configuration, JSON.stringify(settings)); // which is YAML
    const server = (await runServer(configuration)) as Server;
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new Registry(server);
  }

  /** The environment in which npm knows no registry but this one. */
  async environment(folder: string): Promise<NodeJS.ProcessEnv> {
    const userConfiguration = join(folder, "npmrc");
    // npm publishes nothing without a token, though this registry asks for none.
    const token = `${this.url.replace("http:", "")}:_authToken=example`;
    await writeFile(userConfiguration, `registry=${this.url}\n${token}\n`);
    return {
      ...process.env,
      ...{ npm_config_userconfig: userConfiguration, npm_config_registry: this.url },
      ...{ npm_config_cache: join(folder, "cache"), npm_config_prefer_online: "true" },
      ...{ npm_config_audit: "false", npm_config_update_notifier: "false" },
      npm_config_loglevel: "notice", // that it says what it publishes, though all runs silently
    };
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
