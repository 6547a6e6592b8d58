import type { Analysis, Finding } from "../../../../validation/findings/finding";
import { assess } from "../../../../validation/assessment";
import type { CheckKey, QualityReport } from "../../../../validation/report";
import { checkResults, exampleReport } from "../../../support/quality-report";

/** The published example with all optional parts, in which these checks failed. */
export function fullReport(...failed: CheckKey[]): QualityReport {
  const report = exampleReport();
  const checks = checkResults(...failed);
  report.distribution_analysis.power_law_tail.histogram = [
    { range: "1-10", conversations: 1500, messages: 9_000 },
    { range: "11-50", conversations: 3000, messages: 91_000 },
    { range: "51-100", conversations: 2000, messages: 100_000 },
    { range: "101-500", conversations: 1500, messages: 300_000 },
  ];
  report.temporal_analysis.hourly_distribution = Array.from({ length: 24 }, (_, hour) => 1000 + 90 * hour);
  return {
    ...report,
    ...assess(checks),
    checks,
    findings: findings(),
    analysis: analysis(),
    dataset_size: {
      tables: [
        {
          table: "messages",
          forecast_rows: 500_000,
          actual_rows: 500_000,
          forecast_bytes: 162e6,
          actual_bytes: 160e6,
          ratio: 1.013,
          indexes: [{ index: "messages_pkey", forecast_bytes: 25e6, actual_bytes: 25e6, ratio: 1 }],
        },
      ],
      total: {
        forecast_rows: 500_000,
        actual_rows: 500_000,
        forecast_bytes: 187e6,
        actual_bytes: 185e6,
        ratio: 1.011,
      },
    },
  };
}

/** One finding of each outcome. */
function findings(): Finding[] {
  const finding = (outcome: Finding["outcome"], more: Partial<Finding> = {}): Finding => ({
    key: `${outcome}_finding`,
    name: `A ${outcome} finding`,
    subject: "dataset",
    outcome,
    value: 1,
    measured: `measured ${outcome}`,
    expected: `expected ${outcome}`,
    samples: [],
    sql: ["SELECT 2"],
    seconds: 0.2,
    ...more,
  });
  return [
    finding("good"),
    finding("notice"),
    finding("problem", { samples: [{ table: "messages", id: "c1", masked: "+49 *** **17" }] }),
    finding("unknown", { value: null, sql: [] }),
  ];
}

/** The figures of conversations whose sizes are a power law of exponent 1.8 from 10 to 10,000. */
function analysis(): Analysis {
  const sizes = Array.from({ length: 61 }, (_, step) => Math.round(10 ** (1 + step / 20)));
  const steps = Array.from({ length: 51 }, (_, step) => step / 50);
  return {
    ccdf: sizes.map((size) => ({ size, share: (size / 10) ** -0.8 })),
    fit: {
      alpha: 1.8,
      standardError: 0.01,
      requestedAlpha: 1.8,
      xmin: 10,
      xmax: 10_000,
      conversations: 8000,
      ks: 0.004,
      p: 0.6,
      against: { lognormal: { ratio: 12, p: 0.01 }, exponential: { ratio: 900, p: 1e-9 } },
    },
    lorenz: steps.map((conversations) => ({ conversations, messages: conversations ** 4 })),
    gini: 0.6,
    week: Array.from({ length: 7 }, (_, day) => Array.from({ length: 24 }, (_, hour) => 100 + day * hour)),
    textLengths: Array.from({ length: 10 }, (_, step) => ({
      from: 2 ** step,
      to: 2 ** (step + 1) - 1,
      messages: 5000 - 100 * (step - 5) ** 2,
    })),
  };
}
