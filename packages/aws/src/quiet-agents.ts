import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";

interface Agents {
  readonly httpAgent: HttpAgent;
  readonly httpsAgent: HttpsAgent;
}

/**
 * Agents that keep connections, and that do not hand the headers of a request to what opens one: Node's
 * debugging prints those, session token included.
 */
export function quietAgents(maxSockets: number): Agents {
  const options = { keepAlive: true, maxSockets };
  return {
    httpAgent: withoutHeaders(new HttpAgent(options)),
    httpsAgent: withoutHeaders(new HttpsAgent(options)),
  };
}

/** `addRequest` is what Node calls; libraries of agents have built on it since Node 0.12. */
interface Queue {
  addRequest?(request: unknown, options: object, ...rest: unknown[]): void;
}

function withoutHeaders<T extends HttpAgent>(agent: T): T {
  const queue = agent as Queue;
  const add = queue.addRequest?.bind(agent);
  if (add) {
    queue.addRequest = (request, options, ...rest) =>
      add(request, { ...options, headers: undefined }, ...rest);
  }
  return agent;
}
