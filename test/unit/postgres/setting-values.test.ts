import { expect } from "chai";
import { sameSetting } from "../../../postgres/setting-values";

const memory = { vartype: "integer", unit: "kB" };
const pages = { vartype: "integer", unit: "8kB" };
const time = { vartype: "integer", unit: "ms" };
const real = { vartype: "real", unit: null };
const bool = { vartype: "bool", unit: null };
const text = { vartype: "string", unit: null };

describe("values of a setting", () => {
  for (const [one, other, type] of [
    ["64MB", "65536", memory],
    ["64MB", "65536kB", memory],
    ["0.0625GB", "64 MB", memory],
    ["256MB", "32768", pages],
    ["1000ms", "1000", time],
    ["1s", "1000ms", time],
    ["1min", "60000", time],
    ["-1", "-1", time],
    ["0.05", "0.050", real],
    ["5e-2", "0.05", real],
    ["on", "TRUE", bool],
    ["off", "0", bool],
    ["a,b", "a, b", text],
    ["Replica", "replica", { vartype: "enum", unit: null }],
  ] as const) {
    it(`are the same: ${one} and ${other} in ${type.unit ?? type.vartype}`, () => {
      expect(sameSetting(one, other, type)).to.be.true;
    });
  }

  for (const [one, other, type] of [
    ["64MB", "64", memory],
    ["64MB", "64GB", memory],
    ["64MB", "64mb", memory],
    ["1s", "1", time],
    ["1MB", "1s", time],
    ["0.05", "0.051", real],
    ["on", "off", bool],
    ["pg_stat_statements", "", text],
  ] as const) {
    it(`are not the same: ${one} and ${other} in ${type.unit ?? type.vartype}`, () => {
      expect(sameSetting(one, other, type)).to.be.false;
    });
  }
});
