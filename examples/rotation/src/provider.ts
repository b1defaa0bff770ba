import { randomUUID } from "node:crypto";
import { EventEmitter, on, once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

const answers: Readonly<Record<string, object>> = {
  "/v1/models": { object: "list", data: [] },
  "/v1/chat/completions": {
    ...{ id: "chatcmpl-1", object: "chat.completion", created: 1_700_000_000, model: "sample" },
    choices: [
      { index: 0, finish_reason: "stop", message: { role: "assistant", content: "Hello." } },
    ],
    usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
  },
  "/v1/messages": {
    ...{ id: "msg_1", type: "message", role: "assistant", model: "sample" },
    ...{ content: [{ type: "text", text: "Hello." }], stop_reason: "end_turn" },
    usage: { input_tokens: 1, output_tokens: 2 },
  },
};

const refusal = { type: "authentication_error", message: "This key is not valid" };

export interface ProviderOptions {
  /** How long the model takes to answer. */
  readonly thinkingMs: number;
  /** Awaited before a request is refused: a test can hold it. */
  readonly beforeRefusal?: (provider: Provider, caller: string, key: string) => unknown;
}

/**
 * A provider of models on this machine that speaks like OpenAI and like Anthropic. Callers name
 * themselves in the header `x-caller`, "2/7" being the seventh caller of the second process.
 */
export class Provider {
  /** `"answer"`, with caller and key, for each request that was answered. */
  readonly events = new EventEmitter();
  /** Requests that were refused (401), by process. */
  readonly refusals = new Map<string, number>();
  readonly #server = createServer((request, response) => void this.#respond(request, response));
  readonly #keys = new Set<string>();
  readonly #options: ProviderOptions;

  static async start(options: ProviderOptions): Promise<Provider> {
    const provider = new Provider(options);
    await once(provider.#server, "listening");
    return provider;
  }

  private constructor(options: ProviderOptions) {
    this.#options = options;
    this.#server.listen(0, "127.0.0.1");
  }

  /** Without the `/v1` that OpenAI's clients want in their base URL. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Issues a key, valid from now on beside those that are. */
  createKey(): string {
    const key = `sk-sample-${randomUUID()}`;
    this.#keys.add(key);
    return key;
  }

  revoke(key: string): void {
    this.#keys.delete(key);
  }

  /** Until each of so many callers had `count` more answers, given for this key. */
  async untilEach(
    callers: number,
    { count, key, signal }: { count: number; key?: string; signal: AbortSignal },
  ): Promise<void> {
    const answered = new Map<string, number>();
    for await (const [caller, used] of on(this.events, "answer", { signal })) {
      if (key !== undefined && used !== key) continue;
      answered.set(caller, (answered.get(caller) ?? 0) + 1);
      const isEnough = (of: number) => of >= count;
      if (answered.size === callers && [...answered.values()].every(isEnough)) return;
    }
  }

  async close(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { "x-caller": caller, "x-api-key": apiKey, authorization } = request.headers;
    const key = String(apiKey ?? authorization?.replace("Bearer ", ""));
    const answer = answers[request.url ?? ""];
    const { thinkingMs, beforeRefusal } = this.#options;
    const reply = (status: number, body: object) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    request.resume();
    if (!this.#keys.has(key)) {
      this.#countRefusal(String(caller));
      await beforeRefusal?.(this, String(caller), key);
      reply(401, { type: "error", error: refusal });
      return;
    }
    if (thinkingMs > 0) await delay(thinkingMs);
    reply(answer ? 200 : 404, answer ?? { error: { message: "There is no such path" } });
    if (caller !== undefined) this.events.emit("answer", caller, key);
  }

  #countRefusal(caller: string): void {
    const [process = ""] = caller.split("/");
    this.refusals.set(process, (this.refusals.get(process) ?? 0) + 1);
  }
}
