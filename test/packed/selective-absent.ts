/** A package that is asked for while another is not there: a row in docs/footprint.md. */
export interface Absent {
  /** As the page writes it. */
  readonly title: string;
  readonly specifier: string;
  /** The name of the call in `projects/selective/first-calls.js`, and its argument. */
  readonly call: readonly string[];
}

const scope = "@llm-orchestrator/secrets-";

const byName = ["env", "file", "vault", "aws"].map((name) => ({
  title: `\`new SecretManagerBuilder("${name}").build()\``,
  ...{ specifier: `${scope}builder`, call: ["builder", name] },
}));

/** The builder is asked with no backend installed, the others with no package of others. */
export const absentBackends: readonly Absent[] = byName;

export const absentOthers: readonly Absent[] = [
  { title: "`createOpenAIClient(…)`", specifier: `${scope}openai`, call: ["openai"] },
  { title: "`createAnthropicClient(…)`", specifier: `${scope}anthropic`, call: ["anthropic"] },
  { title: '`import "…/secrets-ai-sdk/openai"`', specifier: `${scope}ai-sdk/openai`, call: [] },
  { title: "a call of `FileSecretStore`", specifier: `${scope}file`, call: ["file"] },
  { title: "a call of `VaultSecretStore`", specifier: `${scope}vault`, call: ["vault"] },
  { title: "a call of `AwsSecretStore`", specifier: `${scope}aws`, call: ["aws"] },
];

/** With the SDK that comes with `aws`, and without what `assumeRole` needs further. */
export const absentProviders: Absent = {
  ...{ title: "the same, with `assumeRole`", specifier: `${scope}aws` },
  call: ["aws, assumeRole"],
};
