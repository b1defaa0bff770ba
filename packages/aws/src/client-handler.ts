import type { AwsSettings } from "./aws-settings.js";
import { checkEndpoint } from "./endpoint.js";
import type { AwsSdk } from "./load-sdk.js";

type Client = InstanceType<AwsSdk["SecretsManagerClient"]>;
type Handler = Client["config"]["requestHandler"];
type Handle = Handler["handle"];

/**
 * Has the client send nothing over plain HTTP to another machine, wherever an endpoint comes from, the
 * environment or a file, and wait no longer for the rest of an answer than for its beginning, as the SDK
 * would. The clients that the SDK makes to sign in, of STS for one, send by the same handler.
 */
export function guardHandler(client: Client, settings: AwsSettings): void {
  const { requestHandler } = client.config;
  const handle: Handle = requestHandler.handle.bind(requestHandler);
  let allowed: string | undefined; // the host that was looked at last
  requestHandler.handle = async (request, options) => {
    const { protocol, hostname } = request;
    if (protocol !== "https:" && hostname !== allowed) {
      checkEndpoint(`${protocol}//${hostname}`, settings.allowsPlainHttp);
      allowed = hostname;
    }
    const answer = await handle(request, options);
    endInTime(answer.response.body as Body, settings.timeoutMs);
    return answer;
  };
}

/** A stream of Node's. */
interface Body {
  destroy?(error: Error): void;
  once?(event: "close", listener: () => void): void;
}

function endInTime(body: Body | undefined, timeoutMs: number): void {
  if (typeof body?.destroy !== "function" || typeof body.once !== "function") return;
  const tooLate = () => {
    const error = new Error("the rest of the answer did not come in time");
    body.destroy?.(Object.assign(error, { name: "TimeoutError", code: "ETIMEDOUT" }));
  };
  const timer = setTimeout(tooLate, timeoutMs);
  body.once("close", () => clearTimeout(timer));
}
