import { expect, test } from "vitest";
import { signedIdentity } from "./aws-identity.js";

// Signatures by botocore 1.x (SigV4Auth), and by hmac of Python's library, for the same request.
const keys = {
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
};
const now = new Date("2015-08-30T12:36:00.789Z");

interface Identity {
  readonly iam_http_request_method: string;
  readonly iam_request_url: string;
  readonly iam_request_body: string;
  readonly iam_request_headers: string;
}

function sign(...args: Parameters<typeof signedIdentity>) {
  const identity = signedIdentity(...args) as Identity;
  const decode = (text: string) => Buffer.from(text, "base64").toString();
  return {
    method: identity.iam_http_request_method,
    url: decode(identity.iam_request_url),
    body: decode(identity.iam_request_body),
    headers: JSON.parse(decode(identity.iam_request_headers)) as Record<string, string[]>,
  };
}

test("the request asks AWS who signed it, by the global endpoint", () => {
  const { headers, ...request } = sign(keys, {}, now);
  expect(request).toEqual({
    ...{ method: "POST", url: "https://sts.amazonaws.com/" },
    body: "Action=GetCallerIdentity&Version=2011-06-15",
  });
  expect(headers).toEqual({
    "content-type": ["application/x-www-form-urlencoded; charset=utf-8"],
    host: ["sts.amazonaws.com"],
    "x-amz-date": ["20150830T123600Z"],
    authorization: [
      "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/sts/aws4_request, " +
        "SignedHeaders=content-type;host;x-amz-date, " +
        "Signature=6fb20d31f734d876c5682fdd2678d194cf68b862755f83b7ba1373c0874be25c",
    ],
  });
});

test("region, session token and server id are signed with it", () => {
  const auth = { region: "eu-central-1", serverId: " vault.example.com " };
  const { url, headers } = sign({ ...keys, sessionToken: "session/token==" }, auth, now);
  expect(url).toBe("https://sts.eu-central-1.amazonaws.com/");
  expect(headers).toMatchObject({
    "x-amz-security-token": ["session/token=="],
    "x-vault-aws-iam-server-id": ["vault.example.com"],
    authorization: [
      "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/eu-central-1/sts/aws4_request, " +
        "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-vault-aws-iam-server-id, " +
        "Signature=5caf4d0cc6466424e287c5e10e50a4162de88b242606dfd2c0be33cdb2a0f27a",
    ],
  });
});

test("another secret, time or region gives another signature", () => {
  const signature = (...args: Parameters<typeof signedIdentity>) =>
    sign(...args).headers.authorization?.[0]?.split("Signature=")[1];
  const signatures = [
    signature(keys, {}, now),
    signature({ ...keys, secretAccessKey: "another" }, {}, now),
    signature(keys, {}, new Date(now.getTime() + 1_000)),
    signature(keys, { region: "us-west-2" }, now),
  ];
  expect(new Set(signatures).size).toBe(4);
});

test.each([
  ["cn-north-1", "https://sts.cn-north-1.amazonaws.com.cn/"],
  ["us-gov-west-1", "https://sts.us-gov-west-1.amazonaws.com/"],
])("the endpoint of %s is %s", (region, url) => {
  expect(sign(keys, { region }, now).url).toBe(url);
});

test.each(["evil.example/", "eu-central-1.evil", "", "EU-CENTRAL-1"])(
  "%j is no region: a request could go to anybody",
  (region) => {
    expect(() => signedIdentity(keys, { region }, now)).toThrow(
      expect.objectContaining({ code: "CONFIGURATION" }),
    );
  },
);
