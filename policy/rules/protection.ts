import type { StackValidationPolicy } from "@pulumi/policy";
import { known, stackOf } from "../rule";

/** Stacks whose rows take hours to load. */
const large = ["staging", "perf"];

const DATASET = "pulumi-nodejs:dynamic/chatperf:Dataset";
const PROTECTION = "pulumi-nodejs:dynamic/chatperf:Protection";

/** Large datasets are not deleted before somebody has said so. */
export const protectionPolicy: StackValidationPolicy = {
  name: "large-bands-are-protected",
  description: "Nobody deletes by mistake what took long to load.",
  enforcementLevel: "mandatory",
  validateStack: ({ resources }, report) => {
    const dataset = resources.find(({ type }) => type === DATASET);
    if (dataset === undefined || !large.includes(stackOf(dataset.urn))) return;
    const isProtected = resources.some(
      ({ type, props }) => type === PROTECTION && known(props).protect === true,
    );
    if (isProtected) return;
    const file = `Pulumi.${stackOf(dataset.urn)}.yaml`;
    report(`The dataset can be deleted: set chat-perf:protect to true in ${file}.`, dataset.urn);
  },
};
