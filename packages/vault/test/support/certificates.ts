import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** A certificate and its key, as PEM files. */
interface CertificateFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

export interface Certificates {
  readonly folder: string;
  /** Signed all that follow, but for `stranger`. */
  readonly ca: CertificateFiles;
  /** Of 127.0.0.1 and vault.test. */
  readonly server: CertificateFiles;
  /** Of elsewhere.test alone. */
  readonly otherName: CertificateFiles;
  /** Ended in the second in which it was made: wait until that is over. */
  readonly expired: CertificateFiles;
  readonly client: CertificateFiles;
  /** A client that another CA vouches for. */
  readonly stranger: CertificateFiles;
  readonly otherCa: CertificateFiles;
  remove(): Promise<void>;
}

/** Made anew by openssl for each run: no key is ever committed. */
export async function makeCertificates(): Promise<Certificates> {
  const folder = await mkdtemp(join(tmpdir(), "certificates-"));
  try {
    const [ca, otherCa] = await Promise.all([makeCa(folder, "ca"), makeCa(folder, "other-ca")]);
    const local = "subjectAltName=IP:127.0.0.1,DNS:vault.test";
    const [server, otherName, expired, client, stranger] = await Promise.all([
      sign(folder, ca, "server", local),
      sign(folder, ca, "other-name", "subjectAltName=DNS:elsewhere.test"),
      sign(folder, ca, "expired", local, 0),
      sign(folder, ca, "client", "extendedKeyUsage=clientAuth"),
      sign(folder, otherCa, "stranger", "extendedKeyUsage=clientAuth"),
    ]);
    const remove = () => rm(folder, { recursive: true, force: true });
    return { folder, ca, otherCa, server, otherName, expired, client, stranger, remove };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** PEM of a file. */
export function pem(file: string): Promise<string> {
  return readFile(file, "utf8");
}

let serial = 0;

const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

async function makeCa(folder: string, name: string): Promise<CertificateFiles> {
  const files = filesOf(folder, name);
  await openssl([
    ...["req", "-x509", ...curve, "-days", "2", "-subj", `/CN=${name}`],
    ...[
      "-addext",
      "keyUsage=critical,keyCertSign",
      "-keyout",
      files.keyFile,
      "-out",
      files.certFile,
    ],
  ]);
  return files;
}

async function sign(
  folder: string,
  ca: CertificateFiles,
  name: string,
  extension: string,
  days = 2,
): Promise<CertificateFiles> {
  const files = filesOf(folder, name);
  const request = join(folder, `${name}.csr`);
  const extensions = join(folder, `${name}.ext`);
  await writeFile(extensions, extension);
  const subject = ["-subj", `/CN=${name}`, "-keyout", files.keyFile, "-out", request];
  await openssl(["req", ...curve, ...subject]);
  await openssl([
    ...["x509", "-req", "-in", request, "-CA", ca.certFile, "-CAkey", ca.keyFile],
    ...["-set_serial", String(++serial), "-extfile", extensions, "-days", String(days)],
    ...["-out", files.certFile],
  ]);
  return files;
}

function filesOf(folder: string, name: string): CertificateFiles {
  return { certFile: join(folder, `${name}.pem`), keyFile: join(folder, `${name}.key`) };
}

async function openssl(args: readonly string[]): Promise<void> {
  await promisify(execFile)("openssl", args);
}
