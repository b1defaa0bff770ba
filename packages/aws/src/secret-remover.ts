import {
  type OperationContext,
  type RemoveContext,
  SecretError,
} from "@llm-orchestrator/secrets-core";
import { type AwsApi, isAbsent, isPendingDeletion } from "./aws-api.js";
import type { AwsSettings } from "./aws-settings.js";

/** Deletes, for a while or for ever, and restores. */
export class SecretRemover {
  readonly #api: AwsApi;
  readonly #settings: AwsSettings;

  constructor(api: AwsApi, settings: AwsSettings) {
    this.#api = api;
    this.#settings = settings;
  }

  async remove(key: string, context: RemoveContext): Promise<void> {
    const isForEver = context.mode === "permanent";
    const input = isForEver
      ? { SecretId: key, ForceDeleteWithoutRecovery: true }
      : this.#withWindow(key, context);
    try {
      await this.#api.send("DeleteSecret", input, context);
    } catch (error) {
      if (isAbsent(error)) return;
      if (!isPendingDeletion(error)) throw error;
      if (isForEver) await this.#endWindow(key, context);
    }
  }

  async recover(key: string, context: OperationContext): Promise<void> {
    try {
      await this.#api.send("RestoreSecret", { SecretId: key }, context);
    } catch (error) {
      if (!SecretError.isInstance(error) || isAbsent(error)) throw error;
      const found = await this.#api.find("DescribeSecret", { SecretId: key }, context);
      if (!found || found.DeletedDate !== undefined) throw error; // else it is there, and was
    }
  }

  /** A service that does not delete for ever what it is going to delete wants it back before. */
  async #endWindow(key: string, context: RemoveContext): Promise<void> {
    await this.#api.find("RestoreSecret", { SecretId: key }, context);
    try {
      const input = { SecretId: key, ForceDeleteWithoutRecovery: true };
      await this.#api.find("DeleteSecret", input, context);
    } catch (error) {
      // What was out of reach must not stay readable because this went wrong, nor because the caller left.
      const alone = { ...context, signal: undefined };
      await this.#api.find("DeleteSecret", this.#withWindow(key, context), alone).catch(() => {});
      throw error;
    }
  }

  #withWindow(key: string, { own }: RemoveContext) {
    const days = (own?.recoveryWindowDays as number) ?? this.#settings.recoveryWindowDays;
    return { SecretId: key, RecoveryWindowInDays: days };
  }
}
