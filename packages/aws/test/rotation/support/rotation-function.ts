import type { AwsModel } from "./aws-model.js";

const lambdaArn = "arn:aws:lambda:us-east-1:123456789012:function:rotate";

/** Has AWS rotate a secret. */
export function configureRotation(aws: AwsModel, key: string): void {
  Object.assign(aws.secret(key), { lambdaArn, rotationEnabled: true });
}

/** A rotation function that is done at the n-th look. */
export function finishAtLook(
  aws: AwsModel,
  look: number,
  finish = (id: string) => makeCurrent(aws, id, "new"),
): void {
  let looks = -1; // the first is not for it
  aws.script = (operation, { SecretId }, go) => {
    if (operation === "DescribeSecret" && ++looks === look) {
      finish(aws.holder(String(SecretId), "AWSPENDING") as string);
    }
    return go();
  };
}

export function makeCurrent(aws: AwsModel, id: string, value: string, key = "app/key"): void {
  const { stages } = aws.secret(key).versions.get(id) ?? { stages: new Set<string>() };
  aws.add(key, id, value);
  for (const stage of stages) aws.secret(key).versions.get(id)?.stages.add(stage);
  aws.label(key, "AWSCURRENT", id);
}
