import { SecretManagerBuilder } from "@llm-orchestrator/secrets-builder";
import type { SecretStore } from "@llm-orchestrator/secrets-core";

interface Addresses {
  readonly from: string;
  readonly to: string;
}

type Open = (url: string) => Promise<SecretStore>;

const openUrl: Open = (url) => SecretManagerBuilder.fromUrl(url).build();

/** Opens both stores, and closes whichever was opened, however it ends. */
export async function withStores<Result>(
  addresses: Addresses,
  use: (from: SecretStore, to: SecretStore) => Promise<Result>,
  open: Open = openUrl,
): Promise<Result> {
  const from = await open(addresses.from);
  try {
    const to = await open(addresses.to);
    try {
      return await use(from, to);
    } finally {
      await to.close();
    }
  } finally {
    await from.close();
  }
}
