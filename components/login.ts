import type * as pulumi from "@pulumi/pulumi";
import { TaskResource } from "./task-resource";

export interface LoginArgs {
  /** URL of the role that logs in. */
  url: pulumi.Input<string>;
  /** What a successful login proves. */
  proves: "database" | "user";
}

/** A login that was tried. Whoever needs the role's URL takes it from here, so that it is known to work. */
export class Login extends TaskResource<"Login"> {
  /** The URL; known after a login with it. */
  declare readonly url: pulumi.Output<string>;

  constructor(name: string, args: LoginArgs, opts: pulumi.CustomResourceOptions) {
    super("Login", name, args, ["works"], opts, { asksStale: true, ignores: ["proves"] });
  }
}
