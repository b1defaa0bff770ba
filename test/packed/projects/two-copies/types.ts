// Types of the two copies, each assigned to the other's. Nothing here runs.
import type * as own from "@llm-orchestrator/secrets-core";
import type * as other from "./plugin/plugin.js";

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
type Every<Results extends readonly true[]> = Results;

export type Interchangeable = Every<
  [
    Same<own.SecretStore, other.SecretStore>,
    Same<own.Secret, other.Secret>,
    Same<own.SecretValue, other.SecretValue>,
    Same<own.SecretInput, other.SecretInput>,
    Same<own.SecretError, other.SecretError>,
    Same<own.SecretErrorCode, other.SecretErrorCode>,
    Same<own.SecretsResult, other.SecretsResult>,
    Same<own.SecretDescription, other.SecretDescription>,
    Same<own.SecretVersion, other.SecretVersion>,
    Same<own.SecretStoreCapabilities, other.SecretStoreCapabilities>,
    Same<own.HealthReport, other.HealthReport>,
    Same<own.KeySyntax, other.KeySyntax>,
    Same<own.SecretBackend, other.SecretBackend>,
    Same<own.AuditEvent, other.AuditEvent>,
    Same<own.SecretWarning, other.SecretWarning>,
  ]
>;

// @ts-expect-error The control: a store is not a value, so the list above does refuse.
export type Refused = Every<[Same<own.SecretStore, other.SecretValue>]>;
