import { version } from "@pulumi/random/package.json";
import { randomPassword } from "./random/password";
import { run } from "./server";

void run({
  version,
  checkConfig: () => [],
  configure: () => ({ "random:index/randomPassword:RandomPassword": randomPassword }),
});
