import { type Correction, motoCorrections } from "../../support/as-aws.js";

type Asked = Parameters<Correction>[0];
type Answer = Awaited<ReturnType<Asked["forward"]>>;
type Stages = Readonly<Record<string, readonly string[]>>;

/**
 * What Moto 5.2.5 does otherwise with stages: it gives one to a second version without being told from
 * which to take it, and a put after a stage was moved makes the wrong version previous.
 */
export function motoStageCorrections(): Readonly<Record<string, Correction>> {
  let last: Promise<unknown> = Promise.resolve();
  const inTurn =
    (correction: Correction): Correction =>
    (asked) => {
      const mine = last.then(() => correction(asked));
      last = mine.catch(() => {});
      return mine;
    };
  return {
    ...motoCorrections,
    UpdateSecretVersionStage: inTurn(moveStage),
    PutSecretValue: inTurn(async (asked) => {
      const refused = await motoCorrections.PutSecretValue?.(asked);
      return refused ?? putCurrent(asked);
    }),
  };
}

async function moveStage({ input, ask, forward }: Asked): Promise<Answer> {
  const { VersionStage, MoveToVersionId: to, RemoveFromVersionId: from } = input;
  const holder = holderOf(await stagesOf(input, ask), String(VersionStage));
  const isTaken = to !== undefined && holder !== undefined && holder !== to && holder !== from;
  if (!isTaken) return forward();
  const body = { __type: "InvalidParameterException", Message: `it is on version ${holder}` };
  const headers = { "content-type": "application/x-amz-json-1.1" };
  return { status: 400, headers, body: Buffer.from(JSON.stringify(body)) };
}

async function putCurrent({ input, ask, forward }: Asked): Promise<Answer> {
  const { SecretId, VersionStages = ["AWSCURRENT"] } = input;
  const stages = await stagesOf(input, ask);
  const from = holderOf(stages, "AWSCURRENT");
  const isAgain = Object.hasOwn(stages, String(input.ClientRequestToken));
  if (!(VersionStages as string[]).includes("AWSCURRENT") || !from || isAgain) return forward();
  const put = await ask("PutSecretValue", { ...input, VersionStages: ["harness"] });
  if (put.status !== 200) return put;
  const answer = JSON.parse(put.body.toString()) as { VersionId: string };
  const to = { SecretId, MoveToVersionId: answer.VersionId };
  const move = { ...to, VersionStage: "AWSCURRENT", RemoveFromVersionId: from };
  await ask("UpdateSecretVersionStage", move);
  const drop = { SecretId, VersionStage: "harness", RemoveFromVersionId: answer.VersionId };
  await ask("UpdateSecretVersionStage", drop);
  const body = Buffer.from(JSON.stringify({ ...answer, VersionStages: ["AWSCURRENT"] }));
  return { ...put, body };
}

async function stagesOf({ SecretId }: Asked["input"], ask: Asked["ask"]): Promise<Stages> {
  const { status, body } = await ask("DescribeSecret", { SecretId });
  if (status !== 200) return {};
  return (JSON.parse(body.toString()) as { VersionIdsToStages?: Stages }).VersionIdsToStages ?? {};
}

function holderOf(stages: Stages, stage: string): string | undefined {
  return Object.entries(stages).find(([, labels]) => labels.includes(stage))?.[0];
}
