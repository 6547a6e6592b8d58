import { PolicyPack } from "@pulumi/policy";
import { asPolicy } from "./rule";
import { containerRules } from "./rules/containers";
import { grantRules } from "./rules/grants";
import { nameRules } from "./rules/names";
import { networkRules } from "./rules/network";
import { passwordRules } from "./rules/passwords";
import { portsPolicy } from "./rules/ports";
import { protectionPolicy } from "./rules/protection";
import { roleRules } from "./rules/roles";
import { settingsPolicy } from "./rules/settings";

const rules = [
  ...roleRules,
  ...grantRules,
  ...passwordRules,
  ...networkRules,
  ...containerRules,
  ...nameRules,
];

new PolicyPack("chat-perf", {
  policies: [...rules.map(asPolicy), portsPolicy, settingsPolicy, protectionPolicy],
});
