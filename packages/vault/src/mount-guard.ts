import { abortable, type OperationContext, SecretError } from "@llm-orchestrator/secrets-core";
import { malformed } from "./malformed.js";
import { encodePath } from "./secret-path.js";
import { toError } from "./status-map.js";
import type { VaultApi } from "./vault-api.js";
import { bodyOf, record } from "./vault-reply.js";
import type { VaultSettings } from "./vault-settings.js";

type KvVersion = 1 | 2;

/**
 * Knows which kind of KV the mount is. Asked at most once, and only when it matters: where a mount of
 * one kind answers what the other means, both say "nothing there", and a write would go astray.
 */
export class MountGuard {
  readonly #api: VaultApi;
  readonly #settings: Pick<VaultSettings, "mountPath" | "kvVersion">;
  #isSure = false;
  #question: Question | undefined;

  constructor(api: VaultApi, settings: Pick<VaultSettings, "mountPath" | "kvVersion">) {
    this.#api = api;
    this.#settings = settings;
  }

  /** What was asked for is there, so the mount is what it should be. */
  confirm(): void {
    this.#isSure = true;
  }

  /** Nothing was found, or something is to be written. @throws SecretError `CONFIGURATION`. */
  async check({ signal }: OperationContext): Promise<void> {
    const { kvVersion, mountPath } = this.#settings;
    if (this.#isSure || kvVersion === "detect") return;
    const version = await this.#ask(signal);
    if (version !== undefined && version !== kvVersion) throw another(mountPath, version);
    this.#isSure = true;
  }

  /** The one that was set, or the one that the server says. */
  async version({ signal }: OperationContext): Promise<KvVersion> {
    const { kvVersion, mountPath } = this.#settings;
    if (kvVersion !== "detect") return kvVersion;
    const version = await this.#ask(signal);
    if (version !== undefined) return version;
    throw new SecretError("PERMISSION_DENIED", {
      detail: `the token may do nothing below ${mountPath}, or nothing is mounted there`,
      fix: "Check mountPath (and the namespace), or set kvVersion to 1 or 2",
    });
  }

  /** Whether the token may do anything below the mount, as of now. */
  async mayUse(context: OperationContext): Promise<boolean> {
    return (await askMount(this.#api, this.#settings.mountPath, context)) !== undefined;
  }

  /** One question for all who wait; it ends when the last of them leaves. Asked anew when it failed. */
  async #ask(signal: OperationContext["signal"]): Promise<KvVersion | undefined> {
    this.#question ??= this.#begin();
    const question = this.#question;
    question.waiting++;
    try {
      return await abortable(signal, () => question.answer);
    } finally {
      question.waiting--;
      if (question.waiting === 0 && signal?.aborted) {
        this.#forget(question);
        question.ending.abort(signal.reason);
      }
    }
  }

  #begin(): Question {
    const ending = new AbortController();
    const context = { signal: ending.signal, countRetry() {} };
    const answer = askMount(this.#api, this.#settings.mountPath, context);
    const question = { answer, ending, waiting: 0 };
    const forget = () => this.#forget(question);
    answer.then((version) => version === undefined && forget(), forget);
    return question;
  }

  #forget(question: Question): void {
    if (this.#question === question) this.#question = undefined;
  }
}

interface Question {
  readonly answer: Promise<KvVersion | undefined>;
  readonly ending: AbortController;
  waiting: number;
}

/** Any token may ask that has access to something below the mount; `undefined` for one that has not. */
async function askMount(
  api: VaultApi,
  mountPath: string,
  context: OperationContext,
): Promise<KvVersion | undefined> {
  const path = `sys/internal/ui/mounts/${encodePath(mountPath)}`;
  const call = { method: "GET", path, below: "sys/internal" } as const;
  const { reply, meaning } = await api.send(call, context);
  if (meaning?.code === "PERMISSION_DENIED" || meaning?.code === "NOT_FOUND") return undefined;
  if (meaning) throw toError(meaning);
  const { type, options } = record(reply && bodyOf(reply).data);
  if (typeof type !== "string") throw malformed("the kind of the mount");
  if (type !== "kv" && type !== "generic") throw notKv(mountPath);
  return record(options).version === "2" ? 2 : 1;
}

function another(mountPath: string, version: KvVersion): SecretError {
  return new SecretError("CONFIGURATION", {
    reason: "kv-version",
    detail: `the mount ${mountPath} is KV version ${version}, and kvVersion says otherwise`,
    fix: `Set kvVersion: ${version}`,
  });
}

function notKv(mountPath: string): SecretError {
  return new SecretError("CONFIGURATION", {
    reason: "mount",
    detail: `no KV engine is mounted at ${mountPath}`,
    fix: "Check mountPath (and the namespace)",
  });
}
