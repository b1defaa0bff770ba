import type { AwsSecretStoreOptions } from "./aws-options.js";
import { invalid, threw, wrong } from "./invalid-option.js";
import type { SecretsManagerClientLike } from "./secrets-manager-client.js";

type Given = AwsSecretStoreOptions["client"];
type ClientOf = (region: string | undefined) => SecretsManagerClientLike;

/** A caller's client, or one of several, by the region that is asked. */
export function clientByRegion(client: Given): ClientOf | undefined {
  if (client === undefined) return undefined;
  if (typeof client !== "function") return (region) => inItsRegion(client, region);
  return (region) => {
    const made = threw("client", () => client(region));
    if (typeof made?.send === "function") return made;
    throw wrong("client", "a function that returns a SecretsManagerClient at once");
  };
}

/** In its own region a client finds no secret of another: that must not pass for "not found". */
function inItsRegion(
  client: SecretsManagerClientLike,
  region: string | undefined,
): SecretsManagerClientLike {
  const { config } = client as { config?: { region?: () => Promise<unknown> } };
  if (region === undefined || typeof config?.region !== "function") return client;
  const find = config.region;
  return {
    send: async (command, options) => {
      const own = await find();
      if (own === region) return client.send(command, options);
      throw invalid(
        `a key or an option names the region ${region}, and client is one for another`,
        "Pass as client a function that has one for a region",
      );
    },
  };
}
