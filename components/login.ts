import type * as pulumi from "@pulumi/pulumi";
import { TaskResource } from "./task-resource";

export interface LoginArgs {
  /** The URL of the role that logs in. */
  url: pulumi.Input<string>;
  /** The object whose existence a successful login proves. */
  proves: "database" | "user";
}

/** A tested login. Other resources use its URL, which is then known to work. */
export class Login extends TaskResource<"Login"> {
  /** The URL. It is known after a login with it has succeeded. */
  declare readonly url: pulumi.Output<string>;

  constructor(name: string, args: LoginArgs, opts: pulumi.CustomResourceOptions) {
    super("Login", name, args, ["works"], opts, { asksStale: true, ignores: ["proves"] });
  }
}
