import type { StackValidationPolicy } from "@pulumi/policy";
import { known, stackOf } from "../rule";

/** The stacks whose rows take hours to load, and the number of messages from which any other stack counts as large. */
const large = ["staging", "perf"];
const LARGE_MESSAGES = 100_000_000;

const DATASET = "pulumi-nodejs:dynamic/chatperf:Dataset";
const PROTECTION = "pulumi-nodejs:dynamic/chatperf:Protection";

/** The policy that large datasets are protected from deletion. */
export const protectionPolicy: StackValidationPolicy = {
  name: "large-bands-are-protected",
  description: "A large dataset cannot be deleted by mistake.",
  enforcementLevel: "mandatory",
  validateStack: ({ resources }, report) => {
    const dataset = resources.find(({ type }) => type === DATASET);
    if (dataset === undefined) return;
    const { messages } = known(dataset.props);
    if (!large.includes(stackOf(dataset.urn)) && !(Number(messages) >= LARGE_MESSAGES)) return;
    const isProtected = resources.some(
      ({ type, props }) => type === PROTECTION && known(props).protect === true,
    );
    if (isProtected) return;
    const file = `Pulumi.${stackOf(dataset.urn)}.yaml`;
    report(`The dataset can be deleted: set chat-perf:protect to true in ${file}.`, dataset.urn);
  },
};
