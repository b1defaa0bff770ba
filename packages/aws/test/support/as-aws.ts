import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** One request on its way to an emulator. */
interface Asked {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly forward: () => Promise<Answer>;
  /** Asks the emulator something else, about the same secret. */
  readonly ask: (operation: string, input: object) => Promise<Answer>;
}

/** Where an emulator is not like AWS; `undefined`: it is. */
export type Correction = (asked: Asked) => Promise<Answer | undefined>;

/** An emulator as AWS's API reference has it. */
export interface AsAws {
  readonly endpoint: string;
  close(): Promise<void>;
}

export async function startAsAws(
  emulator: string,
  corrections: Readonly<Record<string, Correction>>,
  onRequest: (operation: string) => void = () => {},
): Promise<AsAws> {
  const inTurn = oneByOne();
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const operation = String(incoming.headers["x-amz-target"] ?? "").split(".")[1] ?? "";
    const send = (sent: Buffer, headers: IncomingHttpHeaders) => forward(emulator, sent, headers);
    const asked: Asked = {
      ...{ operation, input: JSON.parse(body.toString() || "{}") as Asked["input"] },
      forward: () => send(body, incoming.headers),
      ask: (other, input) => {
        const headers = { ...incoming.headers, "x-amz-target": `secretsmanager.${other}` };
        return send(Buffer.from(JSON.stringify(input)), headers);
      },
    };
    onRequest(operation);
    const work = () => answerTo(asked, corrections[operation]);
    const answer = await (isRead(operation) ? work() : inTurn(work)).catch(() => undefined);
    if (!answer) return void outgoing.destroy(); // as the emulator itself did
    outgoing.writeHead(answer.status, { ...answer.headers, "content-length": answer.body.length });
    outgoing.end(answer.body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { endpoint: `http://127.0.0.1:${port}`, close: () => closeServer(server) };
}

function isRead(operation: string): boolean {
  return /^(?:Get|BatchGet|Describe|List)/.test(operation);
}

/** What AWS decides at once, such as who creates a secret first, threads of an emulator may not. */
function oneByOne() {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work, work);
    last = turn;
    return turn;
  };
}

async function answerTo(asked: Asked, correction: Correction | undefined): Promise<Answer> {
  return (await correction?.(asked)) ?? asked.forward();
}

/** What Moto 5.2.5 does otherwise. */
export const motoCorrections: Readonly<Record<string, Correction>> = {
  /** It takes a new version of a secret that is going to be deleted. */
  PutSecretValue: async ({ input, ask }) =>
    (await isGoing(input, ask))
      ? refusal("InvalidRequestException", "marked for deletion")
      : undefined,
  /** It answers 500 for a secret that is not there, and shows versions without a stage always. */
  ListSecretVersionIds: async ({ input, ask, forward: go }) => {
    const { status } = await ask("DescribeSecret", { SecretId: input.SecretId });
    if (status !== 200) return refusal("ResourceNotFoundException", "not found");
    if (input.IncludeDeprecated === true) return undefined;
    const answer = await go();
    const page = JSON.parse(answer.body.toString()) as { Versions: { VersionStages?: string[] }[] };
    const Versions = page.Versions.filter(({ VersionStages }) => VersionStages?.length);
    return { ...answer, body: Buffer.from(JSON.stringify({ ...page, Versions })) };
  },
};

async function isGoing(input: Asked["input"], ask: Asked["ask"]): Promise<boolean> {
  const described = await ask("DescribeSecret", { SecretId: input.SecretId });
  if (described.status !== 200) return false;
  const { DeletedDate } = JSON.parse(described.body.toString()) as { DeletedDate?: unknown };
  return typeof DeletedDate === "number";
}

function refusal(type: string, Message: string): Answer {
  const headers = { "content-type": "application/x-amz-json-1.1", "x-amzn-errortype": type };
  return { status: 400, headers, body: Buffer.from(JSON.stringify({ __type: type, Message })) };
}

async function forward(
  emulator: string,
  body: Buffer,
  headers: IncomingHttpHeaders,
): Promise<Answer> {
  const outgoing = request(emulator, {
    method: "POST",
    headers: { ...headers, "content-length": body.length },
  });
  outgoing.end(body);
  const [incoming] = (await once(outgoing, "response")) as [import("node:http").IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const { "transfer-encoding": _, ...rest } = incoming.headers;
  return { status: incoming.statusCode ?? 500, headers: rest, body: Buffer.concat(chunks) };
}

async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, "close");
}
