import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { FileSecretStore, fileBackend, generateIdentity } from "@llm-orchestrator/secrets-file";
import { expect, onTestFinished, test } from "vitest";
import { SecretManagerBuilder, SecretStoreType } from "./index.js";

const identity = await generateIdentity();

async function filled(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "builder-file-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "secrets.age");
  await new FileSecretStore({ path, identity }).putSecret("db/password", "example");
  return path;
}

const environment = { SECRETS_FILE_IDENTITY: identity.expose() };

test("a file store is built by its backend, by its name and by a URL", async () => {
  const path = await filled();
  const fromHere = relative(process.cwd(), path);
  const builders = [
    new SecretManagerBuilder(fileBackend, { path, identity }),
    new SecretManagerBuilder("file").withConfig({ path, identity }),
    new SecretManagerBuilder(SecretStoreType.EncryptedFile, { path, identity }),
    SecretManagerBuilder.fromUrl(`file://${path}?maxVersions=5`, { environment }),
    SecretManagerBuilder.fromUrl(`file:${path}`, { environment }),
    SecretManagerBuilder.fromUrl("file:", {
      environment: { ...environment, SECRETS_FILE_PATH: fromHere },
    }),
  ];
  for (const builder of builders) {
    const store = await builder.build();
    expect(store).toBeInstanceOf(FileSecretStore);
    expect((await store.getSecret("db/password")).value.expose()).toBe("example");
    await store.close();
  }
});

test.each([
  "vault:./secret",
  "aws:./prod",
  "env:./secrets",
  "file:./",
  "file://host/secrets.age",
  "file:secrets.age",
  "file:./secrets.age?identity=x",
  "file:./secrets.age?passphrase=x",
  "file+http:./secrets.age",
])("%s is CONFIGURATION", async (url) => {
  const variables = { ...environment, VAULT_ADDR: "https://vault.example", VAULT_TOKEN: "t" };
  const build = SecretManagerBuilder.fromUrl(url, { environment: variables }).build();
  await expect(build).rejects.toMatchObject({ code: "CONFIGURATION" });
});
