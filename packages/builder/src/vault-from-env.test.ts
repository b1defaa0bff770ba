import { SecretCache } from "@llm-orchestrator/secrets-cache";
import { VaultSecretStore } from "@llm-orchestrator/secrets-vault";
import { expect, expectTypeOf, onTestFinished, test, vi } from "vitest";
import { SecretManagerBuilder } from "./index.js";

function environment(variables: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
}

const address = "https://vault.example:8200";

test("buildVaultFromEnv takes its options from the environment when it is called", async () => {
  environment({ VAULT_ADDR: address, VAULT_TOKEN: "hvs.one" });
  const store = await SecretManagerBuilder.buildVaultFromEnv();
  expect(store).toBeInstanceOf(VaultSecretStore);
  const cache = await SecretManagerBuilder.buildVaultFromEnv({ cached: { ttlMs: 60_000 } });
  expectTypeOf(cache).toEqualTypeOf<SecretCache>();
  expect([cache.name, cache.ttlMs]).toEqual(["cache(vault)", 60_000]);
  expect(await SecretManagerBuilder.buildVaultFromEnv({ cached: true })).toBeInstanceOf(
    SecretCache,
  );
});

test("what is missing or wrong there rejects, and names the fix", async () => {
  environment({ VAULT_ADDR: "", BAO_ADDR: "", VAULT_TOKEN: "hvs.one" });
  await expect(SecretManagerBuilder.buildVaultFromEnv()).rejects.toThrow(/address is missing/);
  environment({ VAULT_ADDR: address, VAULT_SKIP_VERIFY: "true" });
  await expect(SecretManagerBuilder.buildVaultFromEnv()).rejects.toThrow(/dangerouslySkipVerify/);
  await expect(SecretManagerBuilder.buildVaultFromEnv({ cache: true } as never)).rejects.toThrow(
    /cached/,
  );
});

test("without them nothing ambient is used: new SecretManagerBuilder reads no token", async () => {
  environment({ VAULT_ADDR: address, VAULT_TOKEN: "hvs.one" });
  const builder = new SecretManagerBuilder("vault", { address });
  await expect(builder.build()).rejects.toThrow(/nothing says how to log in/);
});

test("a URL gives address, mount and prefix; the token is the environment's, or that of a login", async () => {
  const url = "vault://vault.example:8200/secret/team?namespace=prod";
  const variables = { VAULT_TOKEN: "hvs.one", VAULT_ADDR: "https://other:8200" };
  const auth = { method: "userpass", username: "u", password: "p" } as const;
  const from = () => SecretManagerBuilder.fromUrl(url, { environment: variables });
  const store = await from().build();
  expect([store.name, store.keySyntax.maxLength]).toEqual(["vault", 507]);
  await expect(
    from()
      .withConfig({ auth } as never)
      .build(),
  ).resolves.toBeDefined();
});
