import { expect } from "chai";
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatHour,
  formatInstant,
  formatPercent,
  formatSeconds,
} from "../../../common/format";

/** Each function, with values and the texts for them. */
const figures: [name: string, format: (value: number) => string, cases: [value: number, text: string][]][] = [
  [
    "a count",
    formatCount,
    [
      [0, "0"],
      [999.6, "1,000"],
      [5_000_000, "5,000,000"],
    ],
  ],
  [
    "a share",
    (share) => formatPercent(share),
    [
      [0, "0 %"],
      [0.182, "18.2 %"],
      [0.1, "10 %"],
      [1, "100 %"],
      [0.0004, "0.04 %"],
      [0.004321, "0.43 %"],
    ],
  ],
  [
    "a share to two decimals",
    (share) => formatPercent(share, 2),
    [
      [0.14963, "14.96 %"],
      [0.15, "15 %"],
    ],
  ],
  [
    "bytes",
    formatBytes,
    [
      [0, "0 B"],
      [999, "999 B"],
      [31_240_000, "31.2 MB"],
      [4e8, "400 MB"],
      [9.84e9, "9.84 GB"],
      [50e9, "50 GB"],
      [2e18, "2,000,000 TB"],
    ],
  ],
  [
    "a short time",
    formatSeconds,
    [
      [0.0001, "0 ms"],
      [0.012, "12 ms"],
      [1.4242, "1.42 s"],
      [48.21, "48.2 s"],
    ],
  ],
  [
    "a long time",
    formatDuration,
    [
      [0.4, "0 s"],
      [48.2, "48 s"],
      [59.4, "59 s"],
      [59.6, "1 min 00 s"],
      [200, "3 min 20 s"],
      [3599.7, "1 h 00 min"],
      [7500, "2 h 05 min"],
      [100_000, "27 h 46 min"],
    ],
  ],
  [
    "an hour of the day",
    formatHour,
    [
      [0, "00:00"],
      [9, "09:00"],
      [23, "23:00"],
    ],
  ],
];

describe("figures for people", () => {
  for (const [name, format, cases] of figures) {
    for (const [value, text] of cases) {
      it(`${name}: ${value} is ${text}`, () => {
        expect(format(value)).to.equal(text);
      });
    }
  }

  it("an instant is written in UTC, to the minute", () => {
    expect(formatInstant("2025-10-22T20:30:59+02:00")).to.equal("2025-10-22 18:30 UTC");
  });
});
