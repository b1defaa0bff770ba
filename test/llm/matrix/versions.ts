import { size } from "secrets-tools/test-size";
import type { FunctionAsKey } from "./children/function-as-key.js";

/** Packages of a vendor in versions that go together. */
export interface SdkVersion {
  /** The first one's own: what the child has to find. */
  readonly version: string;
  /** Name and version, as an application would install them. */
  readonly packages: Readonly<Record<string, string>>;
  /** The names under which this workspace has them; those without are installed on demand. */
  readonly aliases?: Readonly<Record<string, string>>;
}

export interface ClientVersion extends SdkVersion {
  readonly functionAsKey: FunctionAsKey;
  /** Its `fetch` option has the types of node-fetch, not of the platform. */
  readonly hasFetchOfItsOwn: boolean;
}

/** `npm test` has the ends of each range, `npm run test:deep` what is between them too. */
function inTestsOf<Version extends SdkVersion>(versions: readonly Version[]): readonly Version[] {
  const ends = versions.filter(({ aliases }) => aliases);
  return size(0, 1) === 1 ? versions : ends;
}

const sent = "its source sent as the key";

const openAi = (version: string, functionAsKey: FunctionAsKey, alias?: string): ClientVersion => ({
  ...{ version, functionAsKey, packages: { openai: version } },
  hasFetchOfItsOwn: version.startsWith("4."),
  ...(alias && { aliases: { openai: alias } }),
});

export const openAiVersions = inTestsOf([
  openAi("4.104.0", sent, "openai-4"),
  openAi("5.17.0", sent),
  openAi("5.18.0", "called"),
  openAi("5.18.1", "called"),
  openAi("5.23.2", "called"),
  openAi("6.0.0", "called"),
  openAi("6.49.0", "called"),
  openAi("7.0.0", "called"),
  openAi("7.57.0", "called", "openai"),
]);

const anthropic = (
  version: string,
  functionAsKey: FunctionAsKey,
  alias?: string,
): ClientVersion => ({
  ...{ version, functionAsKey, packages: { "@anthropic-ai/sdk": version } },
  hasFetchOfItsOwn: version === "0.39.0",
  ...(alias && { aliases: { "@anthropic-ai/sdk": alias } }),
});

export const anthropicVersions = inTestsOf([
  anthropic("0.39.0", sent, "anthropic-sdk-0"),
  anthropic("0.50.1", sent),
  anthropic("0.60.0", sent),
  anthropic("0.71.2", "dropped"),
  anthropic("0.98.0", "dropped"),
  anthropic("0.122.0", "dropped"),
  anthropic("0.137.0", "dropped"),
  anthropic("1.0.0", "called"),
  anthropic("1.12.0", "called", "@anthropic-ai/sdk"),
]);

const aiSdk = (
  [ai, openai, anthropic, compatible]: readonly [string, string, string, string],
  aliases?: Readonly<Record<string, string>>,
): SdkVersion => ({
  version: ai,
  packages: {
    ...{ ai, "@ai-sdk/openai": openai, "@ai-sdk/anthropic": anthropic },
    "@ai-sdk/openai-compatible": compatible,
  },
  ...(aliases && { aliases }),
});

export const aiSdkVersions = inTestsOf([
  aiSdk(["5.0.0", "2.0.0", "2.0.0", "1.0.0"], {
    ...{ ai: "ai-5", "@ai-sdk/openai": "ai-sdk-openai-2" },
    "@ai-sdk/anthropic": "ai-sdk-anthropic-2",
    "@ai-sdk/openai-compatible": "ai-sdk-openai-compatible-1",
  }),
  aiSdk(["5.0.277", "2.0.131", "2.0.112", "1.0.61"]),
  aiSdk(["6.0.0", "3.0.0", "3.0.0", "2.0.0"]),
  aiSdk(["6.0.326", "3.0.141", "3.0.140", "2.0.92"]),
  aiSdk(["7.0.0", "4.0.0", "4.0.0", "3.0.0"]),
  aiSdk(["7.0.173", "4.0.118", "4.0.105", "3.0.92"], {
    ...{ ai: "ai", "@ai-sdk/openai": "@ai-sdk/openai" },
    "@ai-sdk/anthropic": "@ai-sdk/anthropic",
    "@ai-sdk/openai-compatible": "@ai-sdk/openai-compatible",
  }),
]);
