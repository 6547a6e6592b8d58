import { generateKeyPairSync } from "node:crypto";
import { md, pki } from "node-forge";

/** A certificate with its private key, both in PEM format. */
export interface Certificate {
  certificate: string;
  privateKey: string;
}

const YEAR_MS = 365 * 24 * 3600 * 1000;

/** Types of subject alternative names (RFC 5280, 4.2.1.6). */
const DNS = 2;
const IP = 7;

/** Creates a certificate authority. */
export function authority(commonName: string): Certificate {
  return signed(commonName, undefined, [{ name: "basicConstraints", cA: true, critical: true }], 0);
}

/**
 * Creates the certificate of a server.
 *
 * @param years when its one year of validity begins, in years from now: -0.5 is valid, -3 is expired
 */
export function serverCertificate(
  signer: Certificate,
  { dns = "localhost", ip = "127.0.0.1", years = -0.5 } = {},
): Certificate {
  const altNames = [
    { type: DNS, value: dns },
    { type: IP, ip },
  ];
  return signed(dns, signer, [{ name: "subjectAltName", altNames }], years);
}

function signed(
  commonName: string,
  signer: Certificate | undefined,
  extensions: object[],
  years: number,
): Certificate {
  const { privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const { n, e } = pki.privateKeyFromPem(privateKey);
  const certificate = pki.createCertificate();
  certificate.publicKey = pki.setRsaPublicKey(n, e);
  certificate.serialNumber = "01";
  const begin = Date.now() + (signer === undefined ? -1 : years) * YEAR_MS;
  certificate.validity.notBefore = new Date(begin);
  certificate.validity.notAfter = new Date(begin + (signer === undefined ? 10 : 1) * YEAR_MS);
  certificate.setSubject([{ name: "commonName", value: commonName }]);
  certificate.setIssuer(
    signer === undefined
      ? [{ name: "commonName", value: commonName }]
      : pki.certificateFromPem(signer.certificate).subject.attributes,
  );
  certificate.setExtensions(extensions);
  certificate.sign(pki.privateKeyFromPem(signer?.privateKey ?? privateKey), md.sha256.create());
  return { certificate: pki.certificateToPem(certificate), privateKey };
}
