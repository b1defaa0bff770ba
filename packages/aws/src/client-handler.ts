import type { SecretAbortSignal } from "@llm-orchestrator/secrets-core";
import type { AwsSettings } from "./aws-settings.js";
import { checkEndpoint } from "./endpoint.js";
import type { AwsSdk } from "./load-sdk.js";
import { Slots } from "./slots.js";

type Client = InstanceType<AwsSdk["SecretsManagerClient"]>;
type Handle = Client["config"]["requestHandler"]["handle"];

/**
 * Has the client send nothing over plain HTTP to another machine, wherever an endpoint comes from, the
 * environment or a file; has a request wait for a connection before its time begins, and its time end
 * with the whole answer, where the SDK counts from the call to the head of the answer. The clients that
 * the SDK makes to sign in, of STS for one, send by the same handler.
 */
export function guardHandler(client: Client, settings: AwsSettings): void {
  const { requestHandler } = client.config;
  const handle: Handle = requestHandler.handle.bind(requestHandler);
  const slots = new Slots(settings.maxSockets);
  let allowed: string | undefined; // the host that was looked at last
  requestHandler.handle = async (request, options) => {
    const { protocol, hostname } = request;
    if (protocol !== "https:" && hostname !== allowed) {
      checkEndpoint(`${protocol}//${hostname}`, settings.allowsPlainHttp);
      allowed = hostname;
    }
    const { abortSignal } = (options ?? {}) as { abortSignal?: SecretAbortSignal };
    const giveBack = await slots.take(abortSignal);
    try {
      const answer = await handle(request, options);
      whenRead(answer.response.body as Body | undefined, settings.timeoutMs, giveBack);
      return answer;
    } catch (error) {
      giveBack();
      throw error;
    }
  };
}

/** A stream of Node's. */
interface Body {
  destroy(error: Error): void;
  once(event: "close", listener: () => void): void;
}

function whenRead(body: Body | undefined, timeoutMs: number, done: () => void): void {
  if (typeof body?.once !== "function") {
    done();
    return;
  }
  const timer = setTimeout(() => body.destroy(tooLate()), timeoutMs);
  body.once("close", () => {
    clearTimeout(timer);
    done();
  });
}

/** As the SDK names it, so that the SDK tries again. */
function tooLate(): Error {
  const error = new Error("the rest of the answer did not come in time");
  return Object.assign(error, { name: "TimeoutError", code: "ETIMEDOUT" });
}
