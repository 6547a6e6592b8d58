import type { Phase2Study } from "../phase2/study";
import type { Rate } from "../phase2/tally";
import type { Table } from "./table";
import { formatCount } from "../../common/format";

/** How often phase 2 is right when the truth is known. */
export function phase2Table(study: Phase2Study): Table {
  const {
    messages,
    tests,
    blocks,
    equal,
    slower,
    faster,
    useless,
    uselessReleased,
    choiceGain,
    choiceLoss,
    harmful,
  } = study;
  const row = (truth: string, said: string, { found, trials }: Rate): string[] => [
    truth,
    said,
    String(found),
    String(trials),
    trials === 0 ? "–" : `${((100 * found) / trials).toFixed(1)} %`,
  ];
  return {
    title: `Index verdicts on known truths: ${formatCount(messages)} messages, ${tests} tests a trial, ${blocks} blocks a side`,
    columns: ["truth", "what was said", "trials with it", "of", "share"],
    texts: 2,
    rows: [
      row("both sides are the same", "any false alarm", equal),
      row("one query is 10 % slower", "that it is slower", slower),
      row("one query is 10 % faster", "that it is faster", faster),
      row("an index is useless", "no query is better or worse", useless),
      row("an index is useless", "GO", uselessReleased),
      row("another plan is faster", "that it is faster", choiceGain),
      row("another plan is slower", "that it is slower", choiceLoss),
      row("inserts pay for nothing", "NO-GO", harmful),
    ],
  };
}
