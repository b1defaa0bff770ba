import { packageError, SecretError } from "@llm-orchestrator/secrets-core";
import type { Reply } from "./connection.js";
import type { NodeVaultClient } from "./node-vault-client.js";

/** What node-vault hands to its transport. */
interface TransportInput {
  readonly method: string;
  readonly uri: string;
  readonly json?: unknown;
  readonly secretsCall?: Call;
}

/** One request on its way through node-vault and back. */
interface Call {
  readonly send: (input: { method: string; url: URL; json: unknown }) => Promise<Reply>;
  /** Set when the transport has run, and so also when it was not bypassed. */
  result?: { readonly reply: Reply } | { readonly error: unknown };
}

/** What a request goes through. */
export interface Carrier {
  /** @param send How it is sent, where that is not the carrier's own affair. */
  run(
    operation: Operation,
    send: Call["send"],
    limits: { readonly signal?: AbortSignal | undefined; readonly timeoutMs: number },
  ): Promise<Reply>;
}

export interface Operation {
  readonly method: "GET" | "POST" | "PATCH" | "LIST" | "DELETE" | "PUT" | "SCAN";
  /** Encoded, without `/v1/`: `secret/data/team/key`. */
  readonly path: string;
  readonly json?: unknown;
}

type Factory = (options: object) => NodeVaultClient;

/** Never sent to: the first call shows that node-vault uses our transport, before a token exists. */
const nowhere = "http://127.0.0.1:1";

/**
 * `node-vault` with a transport of ours in its place for one. The library gets neither token nor
 * namespace: the transport adds them, so that nothing it prints or throws can hold them.
 */
export class NodeVault implements Carrier {
  readonly #client: NodeVaultClient;

  private constructor(client: NodeVaultClient) {
    this.#client = client;
  }

  /**
   * @param load For tests: what else to load in place of `node-vault`.
   * @throws SecretError `CONFIGURATION`: `transport-bypassed` when the library would not use it; `package-absent`
   * or `package-broken`.
   */
  static async open(
    address: string,
    load: () => Promise<unknown> = loadNodeVault,
  ): Promise<NodeVault> {
    try {
      const module = (await load()) as { default?: Factory } & Factory;
      const factory = module.default ?? module;
      const make = (endpoint: string) => {
        const client = factory(settings(endpoint));
        return new NodeVault(Object.assign(client, { token: "", namespace: "", pathPrefix: "" }));
      };
      await make(nowhere).#prove();
      return make(address);
    } catch (error) {
      throw SecretError.isInstance(error) ? error : bypassed(error);
    }
  }

  /** Sends one operation by `send`, through node-vault. */
  async run(operation: Operation, send: Call["send"]): Promise<Reply> {
    const call: Call = { send };
    await this.#dispatch(operation, { secretsCall: call, headers: {} }).catch(() => {});
    if (call.result === undefined) throw bypassed();
    if ("error" in call.result) throw call.result.error;
    return call.result.reply;
  }

  async #dispatch({ method, path, json }: Operation, options: object): Promise<unknown> {
    switch (method) {
      case "GET":
        return this.#client.read(path, options);
      case "POST":
        return this.#client.write(path, json, options);
      case "PATCH":
        return this.#client.update(path, json, options);
      case "LIST":
        return this.#client.list(path, options);
      case "DELETE":
        return this.#client.delete(path, options);
      default:
        return this.#client.request({ ...options, method, path: `/${path}`, json });
    }
  }

  async #prove(): Promise<void> {
    const answer = { status: 200, headers: {}, body: { data: null } };
    const reply = await this.run({ method: "GET", path: "probe" }, async () => answer);
    if (reply !== answer) throw bypassed();
  }
}

async function loadNodeVault(): Promise<unknown> {
  try {
    return await import("node-vault");
  } catch (error) {
    throw packageError("node-vault", error);
  }
}

function settings(endpoint: string): object {
  const transport = async ({ method, uri, json, secretsCall }: TransportInput) => {
    if (!secretsCall) throw bypassed();
    try {
      const url = new URL(uri);
      secretsCall.result = { reply: await secretsCall.send({ method, url, json }) };
    } catch (error) {
      secretsCall.result = { error };
    }
    // What it makes of this is not looked at; an empty path keeps it from calling an error a success.
    return { statusCode: 204, body: undefined, request: { path: "" } };
  };
  return {
    ...{ endpoint, apiVersion: "v1", debug: () => {} },
    // Its named commands and the check of their arguments are of no use here, and not for nothing.
    ...{ commands: {}, tv4: { validate: () => true } },
    // Anything but an empty text keeps it from reading the environment; emptied once it is made.
    ...{ token: "none", namespace: "none", pathPrefix: "none" },
    "request-promise": { defaults: () => transport },
  };
}

function bypassed(cause?: unknown): SecretError {
  return new SecretError("CONFIGURATION", {
    ...{ reason: "transport-bypassed", cause },
    detail: "this release of node-vault does not use the transport that keeps tokens safe",
    fix: "Install a release of node-vault within the range of secrets-vault's package.json",
  });
}
