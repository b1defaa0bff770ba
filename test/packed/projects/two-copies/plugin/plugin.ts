// Stands for a package that brings its own, older copy of core: `plugin/node_modules` holds it.
export { SecretManagerBuilder } from "@llm-orchestrator/secrets-builder";
export * from "@llm-orchestrator/secrets-core";
export { envBackend } from "@llm-orchestrator/secrets-env";
export { assertNoLeak, MemorySecretStore } from "@llm-orchestrator/secrets-testing";
