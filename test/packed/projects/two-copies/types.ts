// Types of the two copies, each assigned to the other's. Nothing here runs.
import type * as own from "@llm-orchestrator/secrets-core";
import type * as other from "./plugin/plugin.js";

type Both<A extends B, B> = [A, B];
type Checked<A extends B, B extends A> = Both<A, B>;

export type Interchangeable = [
  Checked<own.SecretStore, other.SecretStore>,
  Checked<own.Secret, other.Secret>,
  Checked<own.SecretValue, other.SecretValue>,
  Checked<own.SecretInput, other.SecretInput>,
  Checked<own.SecretError, other.SecretError>,
  Checked<own.SecretErrorCode, other.SecretErrorCode>,
  Checked<own.SecretsResult, other.SecretsResult>,
  Checked<own.SecretDescription, other.SecretDescription>,
  Checked<own.SecretVersion, other.SecretVersion>,
  Checked<own.SecretStoreCapabilities, other.SecretStoreCapabilities>,
  Checked<own.HealthReport, other.HealthReport>,
  Checked<own.KeySyntax, other.KeySyntax>,
  Checked<own.SecretBackend, other.SecretBackend>,
  Checked<own.AuditEvent, other.AuditEvent>,
  Checked<own.SecretWarning, other.SecretWarning>,
];

// @ts-expect-error The control: a store is not a value, so the check above does refuse.
export type Refused = Checked<own.SecretStore, other.SecretValue>;
