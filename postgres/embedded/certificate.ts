import { generateKeyPairSync, randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { join } from "node:path";
import { readServerFile, writeServerFile } from "./server-files";

/** Files in the data folder with the names that PostgreSQL expects. */
export const CERTIFICATE = "server.crt";
export const PRIVATE_KEY = "server.key";

const VALID_YEARS = 10;
/** Types of subject alternative names (RFC 5280, 4.2.1.6). */
const DNS = 2;
const IP = 7;

/**
 * Writes a private key and a self-signed certificate into the data folder, unless both exist. The certificate is for
 * this machine's name and for loopback, and it is valid for ten years. Only the server's user can read the files.
 */
export function ensureCertificate(dataDirectory: string): void {
  const certificateFile = join(dataDirectory, CERTIFICATE);
  const keyFile = join(dataDirectory, PRIVATE_KEY);
  if (readServerFile(certificateFile) !== undefined && readServerFile(keyFile) !== undefined) return;
  const { certificate, privateKey } = newCertificate();
  writeServerFile(keyFile, privateKey);
  writeServerFile(certificateFile, certificate);
}

/** Creates a private key and a certificate as described for `ensureCertificate`, both in PEM format. */
export function newCertificate(): { certificate: string; privateKey: string } {
  const { privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 3072,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  return { certificate: selfSigned(privateKey), privateKey };
}

function selfSigned(privateKey: string): string {
  // It has 40 modules, which previews and tasks without a certificate do not need.
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded when it is called, as an `import` never is
  const { md, pki } = require("node-forge") as typeof import("node-forge");
  const { n, e } = pki.privateKeyFromPem(privateKey);
  const certificate = pki.createCertificate();
  certificate.publicKey = pki.setRsaPublicKey(n, e);
  // The leading 01 keeps the number positive, because the first bit is the sign.
  certificate.serialNumber = `01${randomBytes(15).toString("hex")}`;
  const until = certificate.validity.notAfter;
  until.setUTCFullYear(until.getUTCFullYear() + VALID_YEARS);
  const name = [{ name: "commonName", value: hostname() }];
  certificate.setSubject(name);
  certificate.setIssuer(name);
  certificate.setExtensions([
    { name: "basicConstraints", cA: false, critical: true },
    { name: "extKeyUsage", serverAuth: true },
    {
      name: "subjectAltName",
      altNames: [
        { type: DNS, value: hostname() },
        { type: DNS, value: "localhost" },
        { type: IP, ip: "127.0.0.1" },
      ],
    },
  ]);
  certificate.sign(pki.privateKeyFromPem(privateKey), md.sha256.create());
  return pki.certificateToPem(certificate);
}
