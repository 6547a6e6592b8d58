import Docker from "dockerode";
import type { Value } from "../values";

/**
 * The client of a Docker Engine. By default it is the engine that `DOCKER_HOST` names, or that of the default socket.
 */
export function engineAt(host: string | undefined): Docker {
  if (host === undefined) return new Docker();
  const { protocol, hostname, port, pathname } = new URL(host);
  if (protocol === "unix:") return new Docker({ socketPath: pathname });
  return new Docker({ protocol: port === "2376" ? "https" : "http", host: hostname, port });
}

/**
 * Sends a request to the engine.
 *
 * @param context the beginning of an error's message, as in the official plugin
 */
export async function ask<T>(context: string, question: Promise<T>): Promise<T> {
  try {
    return await question;
  } catch (error) {
    throw new Error(`${context}: ${said(error)}`, { cause: error });
  }
}

/** The answer, or undefined when the engine does not have the object. */
export async function found<T>(question: Promise<T>): Promise<T | undefined> {
  try {
    return await question;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw new Error(said(error), { cause: error });
  }
}

/** The HTTP status of the engine's error. */
export function statusOf(error: unknown): number | undefined {
  return (error as { statusCode?: number }).statusCode;
}

function said(error: unknown): string {
  const { message, code } = error as NodeJS.ErrnoException;
  const [, answer] = /^\(HTTP code \d+\) .*? - (.*)$/s.exec(message) ?? [];
  if (answer !== undefined) return `Error response from daemon: ${answer.trim()}`;
  return message === "" ? String(code) : message;
}

/** A label in the form of the program. The engine has labels as a map. */
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
