import { DatabaseError } from "pg";
import type { Snapshot } from "../snapshot";
import { inequality, powerLawFit, recoveredAlpha } from "./distribution";
import type { Analysis, Finding } from "./finding";
import { fingerprint } from "./fingerprint";
import { lastMessage } from "./last-message";
import { lastRead } from "./last-read";
import { personalData } from "./personal-data/questions";
import { physicalOrder } from "./physical-order";
import { unknown, type Answer, type FindingContext, type Inquiry, type Question } from "./question";
import { replies } from "./replies";
import { senderMembership } from "./sender-membership";
import { textLengths } from "./text-lengths";
import { weekProfile } from "./week-profile";

/** The questions in the order of the report. */
const questions: readonly Question[] = [
  powerLawFit,
  recoveredAlpha,
  inequality,
  weekProfile,
  textLengths,
  senderMembership,
  replies,
  lastMessage,
  lastRead,
  physicalOrder,
  fingerprint,
  ...personalData,
];

/**
 * Collects the additional findings about a chat database, over all rows. A finding is `unknown` when the database lacks a
 * table or column that it needs, or when the role may not read it.
 *
 * @throws ExpectedError when the server stops a statement, or the connection is lost
 */
export async function findFindings(
  snapshot: Snapshot,
  context: FindingContext = {},
): Promise<{ findings: Finding[]; analysis: Analysis }> {
  const analysis: Analysis = { ccdf: [], fit: null, lorenz: [], gini: null, week: [], textLengths: [] };
  const findings: Finding[] = [];
  for (const question of questions) {
    findings.push(await find(question, { snapshot: snapshot.view(), context, analysis }));
  }
  return { findings, analysis };
}

async function find(question: Question, inquiry: Inquiry): Promise<Finding> {
  const { key, name, subject, expected } = question;
  const started = performance.now();
  const { samples = [], ...answer } = await answerTo(question, inquiry);
  const seconds = (performance.now() - started) / 1000;
  return { key, name, subject, expected, ...answer, samples, sql: [...inquiry.snapshot.statements], seconds };
}

async function answerTo(question: Question, inquiry: Inquiry): Promise<Answer> {
  const { columns } = inquiry.snapshot;
  const missing = columns.missing(question.needs);
  if (missing.length > 0)
    return unknown(`These columns do not exist or may not be read: ${missing.join(", ")}.`);
  const other = (question.compares ?? []).filter(([a, b]) => !columns.comparable(a, b));
  if (other.length > 0)
    return unknown(
      `These columns have types that cannot be compared: ${other.map((pair) => pair.join(" and ")).join(", ")}.`,
    );
  try {
    return await question.answer(inquiry);
  } catch (error) {
    // The server's message is not shown, because it may quote a value.
    if (error instanceof DatabaseError)
      return unknown(`The server refused a statement (SQLSTATE ${error.code}).`);
    throw error;
  }
}
