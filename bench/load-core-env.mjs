export { EnvSecretStore } from "@llm-orchestrator/secrets-env";
