import Docker from "dockerode";
import type { Value } from "../values";

/** A Docker Engine, by default the one that `DOCKER_HOST` or the client's default socket names. */
export function engineAt(host: string | undefined): Docker {
  if (host === undefined) return new Docker();
  const { protocol, hostname, port, pathname } = new URL(host);
  if (protocol === "unix:") return new Docker({ socketPath: pathname });
  return new Docker({ protocol: port === "2376" ? "https" : "http", host: hostname, port });
}

/**
 * Asks something of the engine.
 *
 * @param context what an error's text begins with, as in the vendor's plugin
 */
export async function ask<T>(context: string, question: Promise<T>): Promise<T> {
  try {
    return await question;
  } catch (error) {
    throw new Error(`${context}: ${said(error)}`, { cause: error });
  }
}

/** The answer, or undefined where the engine has no such thing. */
export async function found<T>(question: Promise<T>): Promise<T | undefined> {
  try {
    return await question;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw new Error(said(error), { cause: error });
  }
}

/** The HTTP status by which the engine refused a question. */
export function statusOf(error: unknown): number | undefined {
  return (error as { statusCode?: number }).statusCode;
}

function said(error: unknown): string {
  const { message, code } = error as NodeJS.ErrnoException;
  const [, answer] = /^\(HTTP code \d+\) .*? - (.*)$/s.exec(message) ?? [];
  if (answer !== undefined) return `Error response from daemon: ${answer.trim()}`;
  return message === "" ? String(code) : message;
}

/** Labels as the engine has them, and as the program writes them. */
export interface Label extends Record<string, Value> {
  label: string;
  value: string;
}

export function labelMap(labels: readonly Label[]): Record<string, string> {
  return Object.fromEntries(labels.map(({ label, value }) => [label, value]));
}

export function labelList(labels: Readonly<Record<string, string>> | null | undefined): Label[] {
  return Object.entries(labels ?? {}).map(([label, value]) => ({ label, value }));
}
