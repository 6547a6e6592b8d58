import * as pulumi from "@pulumi/pulumi";

/**
 * The provider of the tasks that log in as the schema's owner. It keeps the owner's URL for them, so that a new
 * password changes this one resource: the tasks and their results stay as they are, and each refresh and deletion has
 * the password that is valid now.
 */
export class OwnerTasks extends pulumi.ProviderResource {
  constructor(name: string, ownerUrl: pulumi.Output<string>, opts: pulumi.ResourceOptions = {}) {
    super("pulumi-nodejs", name, { "chat-perf:ownerUrl": knownInPreviews(ownerUrl) }, opts);
  }
}

/**
 * With a provider whose configuration is not known, a preview would say nothing about its resources. No task logs in
 * during a preview, so an empty URL does for one that only the update will know.
 */
function knownInPreviews(url: pulumi.Output<string>): pulumi.Output<string> {
  const { isKnown } = url as unknown as { isKnown: Promise<boolean> };
  return pulumi.secret(pulumi.output(isKnown).apply((known) => (known ? url : "")));
}
